using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;

namespace Bobbin.Mount;

// Nodes of dead tasks. Whoever came by a path that the kernel still had must be told ESTALE: it looks the path up anew by itself and
// finds what is there now. Whoever came by a descriptor of the dead task's must be told what procfs tells: to him ESTALE is an error.
// The request does not say which of both it is.
internal sealed partial class ProcFileSystem
{
    private readonly StaleCallers _stale = new();

    private bool IsDead(ProcNode node) => _tree.IsDead(node);

    /// <summary>Whether a request about a dead node must have come by a descriptor, since no name leads to it any more.</summary>
    private bool IsHeld(ProcNode node) => (Lifetimes.Notice == EndNotice.None && !_atRest) || Handles.IsSettled(node);

    /// <summary>
    /// The answer to a request about a dead node which the kernel repeats after ESTALE, whatever it came by. That no path leads here any
    /// more does not help: this one may have been on its way.
    /// </summary>
    private Errno WhenDead(in FuseRequest request, ProcNode node, Errno held)
    {
        if (Lifetimes.Notice == EndNotice.None && !_atRest)
        {
            return held;
        }

        Lifetimes.SettleNow(node);
        return _stale.IsFirst(request.Caller.ThreadId, node) ? Errno.ESTALE : held;
    }

    /// <summary>
    /// Whether to take a request for one that came by a path, where the kernel does not repeat one that came by a descriptor: the first one
    /// of its thread, until no path leads here any more.
    /// </summary>
    private bool MayBePath(in FuseRequest request, ProcNode node)
    {
        if (IsHeld(node))
        {
            return false;
        }

        Lifetimes.SettleNow(node);
        return _stale.IsFirstOfTask(request.Caller.ThreadId, node);
    }

    /// <summary>An answer to a request that came by a descriptor. Where it says that the task is dead, paths must no longer lead here.</summary>
    private Errno OfHeld(ProcNode node, Errno answer)
    {
        if (answer is Errno.ESRCH or Errno.ENOENT or Errno.ESTALE && IsDead(node) && !IsHeld(node))
        {
            Lifetimes.SettleNow(node);
        }

        return answer;
    }

    /// <summary>
    /// fstat(2) of a dead task's file goes on, as root's; of its <c>fd</c> it does not. FUSE sends no handle with it, so if it is the first to
    /// be asked of a dead task it is taken for a path.
    /// </summary>
    private Errno GetDeadAttributes(in FuseRequest request, ProcNode node, ref ProcAttributes attributes)
    {
        if (MayBePath(request, node))
        {
            return Errno.ESTALE;
        }

        Handles.TryFind(node, out ProcFile? file, out bool isDirectory);
        return _tree.GetDeadAttributes(CallerOf(request), node, file, isDirectory, ref attributes);
    }

    /// <summary>
    /// fstat(2) of a file that is known by its path and held open beyond its task's death, such as <c>net/dev</c>: it knows by itself. Paths do
    /// not come here, since they are looked up anew each time.
    /// </summary>
    private Errno GetHeldAttributes(in Caller caller, ProcNode node, ref ProcAttributes attributes) =>
        node.Kind == ProcNodeKind.Path && _tree.Content.IsOfDeadTask(node)
            && Handles.TryFind(node, out ProcFile? file, out _) && file is not null && file.TryGetAttributes(caller, ref attributes, out Errno error)
            ? error
            : Errno.ENOENT;

    /// <summary>What procfs answers to fchdir(2) and the like on a directory whose task is gone: /proc/ID has a permission hook that misses it.</summary>
    private static Errno ErrnoOfDeadDirectory(ProcNode node) =>
        node.Kind == ProcNodeKind.Group && node.Entry <= ProcContent.TaskListEntry ? Errno.ESRCH : Errno.ENOENT;
}
