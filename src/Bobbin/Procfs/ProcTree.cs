using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>
/// The proc file system over any source of tasks, with no FUSE in it: each operation for a caller, reads and listings also for the
/// opener (captured in the <see cref="ProcFile"/>). Safe to call from several threads.
/// </summary>
/// <remarks>
/// It answers by itself the root, <c>self</c>, <c>thread-self</c>, the directories of tasks, <c>task/</c>, and
/// <c>fs/bobbin</c>; all else is the content's. A node whose task is dead answers ESTALE to what is reached by a path: the kernel
/// then looks the name up again by itself, and the caller sees the answer of now.
/// </remarks>
public sealed partial class ProcTree
{
    private readonly ITaskSource _source;
    private readonly ProcContent _content;
    private readonly ICallerCredentials _credentials;
    private readonly StaticRegistry _registry = new(ProcNodeRanges.OwnStatic, ProcInode.FirstOwn);
    private readonly StaticDirectory _fs;
    private readonly long _born = ProcClock.Now;
    private ulong _contentFs; // the content's own node for `fs`, once asked for; 0 before

    /// <summary>Makes the tree.</summary>
    /// <param name="source">Where tasks come from.</param>
    /// <param name="content">What their files, and the machine's, say.</param>
    /// <param name="view">What is shown.</param>
    /// <param name="credentials">The callers' groups and capabilities; without it nobody has any.</param>
    public ProcTree(ITaskSource source, ProcContent content, ProcView view, ICallerCredentials? credentials = null)
    {
        _source = source;
        _content = content;
        View = view;
        _credentials = credentials ?? BareCredentials.Powerless;
        _fs = _registry.Root.AddDirectory("fs"u8);
        Bobbin = _fs.AddDirectory("bobbin"u8);
    }

    /// <summary>Where tasks come from.</summary>
    public ITaskSource Source => _source;

    /// <summary>What the files say.</summary>
    public ProcContent Content => _content;

    /// <summary>What is shown.</summary>
    public ProcView View { get; }

    /// <summary><c>/proc/fs/bobbin</c>, which every mount has. Add files before the tree serves anybody.</summary>
    public StaticDirectory Bobbin { get; }

    /// <summary>The task that a node was made for: ESTALE where it is dead, another errno where that cannot be told.</summary>
    internal Errno FindTask(ProcNode node, out TaskKey task)
    {
        Errno error = _source.Find(node.Id, out task);
        return error == Errno.ENOENT || (error == Errno.None && !node.IsOf(task)) ? Errno.ESTALE : error;
    }

    /// <summary>Whether a node's task is known to be dead.</summary>
    internal bool IsDead(ProcNode node) => node.HasTask && FindTask(node, out _) == Errno.ESTALE;

    private static bool IsTaskDirectory(ProcNode node) =>
        node.Kind is ProcNodeKind.Group or ProcNodeKind.Thread && node.Entry == 0;

    private static bool IsTaskList(ProcNode node) => node.Kind == ProcNodeKind.Group && node.Entry == ProcContent.TaskListEntry;
}
