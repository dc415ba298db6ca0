using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/meminfo. Kernel: fs/proc/meminfo.c, meminfo_proc_show(). What records do not know is zero.</summary>
internal static class MeminfoFile
{
    public static void Write(in MachineRecord machine, ref ProcText text)
    {
        MachineMemory memory = machine.Memory;
        Row(ref text, "MemTotal:       "u8, memory.Total);
        Row(ref text, "MemFree:        "u8, memory.Free);
        Row(ref text, "MemAvailable:   "u8, memory.Available);
        Row(ref text, "Buffers:        "u8, memory.Buffers);
        Row(ref text, "Cached:         "u8, memory.Cached);
        Row(ref text, "SwapCached:     "u8, memory.SwapCached);
        Row(ref text, "Active:         "u8, memory.ActiveAnonymous + memory.ActiveFile);
        Row(ref text, "Inactive:       "u8, memory.InactiveAnonymous + memory.InactiveFile);
        Row(ref text, "Active(anon):   "u8, memory.ActiveAnonymous);
        Row(ref text, "Inactive(anon): "u8, memory.InactiveAnonymous);
        Row(ref text, "Active(file):   "u8, memory.ActiveFile);
        Row(ref text, "Inactive(file): "u8, memory.InactiveFile);
        Row(ref text, "Unevictable:    "u8, memory.Unevictable);
        Row(ref text, "Mlocked:        "u8, memory.Locked);
        Row(ref text, "SwapTotal:      "u8, memory.SwapTotal);
        Row(ref text, "SwapFree:       "u8, memory.SwapFree);
        Row(ref text, "Zswap:          "u8, 0);
        Row(ref text, "Zswapped:       "u8, 0);
        Row(ref text, "Dirty:          "u8, memory.Dirty);
        Row(ref text, "Writeback:      "u8, memory.Writeback);
        Row(ref text, "AnonPages:      "u8, memory.Anonymous);
        Row(ref text, "Mapped:         "u8, memory.Mapped);
        Row(ref text, "Shmem:          "u8, memory.Shared);
        WriteKernelMemory(ref text, memory);
        WriteHugePages(ref text, memory);
    }

    private static void WriteKernelMemory(ref ProcText text, MachineMemory memory)
    {
        Row(ref text, "KReclaimable:   "u8, memory.SlabReclaimable);
        Row(ref text, "Slab:           "u8, memory.SlabReclaimable + memory.SlabUnreclaimable);
        Row(ref text, "SReclaimable:   "u8, memory.SlabReclaimable);
        Row(ref text, "SUnreclaim:     "u8, memory.SlabUnreclaimable);
        Row(ref text, "KernelStack:    "u8, memory.KernelStack);
        Row(ref text, "PageTables:     "u8, memory.PageTables);
        Row(ref text, "SecPageTables:  "u8, 0);
        Row(ref text, "NFS_Unstable:   "u8, 0);
        Row(ref text, "Bounce:         "u8, 0);
        Row(ref text, "WritebackTmp:   "u8, 0);
        Row(ref text, "CommitLimit:    "u8, memory.CommitLimit);
        Row(ref text, "Committed_AS:   "u8, memory.Committed);
        Row(ref text, "VmallocTotal:   "u8, memory.VmallocTotal);
        Row(ref text, "VmallocUsed:    "u8, memory.VmallocUsed);
        Row(ref text, "VmallocChunk:   "u8, 0);
        Row(ref text, "Percpu:         "u8, 0);
    }

    private static void WriteHugePages(ref ProcText text, MachineMemory memory)
    {
        Row(ref text, "AnonHugePages:  "u8, 0);
        Row(ref text, "ShmemHugePages: "u8, 0);
        Row(ref text, "ShmemPmdMapped: "u8, 0);
        Row(ref text, "FileHugePages:  "u8, 0);
        Row(ref text, "FilePmdMapped:  "u8, 0);
        Count(ref text, "HugePages_Total:   "u8, memory.HugePagesTotal);
        Count(ref text, "HugePages_Free:    "u8, memory.HugePagesFree);
        Count(ref text, "HugePages_Rsvd:    "u8, 0);
        Count(ref text, "HugePages_Surp:    "u8, 0);
        Row(ref text, "Hugepagesize:   "u8, memory.HugePageSize);
        Row(ref text, "Hugetlb:        "u8, memory.HugePagesTotal * memory.HugePageSize);
    }

    private static void Row(ref ProcText text, scoped ReadOnlySpan<byte> key, ulong bytes) =>
        text.Literal(key).Right((long)(bytes >> 10), 8).Literal(" kB\n"u8);

    private static void Count(ref ProcText text, scoped ReadOnlySpan<byte> key, ulong pages) =>
        text.Literal(key).Right((long)pages, 5).Line();
}
