namespace Bobbin.Tasks;

/// <summary>One processor: its time since boot by what it did, in nanoseconds (a line of /proc/stat), and what it is.</summary>
public struct ProcessorRecord
{
    /// <summary>Its number.</summary>
    public int Number;

    /// <summary>User mode.</summary>
    public ulong User;

    /// <summary>User mode at a low priority.</summary>
    public ulong Nice;

    /// <summary>The kernel.</summary>
    public ulong System;

    /// <summary>Nothing.</summary>
    public ulong Idle;

    /// <summary>Nothing, while a task waited for storage.</summary>
    public ulong IoWait;

    /// <summary>Interrupts.</summary>
    public ulong Interrupt;

    /// <summary>Soft interrupts.</summary>
    public ulong SoftInterrupt;

    /// <summary>Taken by the hypervisor.</summary>
    public ulong Steal;

    /// <summary>Guests (contained in <see cref="User"/>).</summary>
    public ulong Guest;

    /// <summary>Guests at a low priority (contained in <see cref="Nice"/>).</summary>
    public ulong GuestNice;

    /// <summary>What it is.</summary>
    public ProcessorModel Model;
}

/// <summary>What a processor is: a block of /proc/cpuinfo on x86. Immutable.</summary>
public sealed record ProcessorModel
{
    /// <summary>vendor_id.</summary>
    public ReadOnlyMemory<byte> Vendor { get; init; } = "GenuineIntel"u8.ToArray();

    /// <summary>cpu family.</summary>
    public int Family { get; init; } = 6;

    /// <summary>model.</summary>
    public int Model { get; init; } = 85;

    /// <summary>model name.</summary>
    public ReadOnlyMemory<byte> Name { get; init; } = "Bobbin virtual processor"u8.ToArray();

    /// <summary>stepping.</summary>
    public int Stepping { get; init; } = 1;

    /// <summary>microcode.</summary>
    public uint Microcode { get; init; } = 1;

    /// <summary>cpu MHz, in kHz.</summary>
    public uint Kilohertz { get; init; } = 2_000_000;

    /// <summary>cache size, in KB.</summary>
    public uint CacheKilobytes { get; init; } = 32_768;

    /// <summary>physical id.</summary>
    public int Package { get; init; }

    /// <summary>core id.</summary>
    public int Core { get; init; }

    /// <summary>cpu cores.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>siblings.</summary>
    public int Siblings { get; init; } = 1;

    /// <summary>flags, with blanks between.</summary>
    public ReadOnlyMemory<byte> Flags { get; init; } = "fpu tsc msr pae cx8 apic sep cmov mmx fxsr sse sse2 ht syscall nx lm"u8.ToArray();

    /// <summary>bugs, with blanks between.</summary>
    public ReadOnlyMemory<byte> Bugs { get; init; }

    /// <summary>bogomips, in hundredths.</summary>
    public uint BogomipsHundredths { get; init; } = 400_000;

    /// <summary>address sizes: bits physical.</summary>
    public int PhysicalBits { get; init; } = 46;

    /// <summary>address sizes: bits virtual.</summary>
    public int VirtualBits { get; init; } = 48;
}
