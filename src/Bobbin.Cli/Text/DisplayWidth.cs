using System.Text;

namespace Bobbin.Cli.Text;

/// <summary>How many columns of a terminal a text takes, and where to cut it.</summary>
internal static class DisplayWidth
{
    /// <summary>The columns of a text.</summary>
    public static int Of(ReadOnlySpan<byte> text)
    {
        int width = 0;
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out Rune rune, out int length);
            width += Of(rune);
            text = text[length..];
        }

        return width;
    }

    /// <summary>As much of a text as fits.</summary>
    public static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> text, int width)
    {
        int at = 0;
        while (at < text.Length)
        {
            Rune.DecodeFromUtf8(text[at..], out Rune rune, out int length);
            width -= Of(rune);
            if (width < 0)
            {
                break;
            }

            at += length;
        }

        return text[..at];
    }

    // Marks take none, and the scripts of East Asia and pictures take two (Unicode Standard Annex 11), by their blocks.
    private static int Of(Rune rune) => rune.Value switch
    {
        < 0x300 => 1,
        _ when Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.EnclosingMark => 0,
        (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3) or (>= 0xF900 and <= 0xFAFF)
            or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1FAFF)
            or (>= 0x20000 and <= 0x3FFFD) => 2,
        _ => 1,
    };
}
