namespace Bobbin.Tasks;

/// <summary>Inode numbers of a task's namespaces; 0: none (the link answers ENOENT). Immutable.</summary>
public sealed record TaskNamespaces
{
    /// <summary>Network.</summary>
    public ulong Net { get; init; }

    /// <summary>Host name.</summary>
    public ulong Uts { get; init; }

    /// <summary>System V objects.</summary>
    public ulong Ipc { get; init; }

    /// <summary>Process ids.</summary>
    public ulong Pid { get; init; }

    /// <summary>Process ids of future children.</summary>
    public ulong PidForChildren { get; init; }

    /// <summary>Users.</summary>
    public ulong User { get; init; }

    /// <summary>Mounts.</summary>
    public ulong Mount { get; init; }

    /// <summary>Control groups.</summary>
    public ulong Cgroup { get; init; }

    /// <summary>Clocks.</summary>
    public ulong Time { get; init; }

    /// <summary>Clocks of future children.</summary>
    public ulong TimeForChildren { get; init; }
}

/// <summary>A run of ids that a user namespace maps.</summary>
/// <param name="Inside">First id in the namespace.</param>
/// <param name="Outside">First id in the parent namespace.</param>
/// <param name="Count">How many.</param>
public readonly record struct IdRange(uint Inside, uint Outside, uint Count);

/// <summary>A user namespace. Immutable.</summary>
public sealed record UserNamespace
{
    /// <summary>Every id mapped to itself.</summary>
    public static UserNamespace Initial { get; } = new()
    {
        Users = new[] { new IdRange(0, 0, uint.MaxValue) },
        Groups = new[] { new IdRange(0, 0, uint.MaxValue) },
        Projects = new[] { new IdRange(0, 0, uint.MaxValue) },
    };

    /// <summary>User ids.</summary>
    public ReadOnlyMemory<IdRange> Users { get; init; }

    /// <summary>Group ids.</summary>
    public ReadOnlyMemory<IdRange> Groups { get; init; }

    /// <summary>Project ids.</summary>
    public ReadOnlyMemory<IdRange> Projects { get; init; }

    /// <summary>Whether setgroups(2) is allowed.</summary>
    public bool AllowsSetGroups { get; init; } = true;
}

/// <summary>A task's place in one hierarchy of control groups: a line of /proc/PID/cgroup.</summary>
/// <param name="Hierarchy">0 for the unified hierarchy.</param>
/// <param name="Controllers">Names of its controllers with commas between; empty for the unified hierarchy.</param>
/// <param name="Path">The path, as the reader's cgroup namespace sees it.</param>
public sealed record ControlGroup(int Hierarchy, ReadOnlyMemory<byte> Controllers, ReadOnlyMemory<byte> Path);
