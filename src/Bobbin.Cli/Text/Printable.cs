using System.Globalization;
using System.Text;

namespace Bobbin.Cli.Text;

/// <summary>
/// Makes names that other people chose (of tasks, of paths) fit to be printed: no control character reaches the terminal.
/// </summary>
internal static class Printable
{
    /// <summary>The text with control characters, and those that turn the writing direction, as <c>\n</c>, <c>\x1b</c>, <c>\u202e</c>.</summary>
    public static string Escape(string text)
    {
        int i = 0;
        while (i < text.Length && IsPlain(text[i]) && !char.IsSurrogate(text[i]))
        {
            i++;
        }

        return i == text.Length ? text : EscapeFrom(text, i);
    }

    /// <summary>Bytes as text: UTF-8 where it is valid, else <c>\xNN</c>; escaped as by the other overload.</summary>
    public static string Escape(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == System.Buffers.OperationStatus.Done)
            {
                Append(text, rune);
            }
            else
            {
                length = 1;
                text.Append(CultureInfo.InvariantCulture, $"\\x{bytes[0]:x2}");
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    private static string EscapeFrom(string text, int from)
    {
        StringBuilder escaped = new(text, 0, from, text.Length + 16);
        foreach (Rune rune in text.AsSpan(from).EnumerateRunes())
        {
            Append(escaped, rune);
        }

        return escaped.ToString();
    }

    private static void Append(StringBuilder text, Rune rune)
    {
        _ = rune.Value switch
        {
            '\n' => text.Append("\\n"),
            '\t' => text.Append("\\t"),
            '\r' => text.Append("\\r"),
            < 0x20 or (>= 0x7F and < 0xA0) => text.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
            _ when !IsPlain(rune) => text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
            _ => text.Append(rune.ToString()),
        };
    }

    private static bool IsPlain(char c) => c is >= ' ' and < '\x7f' || (c >= '\xa0' && IsPlainCategory(char.GetUnicodeCategory(c)));

    private static bool IsPlain(Rune rune) => IsPlainCategory(Rune.GetUnicodeCategory(rune));

    private static bool IsPlainCategory(UnicodeCategory category) => category is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
