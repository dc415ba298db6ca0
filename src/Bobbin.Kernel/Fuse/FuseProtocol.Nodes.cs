using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Fuse;

/// <summary>The operations on a node.</summary>
public sealed partial class FuseProtocol
{
    /// <summary>The attributes that <see cref="FuseSetAttributes"/> has names for.</summary>
    private const FuseSetAttributes KnownAttributes = (FuseSetAttributes)0x5FF;

    private Errno Forget(ulong node, ref RequestReader reader)
    {
        if (!reader.TryTakeArgument(out FuseForgetIn forget))
        {
            return Errno.EINVAL;
        }

        _fileSystem.Forget(node, forget.Count);
        return Errno.None;
    }

    private Errno BatchForget(ref RequestReader reader)
    {
        if (!reader.TryTakeArgument(out FuseBatchForgetIn batch))
        {
            return Errno.EINVAL;
        }

        for (uint i = 0; i < batch.Count; i++)
        {
            if (!reader.TryTake(out FuseForgetOne one))
            {
                return Errno.EINVAL;
            }

            _fileSystem.Forget(one.Node, one.Count);
        }

        return Errno.None;
    }

    private Errno GetAttributes(in FuseRequest request, ulong node, ref RequestReader reader, Span<byte> body, out int length)
    {
        length = 0;
        if (!reader.TryTakeArgument(out FuseGetattrIn argument))
        {
            return Errno.EINVAL;
        }

        ulong? handle = (argument.Flags & FuseGetattrIn.HasHandle) != 0 ? argument.Handle : null;
        FuseAttributes attributes = default;
        Errno error = _fileSystem.GetAttributes(request, node, handle, ref attributes, out TimeSpan lifetime);
        if (error == Errno.None)
        {
            if (handle is null)
            {
                KeepNotedSize(node, attributes);
            }

            length = WriteAttributes(attributes, lifetime, body);
        }

        return error;
    }

    private Errno SetAttributes(in FuseRequest request, ulong node, ref RequestReader reader, Span<byte> body, out int length)
    {
        length = 0;
        if (!reader.TryTakeArgument(out FuseSetattrIn argument))
        {
            return Errno.EINVAL;
        }

        FuseSetAttributes which = (FuseSetAttributes)argument.Valid & KnownAttributes;
        ulong? handle = (which & FuseSetAttributes.Handle) != 0 ? argument.Handle : null;
        FuseAttributes values = FuseWire.Read(argument);
        Errno error = _fileSystem.SetAttributes(request, node, handle, which, ref values, out TimeSpan lifetime);
        if (error == Errno.None)
        {
            FillNotedSize(ref values);
            length = WriteAttributes(values, lifetime, body);
        }

        return error;
    }

    private static int WriteAttributes(in FuseAttributes attributes, TimeSpan lifetime, Span<byte> body)
    {
        FuseAttrOut reply = default;
        FuseWire.Write(lifetime, out reply.Valid, out reply.ValidNanoseconds);
        FuseWire.Write(attributes, out reply.Attributes);
        MemoryMarshal.Write(body, reply);
        return Unsafe.SizeOf<FuseAttrOut>();
    }

    private Errno Access(in FuseRequest request, ulong node, ref RequestReader reader) =>
        reader.TryTakeArgument(out FuseAccessIn argument) ? _fileSystem.Access(request, node, (int)argument.Mask) : Errno.EINVAL;

    private Errno GetStatistics(in FuseRequest request, ulong node, Span<byte> body, out int length)
    {
        length = 0;
        FuseStatistics statistics = new() { BlockSize = PageSize, FragmentSize = PageSize, NameLength = 255 };
        Errno error = _fileSystem.GetStatistics(request, node, ref statistics);
        if (error != Errno.None)
        {
            return error;
        }

        MemoryMarshal.Write(body, new FuseStatfs
        {
            Blocks = statistics.Blocks,
            FreeBlocks = statistics.FreeBlocks,
            AvailableBlocks = statistics.AvailableBlocks,
            Files = statistics.Files,
            FreeFiles = statistics.FreeFiles,
            BlockSize = statistics.BlockSize,
            NameLength = statistics.NameLength,
            FragmentSize = statistics.FragmentSize,
        });
        length = Unsafe.SizeOf<FuseStatfs>();
        return Errno.None;
    }
}
