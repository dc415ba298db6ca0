using System.Buffers.Text;
using Bobbin.Kernel.Linux;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

/// <summary>Fields of a task's <c>stat</c>, numbered as in proc_pid_stat(5), from 1.</summary>
internal static class StatText
{
    /// <summary><c>flags</c>; all bits where the task is gone.</summary>
    public static uint ReadFlags(int directory)
    {
        Span<byte> text = stackalloc byte[1024];
        return TryRead(directory, text, out int length)
            && TryField(text[..length], 9, out ReadOnlySpan<byte> field)
            && Utf8Parser.TryParse(field, out uint flags, out _)
            ? flags
            : uint.MaxValue;
    }

    /// <summary><c>starttime</c>, in clock ticks since boot.</summary>
    public static bool TryReadStart(int directory, out ulong start)
    {
        Span<byte> text = stackalloc byte[1024];
        start = 0;
        return TryRead(directory, text, out int length)
            && TryField(text[..length], 22, out ReadOnlySpan<byte> field)
            && Utf8Parser.TryParse(field, out start, out _);
    }

    /// <summary>
    /// Finds a field from the third on. A name may hold anything, spaces and parentheses too, so the fields begin after the last
    /// parenthesis.
    /// </summary>
    public static bool TryField(ReadOnlySpan<byte> text, int number, out ReadOnlySpan<byte> field)
    {
        int name = text.LastIndexOf((byte)')');
        field = name < 0 ? default : text[(name + 1)..].TrimStart((byte)' ');
        for (int at = 3; at < number && !field.IsEmpty; at++)
        {
            int blank = field.IndexOf((byte)' ');
            field = blank < 0 ? default : field[(blank + 1)..];
        }

        int end = field.IndexOfAny((byte)' ', (byte)'\n');
        field = end < 0 ? field : field[..end];
        return !field.IsEmpty;
    }

    private static bool TryRead(int directory, Span<byte> text, out int length)
    {
        length = 0;
        if (Libc.OpenAt(directory, "stat"u8, OpenFlags.ReadOnly, out int file) != Errno.None)
        {
            return false;
        }

        Errno error = Libc.ReadAt(file, text, 0, out length);
        Libc.Close(file);
        return error == Errno.None && length > 0;
    }
}
