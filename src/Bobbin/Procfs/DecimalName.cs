using System.Buffers.Text;

namespace Bobbin.Procfs;

/// <summary>
/// The kernel's rule for names that are numbers (<c>fs/proc/util.c</c>, name_to_int): digits only, no leading zero, below 2^32 - 1.
/// One rule for <c>/proc/ID</c>, <c>task/TID</c>, <c>fd/N</c> and <c>fdinfo/N</c>.
/// </summary>
internal static class DecimalName
{
    /// <summary>Digits of the longest name.</summary>
    public const int MaxLength = 10;

    /// <summary>Reads a name; false where the kernel would look for an ordinary name.</summary>
    public static bool TryParse(ReadOnlySpan<byte> name, out uint value)
    {
        value = 0;
        if (name.Length is 0 or > MaxLength || (name.Length > 1 && name[0] == (byte)'0'))
        {
            return false;
        }

        ulong number = 0;
        foreach (byte digit in name)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            number = (number * 10) + digit - '0';
        }

        value = (uint)number;
        return number < uint.MaxValue;
    }

    /// <summary>Reads a name as a task's id: a number that can be one, so never 0.</summary>
    public static bool TryParseId(ReadOnlySpan<byte> name, out int id)
    {
        bool possible = TryParse(name, out uint value) && value - 1 < ProcNode.TaskIdLimit - 1;
        id = possible ? (int)value : 0;
        return possible;
    }

    /// <summary>Writes a number into a buffer of <see cref="MaxLength"/>; returns the part used.</summary>
    public static ReadOnlySpan<byte> Format(int value, Span<byte> buffer)
    {
        Utf8Formatter.TryFormat(value, buffer, out int length);
        return buffer[..length];
    }
}
