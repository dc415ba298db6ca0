namespace Bobbin.Cli.Tui;

/// <summary>How text looks; the default is as the terminal has it.</summary>
internal readonly record struct Style
{
    /// <summary>Colour of the letters.</summary>
    public Color? Foreground { get; init; }

    /// <summary>Colour behind them.</summary>
    public Color? Background { get; init; }

    public bool IsBold { get; init; }

    public bool IsDim { get; init; }

    public bool IsUnderlined { get; init; }

    /// <summary>Letters and background exchanged: there without any colour too.</summary>
    public bool IsReverse { get; init; }
}
