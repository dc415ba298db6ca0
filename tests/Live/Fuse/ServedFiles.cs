using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;

namespace Bobbin.Tests.Fuse;

/// <summary>
/// "file" holds a few bytes; a read of "stuck" blocks in a system call until it is interrupted; nothing has a lifetime, so that
/// every call reaches the server.
/// </summary>
internal sealed class ServedFiles : FuseFileSystem, IDisposable
{
    private const ulong FileNode = 2, StuckNode = 3;
    private readonly int _emptyPipe, _pipeWriter;
    private int _stuck, _interrupted;
    private ulong _pollHandle;

    public ServedFiles()
    {
        if (Libc.SocketPair(out _emptyPipe, out _pipeWriter) != Errno.None)
        {
            throw new InvalidOperationException("no socket pair");
        }
    }

    /// <summary>How many reads of "stuck" there have been.</summary>
    public int Stuck => Volatile.Read(ref _stuck);

    /// <summary>How many of them have ended because of an interrupt.</summary>
    public int Interrupted => Volatile.Read(ref _interrupted);

    /// <summary>How long the kernel may answer names and attributes without asking.</summary>
    public TimeSpan Lifetime { get; set; }

    /// <summary>What a poll of "file" left to be woken by.</summary>
    public ulong PollHandle => Volatile.Read(ref _pollHandle);

    /// <summary>Whether "file" is ready.</summary>
    public bool Ready { get; set; }

    /// <summary>Whether files go through the page cache, so that they can be mapped.</summary>
    public bool Mappable { get; set; }

    /// <summary>Told on the serving thread of each lookup.</summary>
    public Action? LookedUp { get; set; }

    public void Dispose()
    {
        Libc.Close(_emptyPipe);
        Libc.Close(_pipeWriter);
    }

    public override Errno Lookup(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name, ref FuseEntry entry)
    {
        LookedUp?.Invoke();
        entry.Node = name.SequenceEqual("file"u8) ? FileNode : name.SequenceEqual("stuck"u8) ? StuckNode : 0;
        entry.Attributes = Describe(entry.Node);
        entry.EntryLifetime = entry.AttributesLifetime = Lifetime;
        return entry.Node == 0 ? Errno.ENOENT : Errno.None;
    }

    public override Errno GetAttributes(in FuseRequest request, ulong node, ulong? handle, ref FuseAttributes attributes, out TimeSpan lifetime)
    {
        lifetime = Lifetime;
        attributes = Describe(node);
        return Errno.None;
    }

    public override Errno Open(in FuseRequest request, ulong node, int flags, out ulong handle, out FuseOpenFlags answer)
    {
        handle = node;
        answer = Mappable ? FuseOpenFlags.None : FuseOpenFlags.DirectIo;
        return Errno.None;
    }

    public override Errno Read(in FuseRequest request, ulong node, ulong handle, long offset, Span<byte> buffer, out int count)
    {
        count = 0;
        if (node == StuckNode)
        {
            Interlocked.Increment(ref _stuck);
            Errno error = Libc.Read(_emptyPipe, buffer, out count);
            if (error == Errno.EINTR)
            {
                Interlocked.Increment(ref _interrupted);
            }

            return error;
        }

        if (offset == 0)
        {
            "content\n"u8.CopyTo(buffer);
            count = 8;
        }

        return Errno.None;
    }

    public override Errno Poll(in FuseRequest request, ulong node, ulong handle, ulong pollHandle, bool notify, uint events, out uint ready)
    {
        ready = Ready ? events & 1 : 0;
        if (notify)
        {
            Volatile.Write(ref _pollHandle, pollHandle);
        }

        return Errno.None;
    }

    public override Errno ReadDirectory(in FuseRequest request, ulong node, ulong handle, long position, ref DirectoryWriter entries)
    {
        _ = (position > 0 || entries.TryAdd("file"u8, FileNode, 1, DirectoryEntryType.Regular))
            && (position > 1 || entries.TryAdd("stuck"u8, StuckNode, 2, DirectoryEntryType.Regular));
        return Errno.None;
    }

    private FuseAttributes Describe(ulong node) => node == RootNode
        ? new() { Inode = node, Mode = FileType.Directory | 0x16D, Links = 2 }
        : new() { Inode = node, Mode = FileType.Regular | 0x124, Links = 1, Size = Mappable ? 1 << 20 : 0 };
}
