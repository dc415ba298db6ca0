using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs;

namespace Bobbin.Mount;

// Nodes of dead tasks. Whoever came by a path that the kernel still had must be told ESTALE: it looks the path up anew by itself and
// finds what is there now. Whoever came by a descriptor of the dead task's must be told what procfs tells: to him ESTALE is an error.
// The request does not say which of both it is.
internal sealed partial class ProcFileSystem
{
    private readonly StaleCallers _stale = new();

    private bool IsDead(ProcNode node) => node.HasTask && !_tree.TryKey(node, out _);

    /// <summary>Whether a request about a dead node must have come by a descriptor, since no name leads to it any more.</summary>
    private bool IsHeld(ProcNode node) => (Lifetimes.Notice == EndNotice.None && !_atRest) || Handles.IsSettled(node);

    private Errno WhenDead(in FuseRequest request, ProcNode node, Errno held) =>
        !IsHeld(node) && _stale.IsFirst(request.Caller.ThreadId, node) ? Errno.ESTALE : held;

    /// <summary>
    /// fstat(2) of a dead task's file goes on, as root's; of its <c>fd</c> it does not. FUSE sends no handle with it, so what is only held
    /// by O_PATH, or as a working directory, is taken for a path the first time.
    /// </summary>
    private Errno GetDeadAttributes(in FuseRequest request, ProcNode node, ref ProcAttributes attributes)
    {
        if (!IsHeld(node) && _stale.IsFirst(request.Caller.ThreadId, node))
        {
            return Errno.ESTALE;
        }

        Handles.TryFind(node, out ProcFile? file, out bool isDirectory);
        return _tree.GetDeadAttributes(CallerOf(request), node, file, isDirectory, ref attributes);
    }

    /// <summary>What procfs answers to fchdir(2) and the like on a directory whose task is gone: /proc/ID has a permission hook that misses it.</summary>
    private static Errno ErrnoOfDeadDirectory(ProcNode node) =>
        node.Kind == ProcNodeKind.Group && node.Entry <= ProcContent.TaskListEntry ? Errno.ESRCH : Errno.ENOENT;
}
