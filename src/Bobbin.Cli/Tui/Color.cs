namespace Bobbin.Cli.Tui;

/// <summary>How many colours a terminal has.</summary>
internal enum ColorDepth
{
    None,
    Sixteen,
    TwoHundredFiftySix,
    True,
}

/// <summary>A colour as it is wanted; a terminal with fewer shows the nearest that it has.</summary>
internal readonly record struct Color(byte Red, byte Green, byte Blue)
{
    // The usual values of the first sixteen (xterm's).
    private static readonly Color[] s_sixteen =
    [
        new(0, 0, 0), new(205, 0, 0), new(0, 205, 0), new(205, 205, 0), new(0, 0, 238), new(205, 0, 205), new(0, 205, 205), new(229, 229, 229),
        new(127, 127, 127), new(255, 0, 0), new(0, 255, 0), new(255, 255, 0), new(92, 92, 255), new(255, 0, 255), new(0, 255, 255), new(255, 255, 255),
    ];

    private static ReadOnlySpan<byte> Steps => [0, 95, 135, 175, 215, 255];

    /// <summary>The nearest of the sixteen.</summary>
    public int NearestOfSixteen()
    {
        int best = 0;
        for (int i = 1; i < s_sixteen.Length; i++)
        {
            best = Distance(s_sixteen[i]) < Distance(s_sixteen[best]) ? i : best;
        }

        return best;
    }

    /// <summary>The nearest of the 256: a cube of six steps a side from 16 on, and a ramp of greys from 232 on.</summary>
    public int NearestOf256()
    {
        int red = Step(Red), green = Step(Green), blue = Step(Blue);
        Color cube = new(Steps[red], Steps[green], Steps[blue]);
        int shade = Math.Clamp((((Red + Green + Blue) / 3) - 3) / 10, 0, 23);
        byte grey = (byte)(8 + (shade * 10));
        return Distance(new Color(grey, grey, grey)) < Distance(cube) ? 232 + shade : 16 + (36 * red) + (6 * green) + blue;
    }

    /// <summary>What this environment says that the terminal has.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    public static ColorDepth DepthOf(Func<string, string?> variable)
    {
        string term = variable("TERM") ?? "";
        return !string.IsNullOrEmpty(variable("NO_COLOR")) || term is "" or "dumb" || term.StartsWith("vt", StringComparison.Ordinal) ? ColorDepth.None
            : variable("COLORTERM") is "truecolor" or "24bit" || term.EndsWith("-direct", StringComparison.Ordinal) ? ColorDepth.True
            : term.Contains("256color", StringComparison.Ordinal) ? ColorDepth.TwoHundredFiftySix
            : ColorDepth.Sixteen;
    }

    private static int Step(byte value)
    {
        int best = 0;
        for (int i = 1; i < Steps.Length; i++)
        {
            best = Math.Abs(Steps[i] - value) < Math.Abs(Steps[best] - value) ? i : best;
        }

        return best;
    }

    private int Distance(Color other)
    {
        int red = Red - other.Red, green = Green - other.Green, blue = Blue - other.Blue;
        return (red * red) + (green * green) + (blue * blue);
    }
}
