using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>
/// /proc/PID/smaps_rollup: the sums of smaps. Kernel: fs/proc/task_mmu.c, show_smaps_rollup(). Records do not know who shares a page, so
/// all that is anonymous is private, and all of files is shared and clean.
/// </summary>
internal static class SmapsRollupFile
{
    public static void Write(in TaskReading reading, ref ProcText text)
    {
        if (reading.Record.Memory is not { } memory)
        {
            return;
        }

        ReadOnlySpan<MemoryArea> areas = memory.Areas.Span;
        ulong start = areas.IsEmpty ? 0 : areas[0].Start;
        ulong end = areas.IsEmpty ? 0 : areas[^1].End;
        MapsFile.WriteLine(ref text, new MemoryArea(start, end, s_permissions, 0, 0, 0, s_name));
        Row(ref text, "Rss:            "u8, memory.Resident);
        Row(ref text, "Pss:            "u8, memory.Resident);
        Row(ref text, "Pss_Dirty:      "u8, memory.ResidentAnonymous);
        Row(ref text, "Pss_Anon:       "u8, memory.ResidentAnonymous);
        Row(ref text, "Pss_File:       "u8, memory.ResidentFile);
        Row(ref text, "Pss_Shmem:      "u8, memory.ResidentShared);
        Row(ref text, "Shared_Clean:   "u8, memory.Shared);
        Row(ref text, "Shared_Dirty:   "u8, 0);
        Row(ref text, "Private_Clean:  "u8, 0);
        Row(ref text, "Private_Dirty:  "u8, memory.ResidentAnonymous);
        Row(ref text, "Referenced:     "u8, memory.Resident);
        Row(ref text, "Anonymous:      "u8, memory.ResidentAnonymous);
        Row(ref text, "KSM:            "u8, 0);
        Row(ref text, "LazyFree:       "u8, 0);
        Row(ref text, "AnonHugePages:  "u8, 0);
        Row(ref text, "ShmemPmdMapped: "u8, 0);
        Row(ref text, "FilePmdMapped:  "u8, 0);
        Row(ref text, "Shared_Hugetlb: "u8, 0);
        Row(ref text, "Private_Hugetlb: "u8, memory.HugePageBytes / TaskMemory.PageSize, 7);
        Row(ref text, "Swap:           "u8, memory.Swapped);
        Row(ref text, "SwapPss:        "u8, memory.Swapped);
        Row(ref text, "Locked:         "u8, memory.Locked);
    }

    private static readonly byte[] s_permissions = "---p"u8.ToArray();
    private static readonly byte[] s_name = "[rollup]"u8.ToArray();

    private static void Row(ref ProcText text, scoped ReadOnlySpan<byte> key, ulong pages, int width = 8) =>
        text.Literal(key).Right((long)(pages * TaskMemory.PageSize) >> 10, width).Literal(" kB\n"u8);
}
