using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Fuse.Abi;

/// <summary><c>enum fuse_notify_code</c>.</summary>
internal enum FuseNotice
{
    Poll = 1,
    InvalidateInode = 2,
    InvalidateEntry = 3,
    Retrieve = 5,
    Delete = 6,

    /// <summary><c>FUSE_NOTIFY_INC_EPOCH</c>, protocol 7.44.</summary>
    IncrementEpoch = 8,

    /// <summary><c>FUSE_NOTIFY_PRUNE</c>, protocol 7.45.</summary>
    Prune = 9,
}

/// <summary><c>struct fuse_notify_poll_wakeup_out</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseNotifyPoll
{
    public ulong KernelHandle;
}

/// <summary><c>struct fuse_notify_inval_inode_out</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseNotifyInvalInode
{
    public ulong Node;

    /// <summary>Negative: attributes only.</summary>
    public long Offset;

    /// <summary>0 or less: to the end.</summary>
    public long Length;
}

/// <summary><c>struct fuse_notify_inval_entry_out</c>; the name and a NUL follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseNotifyInvalEntry
{
    /// <summary><c>FUSE_EXPIRE_ONLY</c>: let the entry's lifetime end instead of dropping it (7.38).</summary>
    public const uint ExpireOnly = 1;

    public ulong Parent;
    public uint NameLength, Flags;
}

/// <summary><c>struct fuse_notify_delete_out</c>; the name and a NUL follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseNotifyDelete
{
    public ulong Parent, Child;
    public uint NameLength, Padding;
}

/// <summary><c>struct fuse_notify_prune_out</c>; that many node ids follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseNotifyPrune
{
    public uint Count, Padding;
    public ulong Spare;
}

/// <summary><c>struct fuse_notify_retrieve_out</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseNotifyRetrieve
{
    public ulong Unique, Node, Offset;
    public uint Size, Padding;
}
