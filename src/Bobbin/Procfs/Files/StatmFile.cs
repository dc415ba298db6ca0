using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/statm. Kernel: fs/proc/array.c, proc_pid_statm(). Unit: pages.</summary>
internal static class StatmFile
{
    public static void Write(in TaskReading reading, ref ProcText text) => Write(ref text, reading.Record.Memory);

    public static void Write(ref ProcText text, TaskMemory? memory)
    {
        if (memory is null)
        {
            text.Literal("0 0 0 0 0 0 0\n"u8);
            return;
        }

        text.Number(memory.Size).Space().Number(memory.Resident).Space().Number(memory.Shared).Space().Number(memory.Text);
        text.Literal(" 0 "u8);                                          // lib: zero since 2.6
        text.Number(memory.Data + memory.Stack).Literal(" 0\n"u8);      // dt: zero since 2.6
    }
}
