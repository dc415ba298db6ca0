using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>
/// An open <c>task/</c>. Threads have no order by number, so a listing resumes by the thread that did not fit
/// (<c>fs/proc/base.c</c>, proc_task_readdir), and by counting only where that one is gone or somebody has moved the position.
/// </summary>
/// <remarks>
/// Which thread did not fit is the kernel's secret: it asks for a page or more and hands its reader as much as he has room for. So it is known
/// of each position of the last answer which thread stood there.
/// </remarks>
internal sealed class TaskListFile : ProcFile
{
    private static readonly FileList<TaskListFile> s_closed = new();

    private readonly Lock _lock = new();
    private ProcTree? _tree;
    private ProcNode _node;
    private readonly ThreadWindow _window = new();

    public static TaskListFile Rent(ProcTree tree, ProcNode node)
    {
        TaskListFile file = s_closed.Take() ?? new TaskListFile();
        file._tree = tree;
        file._node = node;
        file._window.Clear();
        return file;
    }

    public override Errno List(in Caller caller, long position, ref DirectoryWriter entries)
    {
        lock (_lock)
        {
            return _tree!.ListThreads(_node, _window, position, ref entries);
        }
    }

    /// <summary>Goes on after the task's death, as root's.</summary>
    public override bool TryGetAttributes(in Caller caller, ref ProcAttributes attributes, out Errno error)
    {
        error = _tree!.GetAttributes(caller, _node, ref attributes);
        if (error == Errno.ESTALE)
        {
            attributes = default;
            attributes.Inode = ProcInode.Of(_node);
            attributes.Mode = FileType.Directory | 0x16D;
            attributes.Links = 2;
            error = Errno.None;
        }

        return true;
    }

    public override void Release()
    {
        ProcTree? tree = Interlocked.Exchange(ref _tree, null);
        if (tree is not null)
        {
            s_closed.Return(this);
        }
    }
}
