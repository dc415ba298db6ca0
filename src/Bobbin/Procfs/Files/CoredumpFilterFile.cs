using Bobbin.Kernel.Linux;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/coredump_filter; nothing where there is no memory. Kernel: fs/proc/base.c, proc_coredump_filter_read().</summary>
internal static class CoredumpFilterFile
{
    public static void Write(in TaskReading reading, ref ProcText text)
    {
        if (reading.Record.Memory is { } memory)
        {
            text.Hex(memory.CoredumpFilter, 8).Line();
        }
    }

    public static Errno Store(in TaskWriting writing, ReadOnlySpan<byte> data, ref int count)
    {
        Errno error = WrittenNumber.TryParse(data, radix: 0, out ulong value);
        return error != Errno.None ? error
            : value > uint.MaxValue ? Errno.ERANGE
            : writing.Content.Records.SetCoredumpFilter(writing.Task, (uint)value);
    }
}
