using System.Text;
using Bobbin.Cli.Tui;
using CsCheck;
using Xunit;

namespace Bobbin.Tests.Cli;

/// <summary>Keys as terminals send them.</summary>
public sealed class KeyDecoderTests
{
    [Theory]
    [InlineData("q", "q")]
    [InlineData("\u00e9\u4e16", "\u00e9 \u4e16")]
    [InlineData("\r\t\x7f", "Enter Tab Backspace")]
    [InlineData("\x03\x1a", "^c ^z")]
    [InlineData("\e[A\e[B\e[C\e[D\e[H\e[F", "Up Down Right Left Home End")]
    [InlineData("\eOA\eOP\eOS", "Up F1 F4")]
    [InlineData("\e[1~\e[4~\e[5~\e[6~\e[2~\e[3~\e[7~\e[8~", "Home End PageUp PageDown Insert Delete Home End")]
    [InlineData("\e[11~\e[15~\e[17~\e[21~\e[24~\e[[A\e[[E", "F1 F5 F6 F10 F12 F1 F5")]
    [InlineData("\e[1;5A", "Up")]
    [InlineData("\e[<0;12;7M\e[<0;12;7m\e[<64;1;1M\e[<65;3;4M\e[<32;5;5M\e[<2;5;5M", "Click(11,6) WheelUp(0,0) WheelDown(2,3)")]
    [InlineData("\ex\e[?1;2cq\e[200~", "q")]
    public void Sequences_are_keys(string typed, string keys) => Assert.Equal(keys, Decode([typed]));

    [Fact]
    public void Escape_is_told_by_nothing_that_follows()
    {
        KeyDecoder decoder = new();
        List<Key> keys = [];
        decoder.Feed("\e"u8, keys);
        Assert.Empty(keys);
        Assert.True(decoder.IsPending);
        decoder.Flush(keys);
        Assert.Equal("Escape", Describe(keys));
        Assert.False(decoder.IsPending);

        keys.Clear();
        decoder.Feed("\e\e[A"u8, keys);
        Assert.Equal("Escape Up", Describe(keys));
    }

    [Fact]
    public void What_comes_in_parts_is_the_same()
    {
        string[] known = ["a", "\u4e16", "\e[A", "\e[5~", "\eOP", "\e[<0;10;20M", "\r", "\x01", "\ud83d\ude00", "\e[[B"];
        Gen<string> part = Gen.Int[0, known.Length - 1].Select(index => known[index]);
        Gen.Select(part.Array[0, 8], Gen.Int[1, 5]).Sample(
            (parts, size) =>
            {
                string typed = string.Concat(parts);
                byte[] bytes = Encoding.UTF8.GetBytes(typed);
                KeyDecoder decoder = new();
                List<Key> keys = [];
                foreach (byte[] chunk in bytes.Chunk(size))
                {
                    decoder.Feed(chunk, keys);
                }

                return Describe(keys) == Decode([typed]) && !decoder.IsPending;
            },
            iter: 1000, threads: 1);
    }

    [Fact]
    public void Any_bytes_are_taken_and_nothing_is_kept_for_ever() =>
        Gen.Byte.Array[0, 300].Sample(
            bytes =>
            {
                KeyDecoder decoder = new();
                List<Key> keys = [];
                decoder.Feed(bytes, keys);
                for (int i = 0; i < bytes.Length && decoder.IsPending; i++)
                {
                    decoder.Flush(keys);
                }

                return !decoder.IsPending && keys.Count <= (bytes.Length * 2) + 1;
            },
            iter: 2000, threads: 1);

    private static string Decode(string[] parts)
    {
        KeyDecoder decoder = new();
        List<Key> keys = [];
        foreach (string part in parts)
        {
            decoder.Feed(Encoding.UTF8.GetBytes(part), keys);
        }

        return Describe(keys);
    }

    private static string Describe(IEnumerable<Key> keys) => string.Join(' ', keys.Select(key => key.Kind switch
    {
        KeyKind.Character => key.Rune.ToString(),
        KeyKind.Control => $"^{key.Rune}",
        KeyKind.Function => $"F{key.Number}",
        KeyKind.Click or KeyKind.WheelUp or KeyKind.WheelDown => $"{key.Kind}({key.Column},{key.Row})",
        _ => key.Kind.ToString(),
    }));
}
