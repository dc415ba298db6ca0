using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

// stat(2), access(2) and what chmod, chown, truncate and utimes answer.
public sealed partial class ProcTree
{
    private const uint ReadableDirectory = FileType.Directory | 0x16D; // dr-xr-xr-x

    /// <summary>stat(2) of a node.</summary>
    public Errno GetAttributes(in Caller caller, ProcNode node, ref ProcAttributes attributes)
    {
        attributes = default;
        if (node == ProcNode.Root)
        {
            GetRoot(ref attributes);
            return Errno.None;
        }

        if (node == ProcNode.Self || node == ProcNode.ThreadSelf)
        {
            GetSelfLink(node, ref attributes);
            return Errno.None;
        }

        if (_registry.TryGet(node, out StaticEntry? own))
        {
            if (own == _fs)
            {
                return GetFs(caller, ref attributes);
            }

            own.GetAttributes(ref attributes);
            return Errno.None;
        }

        if (!IsTaskDirectory(node) && !IsTaskList(node))
        {
            return ByPath(node, _content.GetAttributes(caller, node, ref attributes));
        }

        Errno alive = FindTask(node, out TaskKey task);
        if (alive != Errno.None)
        {
            return alive;
        }

        Errno got = IsTaskList(node)
            ? GetTaskList(caller, node, task, ref attributes)
            : GetTaskDirectory(caller, node, task, ref attributes);
        return got == Errno.None ? got : ByPath(node, got);
    }

    /// <summary>chmod, chown, truncate or utimes on a node; <paramref name="which"/> holds FATTR bits.</summary>
    public Errno SetAttributes(in Caller caller, ProcNode node, uint which, in ProcAttributes values)
    {
        if (View.ReadOnly)
        {
            return Errno.EROFS;
        }

        if (IsTaskDirectory(node))
        {
            return IsDead(node) ? Errno.ESTALE : Errno.EPERM; // immutable
        }

        if (node.Kind != ProcNodeKind.Fixed || (node.Value > ProcNode.ThreadSelf.Value && !_registry.TryGet(node, out _)))
        {
            return IsTaskList(node) ? ByPath(node, Errno.EPERM) : ByPath(node, _content.SetAttributes(caller, node, which, values));
        }

        ProcAttributes attributes = default;
        Errno error = GetAttributes(caller, node, ref attributes);
        return error != Errno.None ? error : Permissions.Change(caller, _credentials, attributes, which);
    }

    /// <summary>access(2) and chdir(2): whether the caller may read (4), write (2) and execute or enter (1).</summary>
    public Errno Access(in Caller caller, ProcNode node, int mask)
    {
        if (View.ReadOnly && (mask & Permissions.Write) != 0)
        {
            return Errno.EROFS;
        }

        bool ofTask = IsTaskDirectory(node) || IsTaskList(node);
        if (!ofTask && node.Kind != ProcNodeKind.Fixed)
        {
            return ByPath(node, _content.Access(caller, node, mask));
        }

        ProcAttributes attributes = default;
        Errno error = GetAttributes(caller, node, ref attributes);
        if (error != Errno.None)
        {
            return error;
        }

        if (IsTaskDirectory(node) && (mask & Permissions.Write) != 0)
        {
            return Errno.EPERM; // immutable
        }

        if (ofTask && !node.IsThread)
        {
            Errno alive = FindTask(node, out TaskKey task);
            error = alive == Errno.None ? _content.EnterTaskDirectory(caller, task)
                : alive == Errno.ESTALE ? Errno.None
                : alive;
        }

        return error != Errno.None ? error : Permissions.Check(caller, _credentials, attributes, mask);
    }

    /// <summary>What a content's answer about a node becomes if the node's task has died: looking again will tell better.</summary>
    private Errno ByPath(ProcNode node, Errno answer)
    {
        Errno alive = node.HasTask ? FindTask(node, out _) : Errno.None;
        return alive == Errno.ESTALE || (alive != Errno.None && answer is Errno.ENOENT or Errno.ESRCH) ? alive : answer;
    }

    private void GetRoot(ref ProcAttributes attributes)
    {
        attributes.Inode = ProcInode.Root;
        attributes.Mode = ReadableDirectory;
        attributes.Links = (uint)(2 + _content.CountStaticDirectories() + _source.CountGroups());
        attributes.Time = _born;
    }

    private void GetSelfLink(ProcNode node, ref ProcAttributes attributes)
    {
        attributes.Inode = node == ProcNode.Self ? ProcInode.Self : ProcInode.ThreadSelf;
        attributes.Mode = FileType.Link | 0x1FF;
        attributes.Links = 1;
        attributes.Time = _born;
    }

    private Errno GetFs(in Caller caller, ref ProcAttributes attributes)
    {
        if (!TryGetContentFs(caller, out ProcNode fs))
        {
            _fs.GetAttributes(ref attributes);
            return Errno.None;
        }

        Errno error = _content.GetAttributes(caller, fs, ref attributes);
        attributes.Links++;
        return error;
    }

    private Errno GetTaskDirectory(in Caller caller, ProcNode node, TaskKey task, ref ProcAttributes attributes)
    {
        Errno error = _content.GetTaskDirectory(caller, task, node.IsThread, ref attributes);
        attributes.Inode = ProcInode.Of(node);
        return error;
    }

    private Errno GetTaskList(in Caller caller, ProcNode node, TaskKey task, ref ProcAttributes attributes)
    {
        // Same owner and times as /proc/ID: the mode r-xr-xr-x keeps a task's own ids whatever its dumpable says.
        Errno error = _content.GetTaskDirectory(caller, task, thread: false, ref attributes);
        attributes.Inode = ProcInode.Of(node);
        attributes.Mode = ReadableDirectory;
        attributes.Links = (uint)(2 + _source.CountThreads(task));
        return error;
    }
}
