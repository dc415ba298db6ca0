namespace Bobbin.Tasks;

/// <summary>The machine's memory, in bytes where not said otherwise: /proc/meminfo. Names are the file's. Immutable.</summary>
public sealed record MachineMemory
{
    /// <summary>MemTotal.</summary>
    public ulong Total { get; init; }

    /// <summary>MemFree.</summary>
    public ulong Free { get; init; }

    /// <summary>MemAvailable.</summary>
    public ulong Available { get; init; }

    /// <summary>Buffers.</summary>
    public ulong Buffers { get; init; }

    /// <summary>Cached.</summary>
    public ulong Cached { get; init; }

    /// <summary>SwapCached.</summary>
    public ulong SwapCached { get; init; }

    /// <summary>Active(anon).</summary>
    public ulong ActiveAnonymous { get; init; }

    /// <summary>Inactive(anon).</summary>
    public ulong InactiveAnonymous { get; init; }

    /// <summary>Active(file).</summary>
    public ulong ActiveFile { get; init; }

    /// <summary>Inactive(file).</summary>
    public ulong InactiveFile { get; init; }

    /// <summary>Unevictable.</summary>
    public ulong Unevictable { get; init; }

    /// <summary>Mlocked.</summary>
    public ulong Locked { get; init; }

    /// <summary>SwapTotal.</summary>
    public ulong SwapTotal { get; init; }

    /// <summary>SwapFree.</summary>
    public ulong SwapFree { get; init; }

    /// <summary>Dirty.</summary>
    public ulong Dirty { get; init; }

    /// <summary>Writeback.</summary>
    public ulong Writeback { get; init; }

    /// <summary>AnonPages.</summary>
    public ulong Anonymous { get; init; }

    /// <summary>Mapped.</summary>
    public ulong Mapped { get; init; }

    /// <summary>Shmem.</summary>
    public ulong Shared { get; init; }

    /// <summary>SReclaimable.</summary>
    public ulong SlabReclaimable { get; init; }

    /// <summary>SUnreclaim.</summary>
    public ulong SlabUnreclaimable { get; init; }

    /// <summary>KernelStack.</summary>
    public ulong KernelStack { get; init; }

    /// <summary>PageTables.</summary>
    public ulong PageTables { get; init; }

    /// <summary>CommitLimit.</summary>
    public ulong CommitLimit { get; init; }

    /// <summary>Committed_AS.</summary>
    public ulong Committed { get; init; }

    /// <summary>VmallocTotal.</summary>
    public ulong VmallocTotal { get; init; } = 0x2000_0000_0000 - 1024;

    /// <summary>VmallocUsed.</summary>
    public ulong VmallocUsed { get; init; }

    /// <summary>HugePages_Total, in pages.</summary>
    public ulong HugePagesTotal { get; init; }

    /// <summary>HugePages_Free, in pages.</summary>
    public ulong HugePagesFree { get; init; }

    /// <summary>Hugepagesize.</summary>
    public ulong HugePageSize { get; init; } = 2 << 20;
}
