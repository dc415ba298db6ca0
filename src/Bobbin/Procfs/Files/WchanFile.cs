namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/wchan: where in the kernel it waits; 0 for who may not know. Kernel: fs/proc/base.c, proc_pid_wchan().</summary>
internal static class WchanFile
{
    public static void Write(in TaskReading reading, ref ProcText text)
    {
        ReadOnlySpan<byte> symbol = reading.Record.WaitChannel.Span;
        text.Literal(!symbol.IsEmpty && reading.MayTrace ? symbol : "0"u8);
    }
}
