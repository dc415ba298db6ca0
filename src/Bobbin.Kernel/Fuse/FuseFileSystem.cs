using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Fuse;

/// <summary>
/// A low-level file system: one method an operation of the FUSE protocol. Every method may be called from several threads at
/// once. An operation answers with an errno; <see cref="Errno.None"/> is success. What a file system does not override
/// answers ENOSYS (or what its summary says), as the protocol wants it.
/// </summary>
/// <remarks>
/// It is for file systems that decide themselves what there is, as procfs does: what exists can be read, written, truncated and given other
/// attributes, but callers cannot make anything: <see cref="Create"/> can only say with which errno.
/// Names and link texts are bytes, as everywhere in Linux: never NUL, never with a slash, but otherwise anything. An exception
/// from a method is a bug of the file system: it is logged and answered with EIO.
/// </remarks>
public abstract class FuseFileSystem
{
    /// <summary>The id of the root node, which the kernel knows without a lookup.</summary>
    public const ulong RootNode = 1;

    /// <summary>Finds <paramref name="name"/> in a directory. Each success adds one to the kernel's count of the node, which <see cref="Forget"/> takes back.</summary>
    public abstract Errno Lookup(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name, ref FuseEntry entry);

    /// <summary>The kernel drops <paramref name="count"/> of its references to a node. No reply.</summary>
    public virtual void Forget(ulong node, ulong count) { }

    /// <summary>
    /// stat(2) and fstat(2). Where <paramref name="handle"/> is given the kernel asks for the size alone, for lseek(2) to the end, to data
    /// or to a hole, and hands the caller an error.
    /// </summary>
    /// <param name="request">Who asks.</param>
    /// <param name="node">Of what.</param>
    /// <param name="handle">The open file it is asked through, if any.</param>
    /// <param name="attributes">To be filled.</param>
    /// <param name="lifetime">How long the kernel may answer without asking again.</param>
    public abstract Errno GetAttributes(in FuseRequest request, ulong node, ulong? handle, ref FuseAttributes attributes, out TimeSpan lifetime);

    /// <summary>chmod, chown, truncate, utimes. <paramref name="values"/> holds what is to be set and takes the new attributes.</summary>
    public virtual Errno SetAttributes(in FuseRequest request, ulong node, ulong? handle, FuseSetAttributes which, ref FuseAttributes values, out TimeSpan lifetime)
    {
        lifetime = default;
        return Errno.ENOSYS;
    }

    /// <summary>The text of a symbolic link, into <paramref name="target"/>.</summary>
    public virtual Errno ReadLink(in FuseRequest request, ulong node, Span<byte> target, out int length)
    {
        length = 0;
        return Errno.EINVAL;
    }

    /// <summary>Opens a file. <paramref name="flags"/> are open(2)'s, without O_CREAT, O_EXCL and O_NOCTTY.</summary>
    public virtual Errno Open(in FuseRequest request, ulong node, int flags, out ulong handle, out FuseOpenFlags answer)
    {
        handle = 0;
        answer = FuseOpenFlags.None;
        return Errno.ENOSYS;
    }

    /// <summary>Reads at <paramref name="offset"/> into <paramref name="buffer"/>; zero bytes are the end of the file.</summary>
    public virtual Errno Read(in FuseRequest request, ulong node, ulong handle, long offset, Span<byte> buffer, out int count)
    {
        count = 0;
        return Errno.ENOSYS;
    }

    /// <summary>Writes at <paramref name="offset"/>.</summary>
    public virtual Errno Write(in FuseRequest request, ulong node, ulong handle, long offset, ReadOnlySpan<byte> data, out int count)
    {
        count = 0;
        return Errno.ENOSYS;
    }

    /// <summary>A descriptor of an open file was closed. ENOSYS (the default) tells the kernel to ask no more.</summary>
    public virtual Errno Flush(in FuseRequest request, ulong node, ulong handle) => Errno.ENOSYS;

    /// <summary>The last descriptor of an open file is gone.</summary>
    public virtual void Release(in FuseRequest request, ulong node, ulong handle) { }

    /// <summary>fsync(2). The default is procfs's answer, EINVAL.</summary>
    public virtual Errno Synchronize(in FuseRequest request, ulong node, ulong handle) => Errno.EINVAL;

    /// <summary>Opens a directory for listing.</summary>
    public virtual Errno OpenDirectory(in FuseRequest request, ulong node, out ulong handle, out FuseOpenFlags answer)
    {
        handle = 0;
        answer = FuseOpenFlags.None;
        return Errno.None;
    }

    /// <summary>Lists from <paramref name="position"/> (zero, or a record's <c>d_off</c>) until <paramref name="entries"/> is full.</summary>
    public virtual Errno ReadDirectory(in FuseRequest request, ulong node, ulong handle, long position, ref DirectoryWriter entries) => Errno.ENOTDIR;

    /// <summary>The last descriptor of an open directory is gone.</summary>
    public virtual void ReleaseDirectory(in FuseRequest request, ulong node, ulong handle) { }

    /// <summary>statfs(2).</summary>
    public virtual Errno GetStatistics(in FuseRequest request, ulong node, ref FuseStatistics statistics) => Errno.None;

    /// <summary>access(2) and chdir(2), on mounts without default_permissions. <paramref name="mask"/>: R_OK 4, W_OK 2, X_OK 1.</summary>
    public virtual Errno Access(in FuseRequest request, ulong node, int mask) => Errno.ENOSYS;

    /// <summary>setxattr(2) and removexattr(2). ENOSYS (the default): the kernel answers EOPNOTSUPP from then on, without asking.</summary>
    public virtual Errno SetExtendedAttribute(in FuseRequest request, ulong node, ReadOnlySpan<byte> name) => Errno.ENOSYS;

    /// <summary>listxattr(2) of a node without any. ENOSYS (the default): as above.</summary>
    public virtual Errno ListExtendedAttributes(in FuseRequest request, ulong node) => Errno.ENOSYS;

    /// <summary>Attempts to make a file, directory, link or node called <paramref name="name"/>. The default is procfs's answer, ENOENT.</summary>
    public virtual Errno Create(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name) => Errno.ENOENT;

    /// <summary>unlink(2) and rmdir(2). The default is procfs's answer, EPERM.</summary>
    public virtual Errno Remove(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name, bool directory) => Errno.EPERM;

    /// <summary>rename(2). The default is EPERM.</summary>
    public virtual Errno Rename(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name, ulong newParent, ReadOnlySpan<byte> newName) => Errno.EPERM;

    /// <summary>poll(2): which of <paramref name="events"/> hold now. <paramref name="notify"/> asks for a wake-up by <c>FUSE_NOTIFY_POLL</c> with <paramref name="pollHandle"/>.</summary>
    public virtual Errno Poll(in FuseRequest request, ulong node, ulong handle, ulong pollHandle, bool notify, uint events, out uint ready)
    {
        ready = 0;
        return Errno.ENOSYS;
    }
}
