namespace Bobbin.Procfs;

/// <summary>What stat(2) shows of a node.</summary>
public struct ProcAttributes
{
    /// <summary><c>st_ino</c>; equals <c>d_ino</c> of the listing.</summary>
    public ulong Inode;

    /// <summary><c>st_mode</c>: type and permission bits.</summary>
    public uint Mode;

    /// <summary><c>st_nlink</c>.</summary>
    public uint Links;

    /// <summary><c>st_uid</c>.</summary>
    public uint UserId;

    /// <summary><c>st_gid</c>.</summary>
    public uint GroupId;

    /// <summary><c>st_size</c> in bytes; 0 for generated text, as the kernel says.</summary>
    public long Size;

    /// <summary><c>st_atim</c>, <c>st_mtim</c> and <c>st_ctim</c>: nanoseconds since 1970-01-01 UTC.</summary>
    public long Time;
}

/// <summary>What a lookup found.</summary>
public struct ProcEntry
{
    /// <summary>The node.</summary>
    public ProcNode Node;

    /// <summary>Its attributes.</summary>
    public ProcAttributes Attributes;

    /// <summary>
    /// Whether the name may be answered again without asking, for as long as the task it belongs to lives: the answer depended
    /// neither on who asked nor on anything but the task's life.
    /// </summary>
    public bool IsLasting;
}
