namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/auxv: what the kernel told the program's loader. Kernel: fs/proc/base.c, auxv_read().</summary>
internal static class AuxvFile
{
    public static void Write(in TaskReading reading, ref ProcText text)
    {
        if (reading.Record.Memory is { } memory)
        {
            text.Literal(memory.Auxiliary.Span);
        }
    }
}
