using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Fuse;

/// <summary>Extended attributes, of which this interface has none: what can be told is why, and that the list is empty.</summary>
public sealed partial class FuseProtocol
{
    // The eight bytes are size and flags: FUSE_COMPAT_SETXATTR_IN_SIZE, without FUSE_SETXATTR_EXT.
    private Errno SetExtendedAttribute(in FuseRequest request, ulong node, ref RequestReader reader) =>
        reader.TryTakeArgument(out ulong _) && reader.TryTakeName(out ReadOnlySpan<byte> name)
            ? _fileSystem.SetExtendedAttribute(request, node, name)
            : Errno.EINVAL;

    private Errno RemoveExtendedAttribute(in FuseRequest request, ulong node, ref RequestReader reader) =>
        reader.TryTakeLastName(out ReadOnlySpan<byte> name) ? _fileSystem.SetExtendedAttribute(request, node, name) : Errno.EINVAL;

    private Errno ListExtendedAttributes(in FuseRequest request, ulong node, ref RequestReader reader, Span<byte> body, out int length)
    {
        length = 0;
        if (!reader.TryTakeArgument(out FuseGetxattrIn argument))
        {
            return Errno.EINVAL;
        }

        Errno error = _fileSystem.ListExtendedAttributes(request, node);
        if (error == Errno.None && argument.Size == 0)
        {
            // Size 0 asks how large the list is.
            MemoryMarshal.Write(body, new FuseGetxattrOut());
            length = Unsafe.SizeOf<FuseGetxattrOut>();
        }

        return error;
    }
}
