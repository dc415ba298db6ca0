namespace Bobbin.Tasks;

/// <summary>One open file of a task. Immutable.</summary>
public sealed record OpenFile
{
    /// <summary>The descriptor.</summary>
    public required int Number { get; init; }

    /// <summary>What readlink(2) of <c>fd/N</c> says: a path, or <c>pipe:[5]</c> and its like.</summary>
    public required ReadOnlyMemory<byte> Target { get; init; }

    /// <summary>Flags of open(2), O_CLOEXEC and O_LARGEFILE included.</summary>
    public uint Flags { get; init; }

    /// <summary>Position.</summary>
    public long Position { get; init; }

    /// <summary>Id of the mount (/proc/PID/mountinfo).</summary>
    public int MountId { get; init; }

    /// <summary>Inode number.</summary>
    public ulong Inode { get; init; }

    /// <summary>Whether it can be read.</summary>
    public bool IsReadable => !IsPath && (Flags & 3) is 0 or 2;

    /// <summary>Whether it can be written.</summary>
    public bool IsWritable => !IsPath && (Flags & 3) is 1 or 2;

    /// <summary>Opened with O_PATH: neither.</summary>
    public bool IsPath => (Flags & 0x20_0000) != 0;

    /// <summary>Lines that fdinfo has below the common ones, each ended by a newline.</summary>
    public ReadOnlyMemory<byte> Details { get; init; }
}
