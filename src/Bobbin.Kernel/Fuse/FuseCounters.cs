namespace Bobbin.Kernel.Fuse;

/// <summary>How many times each operation arrived. Read without a lock: each number is right, not all at one instant.</summary>
public sealed class FuseCounters
{
    /// <summary>Room for opcodes below this; higher ones count as <see cref="FuseOperation.None"/>.</summary>
    private const int Kinds = 64;

    /// <summary>Longs in a cache line: threads that serve different operations do not disturb each other.</summary>
    private const int Stride = 8;

    private readonly long[] _counts = new long[Kinds * Stride];

    /// <summary>How many times <paramref name="operation"/> arrived.</summary>
    public long this[FuseOperation operation] => Volatile.Read(ref _counts[Place(operation)]);

    /// <summary>All requests together.</summary>
    public long Total
    {
        get
        {
            long sum = 0;
            for (int i = 0; i < _counts.Length; i += Stride)
            {
                sum += Volatile.Read(ref _counts[i]);
            }

            return sum;
        }
    }

    /// <summary>The operation's name without <c>FUSE_</c>, in lower case; empty for an unknown one.</summary>
    public static ReadOnlySpan<byte> NameOf(FuseOperation operation) => operation switch
    {
        FuseOperation.Lookup => "lookup"u8,
        FuseOperation.Forget => "forget"u8,
        FuseOperation.GetAttributes => "getattr"u8,
        FuseOperation.SetAttributes => "setattr"u8,
        FuseOperation.ReadLink => "readlink"u8,
        FuseOperation.MakeLink => "symlink"u8,
        FuseOperation.MakeNode => "mknod"u8,
        FuseOperation.MakeDirectory => "mkdir"u8,
        FuseOperation.Unlink => "unlink"u8,
        FuseOperation.RemoveDirectory => "rmdir"u8,
        FuseOperation.Rename => "rename"u8,
        FuseOperation.Link => "link"u8,
        FuseOperation.Open => "open"u8,
        FuseOperation.Read => "read"u8,
        FuseOperation.Write => "write"u8,
        FuseOperation.GetStatistics => "statfs"u8,
        FuseOperation.Release => "release"u8,
        FuseOperation.Synchronize => "fsync"u8,
        FuseOperation.SetExtendedAttribute => "setxattr"u8,
        FuseOperation.GetExtendedAttribute => "getxattr"u8,
        FuseOperation.ListExtendedAttributes => "listxattr"u8,
        FuseOperation.RemoveExtendedAttribute => "removexattr"u8,
        FuseOperation.Flush => "flush"u8,
        FuseOperation.Initialize => "init"u8,
        FuseOperation.OpenDirectory => "opendir"u8,
        FuseOperation.ReadDirectory => "readdir"u8,
        FuseOperation.ReleaseDirectory => "releasedir"u8,
        FuseOperation.SynchronizeDirectory => "fsyncdir"u8,
        FuseOperation.GetLock => "getlk"u8,
        FuseOperation.SetLock => "setlk"u8,
        FuseOperation.SetLockWait => "setlkw"u8,
        FuseOperation.Access => "access"u8,
        FuseOperation.Create => "create"u8,
        FuseOperation.Interrupt => "interrupt"u8,
        FuseOperation.MapBlock => "bmap"u8,
        FuseOperation.Destroy => "destroy"u8,
        FuseOperation.Ioctl => "ioctl"u8,
        FuseOperation.Poll => "poll"u8,
        FuseOperation.NotifyReply => "notify_reply"u8,
        FuseOperation.BatchForget => "batch_forget"u8,
        FuseOperation.Allocate => "fallocate"u8,
        FuseOperation.ReadDirectoryPlus => "readdirplus"u8,
        FuseOperation.Rename2 => "rename2"u8,
        FuseOperation.Seek => "lseek"u8,
        FuseOperation.CopyFileRange => "copy_file_range"u8,
        FuseOperation.SetUpMapping => "setupmapping"u8,
        FuseOperation.RemoveMapping => "removemapping"u8,
        FuseOperation.SynchronizeFileSystem => "syncfs"u8,
        FuseOperation.MakeTemporary => "tmpfile"u8,
        FuseOperation.GetExtendedStatus => "statx"u8,
        FuseOperation.CopyFileRange64 => "copy_file_range_64"u8,
        _ => default,
    };

    internal void Add(FuseOperation operation) => Interlocked.Increment(ref _counts[Place(operation)]);

    private static int Place(FuseOperation operation) => (operation < (FuseOperation)Kinds ? (int)operation : 0) * Stride;
}
