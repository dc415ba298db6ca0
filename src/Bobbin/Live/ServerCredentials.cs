using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Live;

/// <summary>What this process itself may, and which namespaces it lives in, as it was when it began to serve.</summary>
internal sealed class ServerCredentials
{
    private readonly uint[] _groups;

    /// <summary>Looks at the calling thread.</summary>
    /// <param name="machine">Directories of tasks with the ids of this process's pid namespace.</param>
    public ServerCredentials(TaskDirectories machine)
    {
        ProcessId = Environment.ProcessId;
        UserId = Libc.geteuid();
        GroupId = Libc.getegid();
        Span<uint> groups = new uint[65536]; // NGROUPS_MAX
        _groups = Libc.GetThreadGroups(groups, out int count) == Errno.None ? groups[..count].ToArray() : [];
        _ = Libc.GetCapabilities(0, out CapabilitySets sets);
        Capabilities = sets;
        CanBecomeOthers = UserId == 0 && sets.Has((int)Capability.CAP_SETUID) && sets.Has((int)Capability.CAP_SETGID);
        if (machine.RentAlive(ProcessId, false, out TaskDirectory own) == Errno.None)
        {
            Namespaces = new TaskNamespaceLinks(own.Descriptor);
            CgroupNamespace = TaskNamespaceLinks.Read(own.Descriptor, "ns/cgroup"u8);
            machine.Return(own);
        }

        _ = Libc.PidfdOpen(ProcessId, anyThread: false, out int pidfd);
        Pidfd = pidfd;
    }

    /// <summary>This process.</summary>
    public int ProcessId { get; }

    /// <summary>Effective user id.</summary>
    public uint UserId { get; }

    /// <summary>Effective group id.</summary>
    public uint GroupId { get; }

    /// <summary>Supplementary groups.</summary>
    public ReadOnlySpan<uint> Groups => _groups;

    /// <summary>Capability sets.</summary>
    public CapabilitySets Capabilities { get; }

    /// <summary>Whether a thread of it can take on somebody else's ids.</summary>
    public bool CanBecomeOthers { get; }

    /// <summary>Its namespaces.</summary>
    public TaskNamespaceLinks Namespaces { get; }

    /// <summary>Inode of its cgroup namespace.</summary>
    public ulong CgroupNamespace { get; }

    /// <summary>A pidfd of it, by which a thread that went into another namespace finds back.</summary>
    public int Pidfd { get; }
}

/// <summary>Inode numbers of the namespaces of a task that decide something here; 0 where they cannot be seen.</summary>
internal readonly record struct TaskNamespaceLinks(ulong User, ulong Pid, ulong Net, ulong Uts, ulong Ipc)
{
    /// <summary>Reads them in a task's directory.</summary>
    public TaskNamespaceLinks(int directory)
        : this(Read(directory, "ns/user"u8), Read(directory, "ns/pid"u8), Read(directory, "ns/net"u8), Read(directory, "ns/uts"u8), Read(directory, "ns/ipc"u8))
    {
    }

    /// <summary>The number in a link's text, <c>user:[4026531837]</c>.</summary>
    public static ulong Read(int directory, ReadOnlySpan<byte> link)
    {
        Span<byte> text = stackalloc byte[64];
        if (Libc.ReadLinkAt(directory, link, text, out int length) != Errno.None)
        {
            return 0;
        }

        text = text[..length];
        int open = text.IndexOf((byte)'[');
        return open >= 0 && System.Buffers.Text.Utf8Parser.TryParse(text[(open + 1)..], out ulong number, out _) ? number : 0;
    }
}
