using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Fuse;

/// <summary>
/// What a server tells the kernel unasked, to take back what it let it cache. ENOENT says that the kernel had nothing cached.
/// </summary>
/// <remarks>
/// <see cref="InvalidateEntry"/> and <see cref="Delete"/> wait for the parent directory's lock, which a caller may hold who waits
/// for a reply: never call them on a thread that owes one. <see cref="Prune"/> needs no such lock.
/// </remarks>
public sealed class FuseNotifications
{
    /// <summary>Node ids in one prune notification.</summary>
    private const int PruneBatch = 256;

    private readonly int _device;

    internal FuseNotifications(int device) => _device = device;

    /// <summary>Drops a node's cached attributes, and its pages from <paramref name="offset"/> on; a negative offset leaves the pages.</summary>
    public Errno InvalidateInode(ulong node, long offset = 0, long length = 0) =>
        Send(FuseNotice.InvalidateInode, new FuseNotifyInvalInode { Node = node, Offset = offset, Length = length }, []);

    /// <summary>Drops a name; or only ends its lifetime, so that it is looked up again (7.38).</summary>
    public Errno InvalidateEntry(ulong parent, ReadOnlySpan<byte> name, bool expireOnly = false) =>
        SendNamed(
            FuseNotice.InvalidateEntry,
            new FuseNotifyInvalEntry { Parent = parent, NameLength = (uint)name.Length, Flags = expireOnly ? FuseNotifyInvalEntry.ExpireOnly : 0 },
            name);

    /// <summary>Drops a name because what it named is gone: who watches the directory is told (inotify).</summary>
    public Errno Delete(ulong parent, ulong child, ReadOnlySpan<byte> name) =>
        SendNamed(FuseNotice.Delete, new FuseNotifyDelete { Parent = parent, Child = child, NameLength = (uint)name.Length }, name);

    /// <summary>Drops the unused names of nodes (7.45; EINVAL from older kernels).</summary>
    public Errno Prune(ReadOnlySpan<ulong> nodes)
    {
        Errno error = Errno.None;
        while (error == Errno.None && !nodes.IsEmpty)
        {
            ReadOnlySpan<ulong> batch = nodes[..Math.Min(nodes.Length, PruneBatch)];
            error = Send(FuseNotice.Prune, new FuseNotifyPrune { Count = (uint)batch.Length }, MemoryMarshal.AsBytes(batch));
            nodes = nodes[batch.Length..];
        }

        return error;
    }

    /// <summary>Ends the lifetimes of all names at once (7.44; EINVAL from older kernels): each is looked up again when it is used.</summary>
    public Errno ExpireEverything()
    {
        Span<byte> message = stackalloc byte[Unsafe.SizeOf<FuseOutHeader>()];
        MemoryMarshal.Write(message, new FuseOutHeader { Length = (uint)message.Length, Error = (int)FuseNotice.IncrementEpoch });
        return Libc.Write(_device, message, out _);
    }

    /// <summary>Wakes those who poll a file and left <paramref name="pollHandle"/>.</summary>
    public Errno WakePoll(ulong pollHandle) => Send(FuseNotice.Poll, new FuseNotifyPoll { KernelHandle = pollHandle }, []);

    /// <summary>Has the kernel send a request (NOTIFY_REPLY) with this number and none of a file's cached bytes; EINVAL for a directory.</summary>
    internal Errno Provoke(ulong unique, ulong node) => Send(FuseNotice.Retrieve, new FuseNotifyRetrieve { Unique = unique, Node = node }, []);

    private Errno SendNamed<T>(FuseNotice notice, in T body, ReadOnlySpan<byte> name) where T : unmanaged
    {
        if (name.IsEmpty || name.Length >= FuseProtocol.PageSize || name.Contains((byte)0))
        {
            return Errno.EINVAL;
        }

        Span<byte> terminated = stackalloc byte[name.Length + 1];
        name.CopyTo(terminated);
        terminated[^1] = 0;
        return Send(notice, body, terminated);
    }

    [SkipLocalsInit]
    private Errno Send<T>(FuseNotice notice, in T body, ReadOnlySpan<byte> tail) where T : unmanaged
    {
        int head = Unsafe.SizeOf<FuseOutHeader>() + Unsafe.SizeOf<T>();
        Span<byte> message = stackalloc byte[head + tail.Length];
        MemoryMarshal.Write(message, new FuseOutHeader { Length = (uint)message.Length, Error = (int)notice });
        MemoryMarshal.Write(message[Unsafe.SizeOf<FuseOutHeader>()..], body);
        tail.CopyTo(message[head..]);
        return Libc.Write(_device, message, out _);
    }
}
