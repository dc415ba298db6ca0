using Bobbin.Kernel.Linux;

namespace Bobbin.Procfs.Files;

/// <summary>Numbers that are written to /proc, by the kernel's rules (<c>lib/kstrtox.c</c>).</summary>
internal static class WrittenNumber
{
    private const int BufferLength = 12; // PROC_NUMBUF without its NUL: what comes behind is never looked at

    /// <summary>A signed number of 32 bits in a short buffer, blanks around it allowed; the count is cut to what was looked at.</summary>
    public static Errno TryTake(ReadOnlySpan<byte> data, ref int count, out long value)
    {
        count = Math.Min(count, BufferLength);
        ReadOnlySpan<byte> text = UpToNul(data[..Math.Min(data.Length, BufferLength)]).Trim(" \t\n\v\f\r"u8);
        bool negative = text is [(byte)'-', ..];
        Errno error = TryParse(text is [(byte)'-' or (byte)'+', ..] ? text[1..] : text, radix: 0, out ulong magnitude);
        value = 0;
        if (error != Errno.None)
        {
            return error;
        }

        if (magnitude > (negative ? 1UL << 31 : int.MaxValue))
        {
            return Errno.ERANGE;
        }

        value = negative ? -(long)magnitude : (long)magnitude;
        return Errno.None;
    }

    /// <summary>Digits of a radix (0: by prefix, 0x or 0), and one newline behind them at most.</summary>
    public static Errno TryParse(ReadOnlySpan<byte> text, uint radix, out ulong value)
    {
        value = 0;
        text = UpToNul(text);
        text = text is [.. var front, (byte)'\n'] ? front : text;
        if (radix == 0)
        {
            radix = text is [(byte)'0', (byte)'x' or (byte)'X', _, ..] ? 16U : text is [(byte)'0', ..] ? 8U : 10U;
            text = radix == 16 ? text[2..] : text;
        }

        if (text.IsEmpty)
        {
            return Errno.EINVAL;
        }

        bool overflow = false;
        foreach (byte character in text)
        {
            uint digit = character switch
            {
                >= (byte)'0' and <= (byte)'9' => (uint)character - '0',
                >= (byte)'a' and <= (byte)'f' => (uint)character - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => (uint)character - 'A' + 10,
                _ => 99,
            };
            if (digit >= radix)
            {
                return Errno.EINVAL;
            }

            UInt128 next = ((UInt128)value * radix) + digit;
            overflow |= next > ulong.MaxValue;
            value = (ulong)next;
        }

        return overflow ? Errno.ERANGE : Errno.None;
    }

    private static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> text)
    {
        int nul = text.IndexOf((byte)0);
        return nul >= 0 ? text[..nul] : text;
    }
}
