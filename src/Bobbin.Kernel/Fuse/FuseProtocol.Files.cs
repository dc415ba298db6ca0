using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Fuse;

/// <summary>The operations on open files and directories.</summary>
public sealed partial class FuseProtocol
{
    private Errno Open(in FuseRequest request, ulong node, ref RequestReader reader, Span<byte> body, out int length)
    {
        length = 0;
        if (!reader.TryTakeArgument(out FuseOpenIn argument))
        {
            return Errno.EINVAL;
        }

        if (_options.SkipOpen)
        {
            return Errno.ENOSYS;
        }

        Errno error = _fileSystem.Open(request, node, argument.Flags, out ulong handle, out FuseOpenFlags answer);
        return Opened(error, handle, answer, body, out length);
    }

    private Errno OpenDirectory(in FuseRequest request, ulong node, ref RequestReader reader, Span<byte> body, out int length)
    {
        length = 0;
        if (!reader.TryTakeArgument(out FuseOpenIn _))
        {
            return Errno.EINVAL;
        }

        if (_options.SkipOpen)
        {
            return Errno.ENOSYS;
        }

        Errno error = _fileSystem.OpenDirectory(request, node, out ulong handle, out FuseOpenFlags answer);
        return Opened(error, handle, answer, body, out length);
    }

    /// <summary>
    /// ENOSYS on the wire would turn opens off for the whole connection and for ever: from a file system that does not
    /// implement the operation it means "fine, no handle".
    /// </summary>
    private static Errno Opened(Errno error, ulong handle, FuseOpenFlags answer, Span<byte> body, out int length)
    {
        length = 0;
        if (error is not (Errno.None or Errno.ENOSYS))
        {
            return error;
        }

        MemoryMarshal.Write(body, new FuseOpenOut { Handle = handle, Flags = answer });
        length = Unsafe.SizeOf<FuseOpenOut>();
        return Errno.None;
    }

    private Errno Read(in FuseRequest request, ulong node, ref RequestReader reader, Span<byte> body, out int length)
    {
        length = 0;
        if (!reader.TryTakeArgument(out FuseReadIn argument) || argument.Offset < 0)
        {
            return Errno.EINVAL;
        }

        if (IsRefused(argument))
        {
            return Errno.EINVAL;
        }

        Span<byte> buffer = body[..(int)Math.Min(argument.Size, (uint)body.Length)];
        Errno error = _fileSystem.Read(request, node, argument.Handle, argument.Offset, buffer, out length);

        // More than was asked for is caught where all replies are.
        length = length > buffer.Length ? int.MaxValue : length;
        return error;
    }

    private Errno Write(in FuseRequest request, ulong node, ref RequestReader reader, Span<byte> body, out int length)
    {
        length = 0;
        if (!reader.TryTakeArgument(out FuseWriteIn argument) || argument.Offset < 0 || argument.Size != reader.Rest.Length)
        {
            return Errno.EINVAL;
        }

        Errno error = _fileSystem.Write(request, node, argument.Handle, argument.Offset, reader.Rest, out int count);
        if (error != Errno.None)
        {
            return error;
        }

        MemoryMarshal.Write(body, new FuseWriteOut { Size = (uint)count });
        length = (uint)count <= argument.Size ? Unsafe.SizeOf<FuseWriteOut>() : int.MaxValue;
        return Errno.None;
    }

    private Errno Flush(in FuseRequest request, ulong node, ref RequestReader reader) =>
        reader.TryTakeArgument(out FuseFlushIn argument) ? _fileSystem.Flush(request, node, argument.Handle) : Errno.EINVAL;

    private Errno Release(in FuseRequest request, ulong node, ref RequestReader reader)
    {
        if (!reader.TryTakeArgument(out FuseReleaseIn argument))
        {
            return Errno.EINVAL;
        }

        _fileSystem.Release(request, node, argument.Handle);
        return Errno.None;
    }

    private Errno Synchronize(in FuseRequest request, ulong node, ref RequestReader reader) =>
        reader.TryTakeArgument(out FuseFsyncIn argument) ? _fileSystem.Synchronize(request, node, argument.Handle) : Errno.EINVAL;

    private Errno Poll(in FuseRequest request, ulong node, ref RequestReader reader, Span<byte> body, out int length)
    {
        length = 0;
        if (!reader.TryTakeArgument(out FusePollIn argument))
        {
            return Errno.EINVAL;
        }

        bool notify = (argument.Flags & FusePollIn.ScheduleNotify) != 0;
        Errno error = _fileSystem.Poll(request, node, argument.Handle, argument.KernelHandle, notify, argument.Events, out uint ready);
        if (error == Errno.None)
        {
            MemoryMarshal.Write(body, new FusePollOut { Ready = ready });
            length = Unsafe.SizeOf<FusePollOut>();
        }

        return error;
    }

    private Errno ReadDirectory(in FuseRequest request, ulong node, ref RequestReader reader, Span<byte> body, out int length)
    {
        length = 0;
        if (!reader.TryTakeArgument(out FuseReadIn argument) || argument.Offset < 0)
        {
            return Errno.EINVAL;
        }

        DirectoryWriter entries = new(body[..(int)Math.Min(argument.Size, (uint)body.Length)]);
        Errno error = _fileSystem.ReadDirectory(request, node, argument.Handle, argument.Offset, ref entries);
        length = entries.Length;
        return error;
    }

    private Errno ReleaseDirectory(in FuseRequest request, ulong node, ref RequestReader reader)
    {
        if (!reader.TryTakeArgument(out FuseReleaseIn argument))
        {
            return Errno.EINVAL;
        }

        _fileSystem.ReleaseDirectory(request, node, argument.Handle);
        return Errno.None;
    }
}
