namespace Bobbin.Tasks;

/// <summary>The machine at one moment: what the static files of /proc say.</summary>
public struct MachineRecord
{
    /// <summary>When it was booted: nanoseconds since 1970-01-01 UTC.</summary>
    public long BootTime;

    /// <summary>Nanoseconds since boot.</summary>
    public ulong Uptime;

    /// <summary>Its processors.</summary>
    public ReadOnlyMemory<ProcessorRecord> Processors;

    /// <summary>Its memory.</summary>
    public MachineMemory Memory;

    /// <summary>Load of the last 1, 5 and 15 minutes, in hundredths.</summary>
    public uint Load1, Load5, Load15;

    /// <summary>Tasks that run or wait for a processor.</summary>
    public int RunningTasks;

    /// <summary>Tasks that wait for storage.</summary>
    public int BlockedTasks;

    /// <summary>Tasks, threads included.</summary>
    public int TaskCount;

    /// <summary>The last id that the source's namespace gave.</summary>
    public int LastId;

    /// <summary>Tasks made since boot (processes in /proc/stat).</summary>
    public ulong Forks;

    /// <summary>Context switches since boot.</summary>
    public ulong ContextSwitches;

    /// <summary>Interrupts since boot: of each number, from 0.</summary>
    public ReadOnlyMemory<ulong> Interrupts;

    /// <summary>Interrupts since boot: all.</summary>
    public ulong InterruptCount;

    /// <summary>Soft interrupts since boot: of each of the ten kinds.</summary>
    public ReadOnlyMemory<ulong> SoftInterrupts;

    /// <summary>Names and limits that do not change by themselves.</summary>
    public MachineSystem System;
}

/// <summary>What uname(2) and sysctl say. Immutable.</summary>
public sealed record MachineSystem
{
    /// <summary><c>Linux</c>.</summary>
    public ReadOnlyMemory<byte> Name { get; init; } = "Linux"u8.ToArray();

    /// <summary>Host name.</summary>
    public ReadOnlyMemory<byte> HostName { get; init; } = "bobbin"u8.ToArray();

    /// <summary>Domain name.</summary>
    public ReadOnlyMemory<byte> DomainName { get; init; } = "(none)"u8.ToArray();

    /// <summary>Kernel release.</summary>
    public ReadOnlyMemory<byte> Release { get; init; } = "6.18.0"u8.ToArray();

    /// <summary>Kernel version: <c>#1 SMP</c> and a date.</summary>
    public ReadOnlyMemory<byte> Version { get; init; } = "#1 SMP Thu Jan  1 00:00:00 UTC 2026"u8.ToArray();

    /// <summary>Who built the kernel and with what, as /proc/version has it between release and version.</summary>
    public ReadOnlyMemory<byte> Builder { get; init; } = "(bobbin@bobbin) (cc)"u8.ToArray();

    /// <summary>Ids are below this.</summary>
    public int PidMax { get; init; } = 32768;

    /// <summary>The most tasks.</summary>
    public int ThreadsMax { get; init; } = 65536;

    /// <summary>File systems.</summary>
    public ReadOnlyMemory<FileSystemRecord> FileSystems { get; init; } = FileSystemRecord.Common;
}

/// <summary>A line of /proc/filesystems.</summary>
/// <param name="Name">Its name.</param>
/// <param name="NeedsDevice">Whether it needs a block device (else <c>nodev</c>).</param>
public sealed record FileSystemRecord(ReadOnlyMemory<byte> Name, bool NeedsDevice)
{
    /// <summary>What almost every machine has.</summary>
    public static ReadOnlyMemory<FileSystemRecord> Common { get; } = new FileSystemRecord[]
    {
        new("sysfs"u8.ToArray(), false),
        new("tmpfs"u8.ToArray(), false),
        new("proc"u8.ToArray(), false),
        new("cgroup2"u8.ToArray(), false),
        new("devtmpfs"u8.ToArray(), false),
        new("devpts"u8.ToArray(), false),
        new("ext4"u8.ToArray(), true),
        new("fuse"u8.ToArray(), false),
    };
}
