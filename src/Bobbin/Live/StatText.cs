using System.Buffers.Text;
using Bobbin.Kernel.Linux;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

/// <summary>Fields of a task's <c>stat</c>, numbered as in proc_pid_stat(5), from 1.</summary>
internal static class StatText
{
    /// <summary><c>flags</c>.</summary>
    public static Errno ReadFlags(int directory, out uint flags)
    {
        Span<byte> text = stackalloc byte[1024];
        flags = 0;
        Errno error = Read(directory, text, out int length);
        return error != Errno.None ? error
            : TryField(text[..length], 9, out ReadOnlySpan<byte> field) && Utf8Parser.TryParse(field, out flags, out _) ? Errno.None
            : Errno.ESRCH;
    }

    /// <summary><c>starttime</c>, in clock ticks since boot.</summary>
    public static Errno ReadStart(int directory, out ulong start)
    {
        Span<byte> text = stackalloc byte[1024];
        start = 0;
        Errno error = Read(directory, text, out int length);
        return error != Errno.None ? error
            : TryField(text[..length], 22, out ReadOnlySpan<byte> field) && Utf8Parser.TryParse(field, out start, out _) ? Errno.None
            : Errno.ESRCH;
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

    /// <summary>
    /// Copies a text, with what the kernel gives only to who may trace the task in the form that it gives to all others
    /// (<c>fs/proc/array.c</c>, do_task_stat): addresses of code are 1; of the stack, data, arguments and environment, the wait
    /// channel and the exit code are 0.
    /// </summary>
    /// <returns>The length of the copy, which is never longer.</returns>
    public static int Mask(ReadOnlySpan<byte> text, Span<byte> masked)
    {
        int from = text.LastIndexOf((byte)')') + 1;
        text[..from].CopyTo(masked);
        int length = from;
        int number = 2;
        foreach (Range range in text[from..].Split((byte)' '))
        {
            ReadOnlySpan<byte> field = text[from..][range];
            if (number > 2)
            {
                masked[length++] = (byte)' ';
            }

            ReadOnlySpan<byte> shown = number switch
            {
                26 or 27 => field is [(byte)'0'] ? field : "1"u8, // without memory, 0 to everybody
                28 or 29 or 30 or 35 or (>= 45 and <= 51) => "0"u8,
                52 => "0\n"u8,
                _ => field,
            };
            shown.CopyTo(masked[length..]);
            length += shown.Length;
            number++;
        }

        return length;
    }

    private static Errno Read(int directory, Span<byte> text, out int length)
    {
        length = 0;
        Errno error = Libc.OpenAt(directory, "stat"u8, OpenFlags.ReadOnly, out int file);
        if (error == Errno.None)
        {
            error = Libc.ReadAt(file, text, 0, out length);
            Libc.Close(file);
        }

        return error;
    }
}
