using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Fuse.Abi;

/// <summary><c>struct fuse_attr</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseAttr
{
    public ulong Inode;
    public long Size, Blocks, Accessed, Modified, Changed;
    public uint AccessedNanoseconds, ModifiedNanoseconds, ChangedNanoseconds, Mode, Links, UserId, GroupId, Device, BlockSize, Flags;
}

/// <summary><c>struct fuse_entry_out</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseEntryOut
{
    public ulong Node, Generation, EntryValid, AttributesValid;
    public uint EntryValidNanoseconds, AttributesValidNanoseconds;
    public FuseAttr Attributes;
}

/// <summary><c>struct fuse_attr_out</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseAttrOut
{
    public ulong Valid;
    public uint ValidNanoseconds, Padding;
    public FuseAttr Attributes;
}

/// <summary><c>struct fuse_open_out</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseOpenOut
{
    public ulong Handle;
    public FuseOpenFlags Flags;
    public int BackingId;
}

/// <summary><c>struct fuse_write_out</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseWriteOut
{
    public uint Size, Padding;
}

/// <summary><c>struct fuse_kstatfs</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseStatfs
{
    public ulong Blocks, FreeBlocks, AvailableBlocks, Files, FreeFiles;
    public uint BlockSize, NameLength, FragmentSize, Padding;
    public Reserved6 Spare;
}

/// <summary><c>struct fuse_poll_out</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FusePollOut
{
    public uint Ready, Padding;
}

/// <summary><c>struct fuse_dirent</c> without its name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseDirent
{
    public ulong Inode;
    public long Offset;
    public uint NameLength, Type;
}
