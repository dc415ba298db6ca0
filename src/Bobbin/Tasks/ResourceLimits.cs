using System.Runtime.CompilerServices;

namespace Bobbin.Tasks;

/// <summary>Numbers of resource limits (<c>include/uapi/asm-generic/resource.h</c>); the rows of /proc/PID/limits in their order.</summary>
public enum Resource
{
    /// <summary>Seconds of processor time.</summary>
    RLIMIT_CPU = 0,

    /// <summary>Bytes of a file written.</summary>
    RLIMIT_FSIZE = 1,

    /// <summary>Bytes of data.</summary>
    RLIMIT_DATA = 2,

    /// <summary>Bytes of stack.</summary>
    RLIMIT_STACK = 3,

    /// <summary>Bytes of a core dump.</summary>
    RLIMIT_CORE = 4,

    /// <summary>Resident bytes.</summary>
    RLIMIT_RSS = 5,

    /// <summary>Processes of the user.</summary>
    RLIMIT_NPROC = 6,

    /// <summary>Open files.</summary>
    RLIMIT_NOFILE = 7,

    /// <summary>Locked bytes.</summary>
    RLIMIT_MEMLOCK = 8,

    /// <summary>Bytes of address space.</summary>
    RLIMIT_AS = 9,

    /// <summary>File locks.</summary>
    RLIMIT_LOCKS = 10,

    /// <summary>Queued signals.</summary>
    RLIMIT_SIGPENDING = 11,

    /// <summary>Bytes in message queues.</summary>
    RLIMIT_MSGQUEUE = 12,

    /// <summary>20 minus the lowest nice value.</summary>
    RLIMIT_NICE = 13,

    /// <summary>Highest real-time priority.</summary>
    RLIMIT_RTPRIO = 14,

    /// <summary>Microseconds of a real-time task without a rest.</summary>
    RLIMIT_RTTIME = 15,
}

/// <summary>One limit.</summary>
/// <param name="Soft">What counts.</param>
/// <param name="Hard">How far it may be raised.</param>
public readonly record struct ResourceLimit(ulong Soft, ulong Hard)
{
    /// <summary>No limit (<c>RLIM_INFINITY</c>).</summary>
    public const ulong Unlimited = ulong.MaxValue;
}

/// <summary>A thread group's sixteen limits. Immutable.</summary>
public sealed class ResourceLimits
{
    /// <summary>How many there are (<c>RLIM_NLIMITS</c>).</summary>
    public const int Count = 16;

    private readonly Rows _rows;

    private ResourceLimits(in Rows rows) => _rows = rows;

    /// <summary>What the kernel gives to init, with 10,000 processes and queued signals.</summary>
    public static ResourceLimits Default { get; } = MakeDefault();

    /// <summary>One limit.</summary>
    public ResourceLimit this[Resource resource] => _rows[(int)resource];

    /// <summary>The same limits but for one.</summary>
    public ResourceLimits With(Resource resource, ResourceLimit limit)
    {
        Rows rows = _rows;
        rows[(int)resource] = limit;
        return new ResourceLimits(rows);
    }

    private static ResourceLimits MakeDefault()
    {
        Rows rows = default;
        ((Span<ResourceLimit>)rows).Fill(new ResourceLimit(ResourceLimit.Unlimited, ResourceLimit.Unlimited));
        rows[(int)Resource.RLIMIT_STACK] = new ResourceLimit(8 << 20, ResourceLimit.Unlimited);
        rows[(int)Resource.RLIMIT_CORE] = new ResourceLimit(0, ResourceLimit.Unlimited);
        rows[(int)Resource.RLIMIT_NPROC] = new ResourceLimit(10_000, 10_000);
        rows[(int)Resource.RLIMIT_NOFILE] = new ResourceLimit(1024, 4096);
        rows[(int)Resource.RLIMIT_MEMLOCK] = new ResourceLimit(8 << 20, 8 << 20);
        rows[(int)Resource.RLIMIT_SIGPENDING] = new ResourceLimit(10_000, 10_000);
        rows[(int)Resource.RLIMIT_MSGQUEUE] = new ResourceLimit(819_200, 819_200);
        rows[(int)Resource.RLIMIT_NICE] = new ResourceLimit(0, 0);
        rows[(int)Resource.RLIMIT_RTPRIO] = new ResourceLimit(0, 0);
        return new ResourceLimits(rows);
    }

    [InlineArray(Count)]
    private struct Rows
    {
        private ResourceLimit _first;
    }
}
