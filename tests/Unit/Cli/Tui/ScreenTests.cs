using System.Text;
using Bobbin.Cli.Tui;
using Xunit;

namespace Bobbin.Tests.Cli;

/// <summary>What goes to the terminal.</summary>
public sealed class ScreenTests
{
    [Fact]
    public void Only_lines_that_changed_are_sent()
    {
        Screen screen = new(10, 3, ColorDepth.None);
        Assert.Equal("\e[0m\e[2J\e[1;1Hone\e[K\e[2;1Htwo\e[K\e[3;1H\e[K", Frame(screen, "one", "two", ""));
        Assert.Equal("", Frame(screen, "one", "two", ""));
        Assert.Equal("\e[2;1Htwo!\e[K", Frame(screen, "one", "two!", ""));
        screen.Forget();
        Assert.StartsWith("\e[0m\e[2J\e[1;1Hone", Frame(screen, "one", "two!", ""), StringComparison.Ordinal);
        screen.Resize(10, 2);
        Assert.Equal((10, 2), (screen.Columns, screen.Rows));
        Assert.Equal("\e[0m\e[2J\e[1;1Hone\e[K\e[2;1Htwo\e[K", Frame(screen, "one", "two"));
    }

    [Fact]
    public void Nothing_is_wider_than_the_screen()
    {
        Screen screen = new(5, 1, ColorDepth.None);
        Assert.EndsWith("\e[1;1Habcde", Frame(screen, "abcdefgh"), StringComparison.Ordinal); // full: nothing behind it is erased
        Assert.Equal("\e[1;1H\u4e16\u754c\e[K", Frame(screen, "\u4e16\u754c\u4eba")); // two columns each: the third does not fit
        screen.Begin();
        screen[0].Write("ab"u8).PadTo(4).Write("xyz"u8);
        Assert.Equal((5, 0), (screen[0].Width, screen[0].Left));
        Assert.Equal("\e[1;1Hab  x", Encoding.UTF8.GetString(screen.End()));
    }

    [Theory]
    [InlineData(ColorDepth.None, "\e[0;1mx\e[0m")]
    [InlineData(ColorDepth.Sixteen, "\e[0;1;91;40mx\e[0m")]
    [InlineData(ColorDepth.TwoHundredFiftySix, "\e[0;1;38;5;203;48;5;16mx\e[0m")]
    [InlineData(ColorDepth.True, "\e[0;1;38;2;255;80;80;48;2;0;0;0mx\e[0m")]
    public void Colours_are_the_nearest_that_there_are(object depth, string expected)
    {
        ScreenLine line = new(10, (ColorDepth)depth);
        line.Write("x"u8, new Style { IsBold = true, Foreground = new Color(255, 80, 80), Background = new Color(0, 0, 0) }).End();
        Assert.Equal(expected, Encoding.UTF8.GetString(line.Bytes));
    }

    [Fact]
    public void A_style_is_said_once()
    {
        ScreenLine line = new(20, ColorDepth.None);
        Style reverse = new() { IsReverse = true };
        line.Write("a"u8, reverse).Write("b"u8, reverse).PadTo(4, reverse).Write("c"u8).End();
        Assert.Equal("\e[0;7mab  \e[0mc", Encoding.UTF8.GetString(line.Bytes));
    }

    [Theory]
    [InlineData("xterm-256color", "truecolor", null, ColorDepth.True)]
    [InlineData("xterm-256color", null, null, ColorDepth.TwoHundredFiftySix)]
    [InlineData("xterm", null, null, ColorDepth.Sixteen)]
    [InlineData("vt100", null, null, ColorDepth.None)]
    [InlineData("dumb", "truecolor", null, ColorDepth.None)]
    [InlineData(null, null, null, ColorDepth.None)]
    [InlineData("xterm-256color", "truecolor", "1", ColorDepth.None)]
    public void The_environment_says_how_many_colours(string? term, string? colors, string? none, object depth) =>
        Assert.Equal(depth, Color.DepthOf(name => name switch { "TERM" => term, "COLORTERM" => colors, "NO_COLOR" => none, _ => null }));

    private static string Frame(Screen screen, params string[] lines)
    {
        screen.Begin();
        for (int row = 0; row < lines.Length; row++)
        {
            screen[row].Write(lines[row]);
        }

        return Encoding.UTF8.GetString(screen.End());
    }
}
