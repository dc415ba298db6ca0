using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/uptime: seconds since boot, and seconds of idleness of all processors. Kernel: fs/proc/uptime.c.</summary>
internal static class UptimeFile
{
    public static void Write(in MachineRecord machine, ref ProcText text)
    {
        ulong idle = 0;
        foreach (ProcessorRecord processor in machine.Processors.Span)
        {
            idle += processor.Idle;
        }

        WriteSeconds(ref text, machine.Uptime);
        text.Space();
        WriteSeconds(ref text, idle);
        text.Line();
    }

    private static void WriteSeconds(ref ProcText text, ulong nanoseconds)
    {
        ulong hundredths = nanoseconds / 10_000_000;
        text.Number(hundredths / 100).Byte((byte)'.').Zeros(hundredths % 100, 2);
    }
}
