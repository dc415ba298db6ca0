using System.Buffers;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Mount;

// Open files and directories. At rest there are none: each read opens for itself.
internal sealed partial class ProcFileSystem
{
    private const int ReadOnly = 0; // O_RDONLY
    private const int MeasuringBuffer = 64 * 1024;

    public override Errno Open(in FuseRequest request, ulong node, int flags, out ulong handle, out FuseOpenFlags answer) =>
        Open(request, new ProcNode(node), flags, directory: false, out handle, out answer);

    public override Errno OpenDirectory(in FuseRequest request, ulong node, out ulong handle, out FuseOpenFlags answer) =>
        Open(request, new ProcNode(node), ReadOnly, directory: true, out handle, out answer);

    public override Errno Read(in FuseRequest request, ulong node, ulong handle, long offset, Span<byte> buffer, out int count)
    {
        Caller caller = CallerOf(request);
        ProcFile? file = Handles.Get(handle);
        if (file is not null)
        {
            return OfHeld(new ProcNode(node), file.Read(caller, offset, buffer, out count));
        }

        count = 0;
        return _atRest ? ReadOnce(caller, new ProcNode(node), offset, buffer, out count) : Errno.EBADF;
    }

    public override Errno Write(in FuseRequest request, ulong node, ulong handle, long offset, ReadOnlySpan<byte> data, out int count)
    {
        count = 0;
        if (_atRest)
        {
            return Errno.EROFS;
        }

        ProcFile? file = Handles.Get(handle);
        return file is null ? Errno.EBADF : OfHeld(new ProcNode(node), file.Write(CallerOf(request), offset, data, out count));
    }

    public override void Release(in FuseRequest request, ulong node, ulong handle) => Handles.Remove(handle)?.Release();

    public override void ReleaseDirectory(in FuseRequest request, ulong node, ulong handle) => Handles.Remove(handle)?.Release();

    public override Errno ReadDirectory(in FuseRequest request, ulong node, ulong handle, long position, ref DirectoryWriter entries)
    {
        ProcNode asked = new(node);
        Errno error = OfHeld(asked, _tree.ReadDirectory(CallerOf(request), asked, Handles.Get(handle), position, ref entries));
        return error == Errno.ESTALE ? Errno.ENOENT : error; // getdents(2) has only descriptors
    }

    public override Errno Poll(in FuseRequest request, ulong node, ulong handle, ulong pollHandle, bool notify, uint events, out uint ready)
    {
        ProcFile? file = Handles.Get(handle);
        ready = file?.Poll(CallerOf(request), events) ?? 0;
        return file is null ? Errno.ENOSYS : Errno.None;
    }

    private Errno Open(in FuseRequest request, ProcNode node, int flags, bool directory, out ulong handle, out FuseOpenFlags answer)
    {
        handle = 0;
        answer = directory ? FuseOpenFlags.None : FuseOpenFlags.DirectIo | FuseOpenFlags.NoFlush;
        Errno error = _tree.Open(CallerOf(request), node, flags, directory, out ProcFile? file);
        if (error != Errno.None)
        {
            // A living node's ESTALE is meant as it is: the path leads elsewhere the next time (Live.Detours).
            bool dead = error == Errno.ESTALE && IsDead(node);
            return dead ? WhenDead(request, node, directory ? ErrnoOfDeadDirectory(node) : Errno.ENOENT) : error;
        }

        if ((flags & OpenFlags.Direct) != 0)
        {
            file?.Release();
            return Errno.EINVAL; // as of every file that has no blocks; the kernel would let FUSE files have it
        }

        // A directory that keeps no state is remembered where its task may die before it is closed.
        if (file is not null || node.HasTask)
        {
            handle = Handles.Add(node, file, directory);
        }

        return Errno.None;
    }

    private Errno ReadOnce(in Caller caller, ProcNode node, long offset, Span<byte> buffer, out int count)
    {
        count = 0;
        Errno error = _tree.Open(caller, node, ReadOnly, directory: false, out ProcFile? file);
        if (error != Errno.None || file is null)
        {
            return error;
        }

        // A record file gives a page at a time, but the page cache takes a short read for the end.
        while (count < buffer.Length)
        {
            error = file.Read(caller, offset + count, buffer[count..], out int more);
            count += more;
            if (error != Errno.None || more == 0)
            {
                break;
            }
        }

        file.Release();
        if (IsOwn(node))
        {
            Lifetimes.DropPages(node);
        }

        return count > 0 ? Errno.None : error;
    }

    /// <summary>The true size of a text: what can be read. What the caller may not open has none to him.</summary>
    private long Measure(in Caller caller, ProcNode node)
    {
        if (_tree.Open(caller, node, ReadOnly, directory: false, out ProcFile? file) != Errno.None || file is null)
        {
            return 0;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(MeasuringBuffer);
        long size = 0;
        while (file.Read(caller, size, buffer, out int count) == Errno.None && count > 0)
        {
            size += count;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        file.Release();
        return size;
    }

    /// <summary>Whether a node is one of <c>/proc/fs/bobbin</c>, whose text changes with every request.</summary>
    private bool IsOwn(ProcNode node) => _tree.IsOwn(node);
}
