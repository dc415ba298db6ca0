using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Fuse;

/// <summary>The operations on names in a directory.</summary>
public sealed partial class FuseProtocol
{
    /// <summary>PATH_MAX without its NUL. NAME_MAX is a file system's own affair: procfs answers ENOENT to longer names.</summary>
    private const int LongestName = 4095;

    private Errno Lookup(in FuseRequest request, ulong parent, ref RequestReader reader, Span<byte> body, out int length)
    {
        length = 0;
        Errno error = TakeLastName(ref reader, out ReadOnlySpan<byte> name);
        if (error != Errno.None)
        {
            return error;
        }

        FuseEntry entry = default;
        error = _fileSystem.Lookup(request, parent, name, ref entry);
        if (error != Errno.None)
        {
            return error;
        }

        FillNotedSize(ref entry.Attributes);
        FuseEntryOut reply = default;
        reply.Node = entry.Node;
        reply.Generation = entry.Generation;
        FuseWire.Write(entry.EntryLifetime, out reply.EntryValid, out reply.EntryValidNanoseconds);
        FuseWire.Write(entry.AttributesLifetime, out reply.AttributesValid, out reply.AttributesValidNanoseconds);
        FuseWire.Write(entry.Attributes, out reply.Attributes);
        MemoryMarshal.Write(body, reply);
        length = Unsafe.SizeOf<FuseEntryOut>();
        return Errno.None;
    }

    private Errno Create<TArgument>(in FuseRequest request, ulong parent, ref RequestReader reader) where TArgument : unmanaged
    {
        if (!reader.TryTakeArgument(out TArgument _))
        {
            return Errno.EINVAL;
        }

        Errno error = TakeLastName(ref reader, out ReadOnlySpan<byte> name);
        return error == Errno.None ? Refused(_fileSystem.Create(request, parent, name)) : error;
    }

    private Errno CreateLink(in FuseRequest request, ulong parent, ref RequestReader reader)
    {
        if (!reader.TryTakeName(out ReadOnlySpan<byte> name) || !reader.TryTakeLastName(out _))
        {
            return Errno.EINVAL;
        }

        Errno error = Check(name);
        return error == Errno.None ? Refused(_fileSystem.Create(request, parent, name)) : error;
    }

    private Errno Remove(in FuseRequest request, ulong parent, ref RequestReader reader, bool directory)
    {
        Errno error = TakeLastName(ref reader, out ReadOnlySpan<byte> name);
        return error == Errno.None ? _fileSystem.Remove(request, parent, name, directory) : error;
    }

    private Errno Rename<TArgument>(in FuseRequest request, ulong parent, ref RequestReader reader) where TArgument : unmanaged
    {
        if (!reader.TryTakeArgument(out TArgument argument)
            || !reader.TryTakeName(out ReadOnlySpan<byte> name)
            || !reader.TryTakeLastName(out ReadOnlySpan<byte> newName))
        {
            return Errno.EINVAL;
        }

        // Both arguments begin with the new directory's node.
        ulong newParent = Unsafe.As<TArgument, FuseRenameIn>(ref argument).NewParent;
        Errno error = Check(name);
        error = error == Errno.None ? Check(newName) : error;
        return error == Errno.None ? _fileSystem.Rename(request, parent, name, newParent, newName) : error;
    }

    private static Errno TakeLastName(ref RequestReader reader, out ReadOnlySpan<byte> name) =>
        reader.TryTakeLastName(out name) ? Check(name) : Errno.EINVAL;

    private static Errno Check(ReadOnlySpan<byte> name)
    {
        if (name.Length > LongestName)
        {
            return Errno.ENAMETOOLONG;
        }

        // The kernel sends "." and ".." only to file systems that it exports by handle, which this one declined.
        bool sound = !name.IsEmpty && !name.Contains((byte)'/') && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8);
        return sound ? Errno.None : Errno.EINVAL;
    }

    /// <summary>Nothing can be made by this interface, which has no way to hand a new node back.</summary>
    private static Errno Refused(Errno error) => error == Errno.None ? Errno.EPERM : error;
}
