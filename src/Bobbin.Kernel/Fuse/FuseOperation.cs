namespace Bobbin.Kernel.Fuse;

/// <summary>The operations of the protocol (<c>enum fuse_opcode</c>).</summary>
public enum FuseOperation : uint
{
    /// <summary>Not an operation.</summary>
    None = 0,
    /// <summary><c>FUSE_LOOKUP</c>: find a name in a directory.</summary>
    Lookup = 1,
    /// <summary><c>FUSE_FORGET</c>: the kernel drops references to a node; never answered.</summary>
    Forget = 2,
    /// <summary><c>FUSE_GETATTR</c>: stat(2), fstat(2).</summary>
    GetAttributes = 3,
    /// <summary><c>FUSE_SETATTR</c>: chmod(2), chown(2), truncate(2), utimensat(2).</summary>
    SetAttributes = 4,
    /// <summary><c>FUSE_READLINK</c>.</summary>
    ReadLink = 5,
    /// <summary><c>FUSE_SYMLINK</c>.</summary>
    MakeLink = 6,
    /// <summary><c>FUSE_MKNOD</c>.</summary>
    MakeNode = 8,
    /// <summary><c>FUSE_MKDIR</c>.</summary>
    MakeDirectory = 9,
    /// <summary><c>FUSE_UNLINK</c>.</summary>
    Unlink = 10,
    /// <summary><c>FUSE_RMDIR</c>.</summary>
    RemoveDirectory = 11,
    /// <summary><c>FUSE_RENAME</c>.</summary>
    Rename = 12,
    /// <summary><c>FUSE_LINK</c>.</summary>
    Link = 13,
    /// <summary><c>FUSE_OPEN</c>.</summary>
    Open = 14,
    /// <summary><c>FUSE_READ</c>.</summary>
    Read = 15,
    /// <summary><c>FUSE_WRITE</c>.</summary>
    Write = 16,
    /// <summary><c>FUSE_STATFS</c>.</summary>
    GetStatistics = 17,
    /// <summary><c>FUSE_RELEASE</c>: the last descriptor of an open file is gone.</summary>
    Release = 18,
    /// <summary><c>FUSE_FSYNC</c>.</summary>
    Synchronize = 20,
    /// <summary><c>FUSE_SETXATTR</c>.</summary>
    SetExtendedAttribute = 21,
    /// <summary><c>FUSE_GETXATTR</c>.</summary>
    GetExtendedAttribute = 22,
    /// <summary><c>FUSE_LISTXATTR</c>.</summary>
    ListExtendedAttributes = 23,
    /// <summary><c>FUSE_REMOVEXATTR</c>.</summary>
    RemoveExtendedAttribute = 24,
    /// <summary><c>FUSE_FLUSH</c>: one descriptor of an open file was closed.</summary>
    Flush = 25,
    /// <summary><c>FUSE_INIT</c>: the first request, which settles version and features.</summary>
    Initialize = 26,
    /// <summary><c>FUSE_OPENDIR</c>.</summary>
    OpenDirectory = 27,
    /// <summary><c>FUSE_READDIR</c>.</summary>
    ReadDirectory = 28,
    /// <summary><c>FUSE_RELEASEDIR</c>.</summary>
    ReleaseDirectory = 29,
    /// <summary><c>FUSE_FSYNCDIR</c>.</summary>
    SynchronizeDirectory = 30,
    /// <summary><c>FUSE_GETLK</c>.</summary>
    GetLock = 31,
    /// <summary><c>FUSE_SETLK</c>.</summary>
    SetLock = 32,
    /// <summary><c>FUSE_SETLKW</c>.</summary>
    SetLockWait = 33,
    /// <summary><c>FUSE_ACCESS</c>: access(2), chdir(2).</summary>
    Access = 34,
    /// <summary><c>FUSE_CREATE</c>: open(2) with O_CREAT of a name that does not exist.</summary>
    Create = 35,
    /// <summary><c>FUSE_INTERRUPT</c>: a request's caller has a signal; never answered here.</summary>
    Interrupt = 36,
    /// <summary><c>FUSE_BMAP</c>.</summary>
    MapBlock = 37,
    /// <summary><c>FUSE_DESTROY</c>: the file system is unmounted.</summary>
    Destroy = 38,
    /// <summary><c>FUSE_IOCTL</c>.</summary>
    Ioctl = 39,
    /// <summary><c>FUSE_POLL</c>: poll(2), select(2), epoll(7).</summary>
    Poll = 40,
    /// <summary><c>FUSE_NOTIFY_REPLY</c>: the answer to a retrieve notification; never answered.</summary>
    NotifyReply = 41,
    /// <summary><c>FUSE_BATCH_FORGET</c>: many forgets in one; never answered.</summary>
    BatchForget = 42,
    /// <summary><c>FUSE_FALLOCATE</c>.</summary>
    Allocate = 43,
    /// <summary><c>FUSE_READDIRPLUS</c>.</summary>
    ReadDirectoryPlus = 44,
    /// <summary><c>FUSE_RENAME2</c>: renameat2(2) with flags.</summary>
    Rename2 = 45,
    /// <summary><c>FUSE_LSEEK</c>: SEEK_DATA and SEEK_HOLE.</summary>
    Seek = 46,
    /// <summary><c>FUSE_COPY_FILE_RANGE</c>.</summary>
    CopyFileRange = 47,
    /// <summary><c>FUSE_SETUPMAPPING</c>.</summary>
    SetUpMapping = 48,
    /// <summary><c>FUSE_REMOVEMAPPING</c>.</summary>
    RemoveMapping = 49,
    /// <summary><c>FUSE_SYNCFS</c>.</summary>
    SynchronizeFileSystem = 50,
    /// <summary><c>FUSE_TMPFILE</c>: open(2) with O_TMPFILE.</summary>
    MakeTemporary = 51,
    /// <summary><c>FUSE_STATX</c>: statx(2) where GETATTR does not say enough.</summary>
    GetExtendedStatus = 52,
    /// <summary><c>FUSE_COPY_FILE_RANGE_64</c>.</summary>
    CopyFileRange64 = 53,
}
