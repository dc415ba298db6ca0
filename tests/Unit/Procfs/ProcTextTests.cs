using System.Text;
using Bobbin.Procfs;
using Xunit;

namespace Bobbin.Tests.Procfs;

public sealed class ProcTextTests
{
    [Fact]
    public void Writes_what_printf_would()
    {
        ProcText text = new(stackalloc byte[8]);
        text.Literal("a"u8).Space().Number(-5).Tab().Number(ulong.MaxValue).Line();
        text.Right(42, 8).Byte((byte)'|').Left("ab"u8, 4).Byte((byte)'|').Left(7, 3).Byte((byte)'|').Zeros(5, 2).Zeros(123, 2);
        text.Byte((byte)'|').Hex(0).Space().Hex(255).Space().Hex(ulong.MaxValue).Space().Hex(10, 8).Space().Hex(0, 16);
        text.Byte((byte)'|').Octal(0).Space().Octal(18, 4).Space().Octal(0x20_8000).Line();
        Assert.Equal(
            "a -5\t18446744073709551615\n      42|ab  |7  |05123|0 ff ffffffffffffffff 0000000a 0000000000000000|0 0022 10100000\n",
            Encoding.Latin1.GetString(text.Written));
        text.Cut(3);
        Assert.Equal("a -", Encoding.Latin1.GetString(text.Written));
        text.Dispose();
    }

    [Fact]
    public void Grows_over_any_length()
    {
        ProcText text = new(stackalloc byte[16]);
        for (int index = 0; index < 10_000; index++)
        {
            text.Number(index).Space();
        }

        Assert.Equal(string.Concat(Enumerable.Range(0, 10_000).Select(index => $"{index} ")), Encoding.Latin1.GetString(text.Written));
        text.Dispose();
    }

    [Theory]
    [InlineData("0", true, 0u)]
    [InlineData("1", true, 1u)]
    [InlineData("4294967294", true, 4294967294u)]
    [InlineData("4294967295", false, 0u)]
    [InlineData("4294967296", false, 0u)]
    [InlineData("99999999999", false, 0u)]
    [InlineData("12345678901234567890", false, 0u)]
    [InlineData("00", false, 0u)]
    [InlineData("01", false, 0u)]
    [InlineData("+1", false, 0u)]
    [InlineData("-1", false, 0u)]
    [InlineData("1 ", false, 0u)]
    [InlineData(" 1", false, 0u)]
    [InlineData("0x1", false, 0u)]
    [InlineData("1\n", false, 0u)]
    [InlineData("", false, 0u)]
    public void Reads_names_that_are_numbers(string name, bool isNumber, uint expected)
    {
        Assert.Equal(isNumber, DecimalName.TryParse(Encoding.Latin1.GetBytes(name), out uint value));
        Assert.Equal(expected, isNumber ? value : 0);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("4194303", 4194303)]
    [InlineData("4194304", 0)]
    [InlineData("4294967294", 0)]
    public void Only_possible_ids_are_ids(string name, int expected)
    {
        Assert.Equal(expected != 0, DecimalName.TryParseId(Encoding.Latin1.GetBytes(name), out int id));
        Assert.Equal(expected, id);
    }
}
