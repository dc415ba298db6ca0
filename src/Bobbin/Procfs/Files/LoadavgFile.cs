using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/loadavg. Kernel: fs/proc/loadavg.c.</summary>
internal static class LoadavgFile
{
    public static void Write(in MachineRecord machine, ref ProcText text)
    {
        WriteLoad(ref text, machine.Load1);
        WriteLoad(ref text, machine.Load5);
        WriteLoad(ref text, machine.Load15);
        text.Number(machine.RunningTasks).Byte((byte)'/').Number(machine.TaskCount).Space().Number(machine.LastId).Line();
    }

    private static void WriteLoad(ref ProcText text, uint hundredths) =>
        text.Number(hundredths / 100).Byte((byte)'.').Zeros(hundredths % 100, 2).Space();
}
