using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Fuse.Abi;

/// <summary><c>struct fuse_forget_in</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseForgetIn
{
    public ulong Count;
}

/// <summary><c>struct fuse_batch_forget_in</c>, which that many <see cref="FuseForgetOne"/> follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseBatchForgetIn
{
    public uint Count, Padding;
}

/// <summary><c>struct fuse_forget_one</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseForgetOne
{
    public ulong Node, Count;
}

/// <summary><c>struct fuse_getattr_in</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseGetattrIn
{
    /// <summary><c>FUSE_GETATTR_FH</c>: <see cref="Handle"/> is valid.</summary>
    public const uint HasHandle = 1;

    public uint Flags, Padding;
    public ulong Handle;
}

/// <summary><c>struct fuse_setattr_in</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseSetattrIn
{
    public uint Valid, Padding;
    public ulong Handle, Size, LockOwner, Accessed, Modified, Changed;
    public uint AccessedNanoseconds, ModifiedNanoseconds, ChangedNanoseconds, Mode, Unused4, UserId, GroupId, Unused5;
}

/// <summary><c>struct fuse_mknod_in</c>; a name follows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseMknodIn
{
    public uint Mode, Device, Umask, Padding;
}

/// <summary><c>struct fuse_mkdir_in</c>; a name follows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseMkdirIn
{
    public uint Mode, Umask;
}

/// <summary><c>struct fuse_rename_in</c>; two names follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseRenameIn
{
    public ulong NewParent;
}

/// <summary><c>struct fuse_rename2_in</c>; two names follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseRename2In
{
    public ulong NewParent;
    public uint Flags, Padding;
}

/// <summary><c>struct fuse_link_in</c>; a name follows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseLinkIn
{
    public ulong OldNode;
}

/// <summary><c>struct fuse_open_in</c>, of OPEN and OPENDIR.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseOpenIn
{
    public int Flags;
    public uint OpenFlags;
}

/// <summary><c>struct fuse_create_in</c>; a name follows.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseCreateIn
{
    public int Flags;
    public uint Mode, Umask, OpenFlags;
}

/// <summary><c>struct fuse_release_in</c>, of RELEASE and RELEASEDIR.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseReleaseIn
{
    public ulong Handle;
    public uint Flags, ReleaseFlags;
    public ulong LockOwner;
}

/// <summary><c>struct fuse_flush_in</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseFlushIn
{
    public ulong Handle;
    public uint Unused, Padding;
    public ulong LockOwner;
}

/// <summary><c>struct fuse_read_in</c>, of READ and READDIR.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseReadIn
{
    public ulong Handle;
    public long Offset;
    public uint Size, ReadFlags;
    public ulong LockOwner;
    public uint Flags, Padding;
}

/// <summary><c>struct fuse_write_in</c>; the data follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseWriteIn
{
    public ulong Handle;
    public long Offset;
    public uint Size, WriteFlags;
    public ulong LockOwner;
    public uint Flags, Padding;
}

/// <summary><c>struct fuse_fsync_in</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseFsyncIn
{
    public ulong Handle;
    public uint Flags, Padding;
}

/// <summary><c>struct fuse_access_in</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseAccessIn
{
    public uint Mask, Padding;
}

/// <summary><c>struct fuse_interrupt_in</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseInterruptIn
{
    /// <summary>Of the request whose caller has a signal.</summary>
    public ulong Unique;
}

/// <summary><c>struct fuse_poll_in</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FusePollIn
{
    /// <summary><c>FUSE_POLL_SCHEDULE_NOTIFY</c>: the caller waits for a wake-up.</summary>
    public const uint ScheduleNotify = 1;

    public ulong Handle, KernelHandle;
    public uint Flags, Events;
}

/// <summary><c>struct fuse_getxattr_in</c>, of LISTXATTR too.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseGetxattrIn
{
    public uint Size, Padding;
}

/// <summary><c>struct fuse_getxattr_out</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseGetxattrOut
{
    public uint Size, Padding;
}
