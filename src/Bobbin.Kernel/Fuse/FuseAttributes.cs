namespace Bobbin.Kernel.Fuse;

/// <summary>A point in time as <c>struct fuse_attr</c> carries it.</summary>
/// <param name="Seconds">Since 1970-01-01 UTC.</param>
/// <param name="Nanoseconds">0 to 999,999,999.</param>
public readonly record struct FuseTime(long Seconds, uint Nanoseconds);

/// <summary>What stat(2) shows of a node.</summary>
public struct FuseAttributes
{
    /// <summary><c>st_ino</c>. Need not be the node id.</summary>
    public ulong Inode;

    /// <summary><c>st_size</c> in bytes.</summary>
    public long Size;

    /// <summary><c>st_blocks</c> in units of 512 bytes.</summary>
    public long Blocks;

    /// <summary><c>st_atim</c>.</summary>
    public FuseTime Accessed;

    /// <summary><c>st_mtim</c>.</summary>
    public FuseTime Modified;

    /// <summary><c>st_ctim</c>.</summary>
    public FuseTime Changed;

    /// <summary><c>st_mode</c>: type and permission bits.</summary>
    public uint Mode;

    /// <summary><c>st_nlink</c>.</summary>
    public uint Links;

    /// <summary><c>st_uid</c>.</summary>
    public uint UserId;

    /// <summary><c>st_gid</c>.</summary>
    public uint GroupId;

    /// <summary><c>st_rdev</c>.</summary>
    public uint Device;

    /// <summary><c>st_blksize</c> in bytes.</summary>
    public uint BlockSize;
}

/// <summary>What a lookup found.</summary>
public struct FuseEntry
{
    /// <summary>The node's id; 0 with a lifetime says "no such name, and remember that".</summary>
    public ulong Node;

    /// <summary>Tells two uses of one node id apart.</summary>
    public ulong Generation;

    /// <summary>The node's attributes.</summary>
    public FuseAttributes Attributes;

    /// <summary>How long the kernel may answer this name without asking again; zero: not at all.</summary>
    public TimeSpan EntryLifetime;

    /// <summary>How long the kernel may answer stat without asking again; zero: not at all.</summary>
    public TimeSpan AttributesLifetime;
}

/// <summary>Answers to OPEN and OPENDIR (<c>FOPEN_*</c>).</summary>
[Flags]
public enum FuseOpenFlags : uint
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary><c>FOPEN_DIRECT_IO</c>: every read reaches the server; the size does not limit it.</summary>
    DirectIo = 1,

    /// <summary><c>FOPEN_KEEP_CACHE</c>: pages cached earlier stay valid.</summary>
    KeepCache = 2,

    /// <summary><c>FOPEN_NONSEEKABLE</c>: lseek and pread fail with ESPIPE.</summary>
    NonSeekable = 4,

    /// <summary><c>FOPEN_CACHE_DIR</c>: the kernel may keep the listing.</summary>
    CacheDirectory = 8,

    /// <summary><c>FOPEN_STREAM</c>: the file has no position.</summary>
    Stream = 16,

    /// <summary><c>FOPEN_NOFLUSH</c>: no FLUSH on close unless the page cache has something to write.</summary>
    NoFlush = 32,

    /// <summary><c>FOPEN_PARALLEL_DIRECT_WRITES</c>.</summary>
    ParallelDirectWrites = 64,
}

/// <summary>Which attributes SETATTR changes (<c>FATTR_*</c>).</summary>
[Flags]
public enum FuseSetAttributes : uint
{
    /// <summary>The mode.</summary>
    Mode = 1,

    /// <summary>The owner.</summary>
    UserId = 2,

    /// <summary>The group.</summary>
    GroupId = 4,

    /// <summary>The size: truncate(2), or an open with O_TRUNC.</summary>
    Size = 8,

    /// <summary>The time of last access.</summary>
    Accessed = 16,

    /// <summary>The time of last modification.</summary>
    Modified = 32,

    /// <summary>A file handle accompanies the request.</summary>
    Handle = 64,

    /// <summary>Access time: now.</summary>
    AccessedNow = 128,

    /// <summary>Modification time: now.</summary>
    ModifiedNow = 256,

    /// <summary>The time of last status change.</summary>
    Changed = 1024,
}

/// <summary>What statfs(2) shows (<c>struct fuse_kstatfs</c>).</summary>
public struct FuseStatistics
{
    /// <summary>Total and free blocks, and those free to users, in units of the fragment size.</summary>
    public ulong Blocks, FreeBlocks, AvailableBlocks;

    /// <summary>Total and free inodes.</summary>
    public ulong Files, FreeFiles;

    /// <summary>Block size, longest name and fragment size in bytes.</summary>
    public uint BlockSize, NameLength, FragmentSize;
}
