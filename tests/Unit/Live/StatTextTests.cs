using System.Text;
using Bobbin.Live;
using Xunit;

namespace Bobbin.Tests.Live;

/// <summary>Fields of a task's stat.</summary>
public class StatTextTests
{
    private const string Text =
        "26 (a) b (c) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52\n";

    [Theory]
    [InlineData(3, "S")]
    [InlineData(4, "4")]
    [InlineData(22, "22")]
    [InlineData(52, "52")]
    public void A_field_is_found_after_the_last_parenthesis(int number, string expected)
    {
        Assert.True(StatText.TryField(Encoding.ASCII.GetBytes(Text), number, out ReadOnlySpan<byte> field));
        Assert.Equal(expected, Encoding.ASCII.GetString(field));
    }

    [Fact]
    public void A_field_beyond_the_end_is_not_found() => Assert.False(StatText.TryField("1 (a) S 2\n"u8, 5, out _));

    [Fact]
    public void Addresses_are_masked_and_nothing_else()
    {
        byte[] masked = new byte[1024];
        int length = StatText.Mask(Encoding.ASCII.GetBytes(Text), masked);
        Assert.Equal(
            "26 (a) b (c) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 1 1 0 0 0 31 32 33 34 0 36 37 38 39 40 41 42 43 44 0 0 0 0 0 0 0 0\n",
            Encoding.ASCII.GetString(masked, 0, length));
    }
}
