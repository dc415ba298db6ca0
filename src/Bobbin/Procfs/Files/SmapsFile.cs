using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>
/// /proc/PID/smaps: maps with what each area costs. Kernel: fs/proc/task_mmu.c, show_smap(). Records know what is resident of a whole
/// address space (see <see cref="SmapsRollupFile"/>), not of an area, so of an area only the size is told.
/// </summary>
internal static class SmapsFile
{
    public static void Write(in TaskReading reading, ref ProcText text)
    {
        if (reading.Record.Memory is not { } memory)
        {
            return;
        }

        foreach (MemoryArea area in memory.Areas.Span)
        {
            MapsFile.WriteLine(ref text, area);
            text.Literal("Size:           "u8).Right((long)((area.End - area.Start) >> 10), 8);
            text.Literal(
                """
                 kB
                KernelPageSize:        4 kB
                MMUPageSize:           4 kB
                Rss:                   0 kB
                Pss:                   0 kB
                Pss_Dirty:             0 kB
                Shared_Clean:          0 kB
                Shared_Dirty:          0 kB
                Private_Clean:         0 kB
                Private_Dirty:         0 kB
                Referenced:            0 kB
                Anonymous:             0 kB
                KSM:                   0 kB
                LazyFree:              0 kB
                AnonHugePages:         0 kB
                ShmemPmdMapped:        0 kB
                FilePmdMapped:         0 kB
                Shared_Hugetlb:        0 kB
                Private_Hugetlb:       0 kB
                Swap:                  0 kB
                SwapPss:               0 kB
                Locked:                0 kB
                THPeligible:           0
                VmFlags: 
                """u8);
            WriteFlags(ref text, area.Permissions.Span);
        }
    }

    private static void WriteFlags(ref ProcText text, ReadOnlySpan<byte> permissions)
    {
        text.Literal(permissions.Contains((byte)'r') ? "rd "u8 : default).Literal(permissions.Contains((byte)'w') ? "wr "u8 : default);
        text.Literal(permissions.Contains((byte)'x') ? "ex "u8 : default).Literal(permissions.Contains((byte)'s') ? "sh "u8 : default);
        text.Literal("mr mw me \n"u8);
    }
}
