using System.Buffers.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

// Opening, and the texts of links.
public sealed partial class ProcTree
{
    /// <summary>The text of a link; EINVAL where the node is none.</summary>
    public Errno ReadLink(in Caller caller, ProcNode node, Span<byte> target, out int length)
    {
        length = 0;
        if (node == ProcNode.Self || node == ProcNode.ThreadSelf)
        {
            return ReadSelfLink(caller, node, target, out length);
        }

        if (_registry.TryGet(node, out StaticEntry? own))
        {
            return own.ReadLink(target, out length);
        }

        return node == ProcNode.Root || IsTaskDirectory(node) || IsTaskList(node)
            ? Errno.EINVAL
            : ByPath(node, _content.ReadLink(caller, node, target, out length));
    }

    /// <summary>
    /// Opens a file with open(2)'s flags, or a directory for listing. A directory whose listing keeps no state has no
    /// <paramref name="file"/>.
    /// </summary>
    public Errno Open(in Caller caller, ProcNode node, int flags, bool directory, out ProcFile? file)
    {
        file = null;
        int mask = Permissions.MaskOf(flags);
        if (View.ReadOnly && (mask & Permissions.Write) != 0)
        {
            return Errno.EROFS;
        }

        if (IsTaskDirectory(node) || IsTaskList(node) || node == ProcNode.Root)
        {
            return directory ? OpenOwnDirectory(caller, node, out file) : Errno.EISDIR;
        }

        if (_registry.TryGet(node, out StaticEntry? own))
        {
            return OpenOwn(caller, own, mask, directory, out file);
        }

        Errno opened = ByPath(node, _content.Open(caller, node, flags, directory, out file));
        if (opened != Errno.None)
        {
            file?.Release();
            file = null;
        }

        return opened;
    }

    /// <inheritdoc cref="ProcContent.ChangesRefusedWith"/>
    public Errno ChangesRefusedWith(ProcNode directory) => _content.ChangesRefusedWith(directory);

    /// <inheritdoc cref="ProcContent.DeadLink"/>
    public Errno DeadLink(ProcNode node) => _content.DeadLink(node);

    /// <summary>The kernel drops <paramref name="count"/> of its references to a node.</summary>
    public void Forget(ProcNode node, ulong count)
    {
        if (node.Kind == ProcNodeKind.Path)
        {
            _content.Forget(node, count);
        }
    }

    private Errno OpenOwnDirectory(in Caller caller, ProcNode node, out ProcFile? file)
    {
        file = null;
        if (node == ProcNode.Root)
        {
            return Errno.None;
        }

        Errno alive = FindTask(node, out TaskKey task);
        if (alive != Errno.None)
        {
            return alive;
        }

        Errno entered = node.IsThread ? Errno.None : _content.EnterTaskDirectory(caller, task);
        if (entered == Errno.None && IsTaskList(node))
        {
            file = TaskListFile.Rent(this, node);
        }

        return entered;
    }

    private Errno OpenOwn(in Caller caller, StaticEntry own, int mask, bool directory, out ProcFile? file)
    {
        return own == _fs && directory
            ? OpenFs(caller, out file)
            : own.Open(caller, _credentials, mask, directory, out file);
    }

    private Errno OpenFs(in Caller caller, out ProcFile? file)
    {
        if (!TryGetContentFs(caller, out ProcNode fs))
        {
            return _fs.Open(caller, _credentials, Permissions.Read, directory: true, out file);
        }

        Errno opened = _content.Open(caller, fs, OpenFlags.ReadOnly, directory: true, out ProcFile? below);
        file = below is null ? null : new MergedDirectoryFile(below, _fs);
        return opened;
    }

    private Errno ReadSelfLink(in Caller caller, ProcNode node, Span<byte> target, out int length)
    {
        length = 0;
        Errno error = _source.Identify(caller, out int group, out int thread);
        if (error != Errno.None)
        {
            return error;
        }

        Span<byte> text = stackalloc byte[(2 * DecimalName.MaxLength) + 6];
        Utf8Formatter.TryFormat(group, text, out int end);
        if (node == ProcNode.ThreadSelf)
        {
            "/task/"u8.CopyTo(text[end..]);
            end += 6;
            Utf8Formatter.TryFormat(thread, text[end..], out int digits);
            end += digits;
        }

        length = Math.Min(end, target.Length); // readlink(2) cuts silently
        text[..length].CopyTo(target);
        return Errno.None;
    }
}
