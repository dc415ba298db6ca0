using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/vmstat: the counters that tools ask for. Kernel: mm/vmstat.c, vmstat_show(). Records count no paging.</summary>
internal static class VmstatFile
{
    public static void Write(in MachineRecord machine, ref ProcText text)
    {
        text.Literal("nr_free_pages "u8).Number(machine.Memory.Free / TaskMemory.PageSize);
        text.Literal("\npgpgin 0\npgpgout 0\npswpin 0\npswpout 0\npgfault 0\npgmajfault 0\noom_kill 0\n"u8);
    }
}
