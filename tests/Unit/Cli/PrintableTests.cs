using Bobbin.Cli.Text;
using Xunit;

namespace Bobbin.Tests.Cli;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("plain text, and ümläuts 線", "plain text, and ümläuts 線")]
    [InlineData("\e[31mred\e[0m", "\\x1b[31mred\\x1b[0m")]
    [InlineData("a\nb\tc\rd", "a\\nb\\tc\\rd")]
    [InlineData("\u009b31m", "\\x9b31m")]
    [InlineData("nul\0", "nul\\x00")]
    [InlineData("\u007f", "\\x7f")]
    [InlineData("\u202eevil", "\\u202eevil")]
    [InlineData("\u2028", "\\u2028")]
    [InlineData("😀", "😀")]
    [InlineData("", "")]
    public void Text_has_no_control_characters_left(string text, string expected) => Assert.Equal(expected, Printable.Escape(text));

    [Fact]
    public void Bytes_that_are_not_UTF_8_show_as_numbers() =>
        Assert.Equal("a\\xff\\xc3(é", Printable.Escape([(byte)'a', 0xFF, 0xC3, (byte)'(', 0xC3, 0xA9]));

    [Fact]
    public void A_failure_is_one_line_whatever_a_name_holds() =>
        Assert.Equal("bobbin: \\x1b]0;x\\x07: not a directory; name another", new CommandFailure("\e]0;x\a", "not a directory", "name another").Line);
}
