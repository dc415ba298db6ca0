using System.Runtime.CompilerServices;
using Bobbin.Tasks;

namespace Bobbin.Snapshots;

/// <summary>A row of the column of namespaces: inode numbers, in the order of <see cref="Names"/>.</summary>
[InlineArray(Count)]
internal struct NamespaceNumbers
{
    public const int Count = 10;
    private ulong _first;

    /// <summary>The names of the links in <c>/proc/PID/ns/</c>.</summary>
    public static IReadOnlyList<byte[]> Names { get; } =
    [
        "user"u8.ToArray(), "cgroup"u8.ToArray(), "ipc"u8.ToArray(), "mnt"u8.ToArray(), "net"u8.ToArray(), "pid"u8.ToArray(),
        "pid_for_children"u8.ToArray(), "time"u8.ToArray(), "time_for_children"u8.ToArray(), "uts"u8.ToArray(),
    ];

    /// <summary>As the domain has them.</summary>
    public readonly TaskNamespaces ToNamespaces() => new()
    {
        User = this[0], Cgroup = this[1], Ipc = this[2], Mount = this[3], Net = this[4], Pid = this[5], PidForChildren = this[6], Time = this[7],
        TimeForChildren = this[8], Uts = this[9],
    };
}
