using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/timens_offsets: how far the clocks of its children's time namespace are off; here not at all. Kernel: fs/proc/base.c, timens_offsets_show().</summary>
internal static class TimensOffsetsFile
{
    public static void Write(in TaskReading reading, ref ProcText text) =>
        text.Literal(reading.Record.State == TaskState.Zombie ? default : "monotonic           0         0\nboottime            0         0\n"u8);
}
