using Bobbin.Kernel.Fuse.Abi;

namespace Bobbin.Kernel.Fuse;

/// <summary>
/// Sizes that the kernel must not take for the end of a text (<see cref="FuseOptions.DirectIoOnly"/>).
/// </summary>
/// <remarks>
/// splice(2) and sendfile(2) always read a FUSE file through the page cache, where the size that the kernel noted last is the end: of a file
/// of size 0 they copy nothing and report success, and <c>busybox cat</c> prints nothing. So the kernel is told one byte when it looks a
/// file up, and asks for a page. Such a READ names no owner, which every direct read does (<c>FUSE_READ_LOCKOWNER</c>), and is
/// answered EINVAL: what procfs itself answers for most files, and whoever splices then reads. stat(2) is told the true size; that the
/// kernel does not note it too takes a notification on the way: attributes that were invalidated after they were asked for are shown, but not
/// kept (<c>fuse_change_attributes</c> compares versions).
/// </remarks>
public sealed partial class FuseProtocol
{
    private const uint ReadLockOwner = 2; // FUSE_READ_LOCKOWNER
    private const uint TypeMask = 0xF000, RegularFile = 0x8000;

    /// <summary>Has the kernel show, and not keep, the attributes of a node in the reply to the request that is being answered.</summary>
    internal Action<ulong>? DoNotKeepAttributes { get; set; }

    /// <summary>Whether a READ would fill the page cache of a file that must not have one.</summary>
    private bool IsRefused(in FuseReadIn read) => _options.DirectIoOnly && (read.ReadFlags & ReadLockOwner) == 0;

    private bool HidesItsEnd(in FuseAttributes attributes) =>
        _options.DirectIoOnly && attributes.Size == 0 && (attributes.Mode & TypeMask) == RegularFile;

    /// <summary>Of attributes that the kernel notes and nobody is shown.</summary>
    private void FillNotedSize(ref FuseAttributes attributes)
    {
        if (HidesItsEnd(attributes))
        {
            attributes.Size = 1;
        }
    }

    /// <summary>Of attributes that somebody is shown.</summary>
    private void KeepNotedSize(ulong node, in FuseAttributes attributes)
    {
        if (HidesItsEnd(attributes))
        {
            DoNotKeepAttributes?.Invoke(node);
        }
    }
}
