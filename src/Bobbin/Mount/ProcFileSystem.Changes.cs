using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs;

namespace Bobbin.Mount;

// What nobody may do, and with which errno: names are not removed or renamed, and there are no extended attributes.
internal sealed partial class ProcFileSystem
{
    public override Errno Remove(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name, bool directory) =>
        _tree.ChangesRefusedWith(new ProcNode(parent));

    public override Errno Rename(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name, ulong newParent, ReadOnlySpan<byte> newName)
    {
        // FUSE goes on to rename to a name that does not exist; procfs fails as it looks the name up.
        ProcEntry found = default;
        if (_tree.Lookup(CallerOf(request), new ProcNode(newParent), newName, ref found) != Errno.None)
        {
            return Errno.ENOENT;
        }

        _tree.Forget(found.Node, 1);
        return _tree.ChangesRefusedWith(new ProcNode(parent));
    }

    public override Errno SetExtendedAttribute(in FuseRequest request, ulong node, ReadOnlySpan<byte> name)
    {
        ProcNode asked = new(node);
        if (asked.Kind is ProcNodeKind.Group or ProcNodeKind.Thread && asked.Entry == 0)
        {
            return Errno.EPERM; // a task's directory is immutable, which comes first
        }

        // Those of users take the right to write, which the directories and files of sys/ refuse.
        return name.StartsWith("user."u8) && _tree.ChangesRefusedWith(asked) == Errno.EACCES ? Errno.EACCES : Errno.EOPNOTSUPP;
    }

    public override Errno ListExtendedAttributes(in FuseRequest request, ulong node) => Errno.None;
}
