namespace Bobbin.Procfs;

/// <summary>What a node of the tree is.</summary>
public enum ProcNodeKind
{
    /// <summary>The root, <c>self</c> or <c>thread-self</c>: see <see cref="ProcNode.Root"/>, <see cref="ProcNode.Self"/>, <see cref="ProcNode.ThreadSelf"/>.</summary>
    Fixed = 0,

    /// <summary><c>/proc/ID</c>, for any task: <see cref="ProcNode.Entry"/> is 0. Or an entry in it.</summary>
    Group = 1,

    /// <summary><c>/proc/ID/task/TID</c> (<see cref="ProcNode.Id"/> is TID), or an entry in it.</summary>
    Thread = 2,

    /// <summary><c>fd/N</c> of a task, or of <c>/proc/ID/task/TID</c>; <see cref="ProcNode.Number"/> is N.</summary>
    Descriptor = 3,

    /// <summary><c>fdinfo/N</c>.</summary>
    DescriptorInfo = 4,

    /// <summary>A node that needs more than 64 bits: <see cref="ProcNode.Index"/> is its row in a table that the content keeps.</summary>
    Path = 5,
}

/// <summary>
/// A node's id, computed rather than stored, so that a server can answer for ids that it never handed out itself.
/// <code>
/// Fixed                       0 | number:60
/// Group, Thread               kind:4 | id:22 | entry:7 | tag:31
/// Descriptor, DescriptorInfo  kind:4 | id:22 | thread:1 | number:19 | tag:18
/// Path                        kind:4 | index:60
/// </code>
/// The tag is the low end of <see cref="Tasks.TaskKey.Start"/>: it keeps an id that is used again from answering for the task that had it before.
/// </summary>
/// <param name="Value">The 64 bits.</param>
public readonly record struct ProcNode(ulong Value)
{
    /// <summary>Highest task id plus one (<c>PID_MAX_LIMIT</c>, 2^22).</summary>
    public const int TaskIdLimit = 1 << 22;

    /// <summary>Highest descriptor number plus one that fits in an id.</summary>
    public const int DescriptorLimit = 1 << 19;

    /// <summary>The root directory; FUSE fixes this number.</summary>
    public static ProcNode Root => new(1);

    /// <summary>The link <c>self</c>.</summary>
    public static ProcNode Self => new(2);

    /// <summary>The link <c>thread-self</c>.</summary>
    public static ProcNode ThreadSelf => new(3);

    /// <summary>What it is.</summary>
    public ProcNodeKind Kind => (ProcNodeKind)(Value >> 60);

    /// <summary>The task's id, where the node belongs to a task.</summary>
    public int Id => (int)(Value >> 38) & (TaskIdLimit - 1);

    /// <summary>Which entry of the task's directory; 0 is the directory itself.</summary>
    public int Entry => Kind is ProcNodeKind.Group or ProcNodeKind.Thread ? (int)(Value >> 31) & 0x7F : 0;

    /// <summary>The number in <c>fd/N</c> or <c>fdinfo/N</c>.</summary>
    public int Number => (int)(Value >> 18) & (DescriptorLimit - 1);

    /// <summary>Whether the node lies under <c>/proc/ID/task/TID</c>.</summary>
    public bool IsThread => Kind == ProcNodeKind.Thread
        || (Kind is ProcNodeKind.Descriptor or ProcNodeKind.DescriptorInfo && ((Value >> 37) & 1) != 0);

    /// <summary>The row of a <see cref="ProcNodeKind.Path"/>.</summary>
    public ulong Index => Value & 0x0FFF_FFFF_FFFF_FFFF;

    /// <summary>Whether the node belongs to a task by its bits alone.</summary>
    public bool HasTask => Kind is ProcNodeKind.Group or ProcNodeKind.Thread or ProcNodeKind.Descriptor or ProcNodeKind.DescriptorInfo;

    /// <summary>A task's directory (entry 0) or an entry in it.</summary>
    public static ProcNode OfTask(Tasks.TaskKey task, bool thread, int entry = 0) => new(
        ((ulong)(thread ? ProcNodeKind.Thread : ProcNodeKind.Group) << 60) | ((ulong)(uint)task.Id << 38)
        | ((ulong)(uint)entry << 31) | (task.Start & 0x7FFF_FFFF));

    /// <summary><c>fd/N</c> or <c>fdinfo/N</c> of a task; <paramref name="number"/> below <see cref="DescriptorLimit"/>.</summary>
    public static ProcNode OfDescriptor(Tasks.TaskKey task, bool thread, int number, bool info) => new(
        ((ulong)(info ? ProcNodeKind.DescriptorInfo : ProcNodeKind.Descriptor) << 60) | ((ulong)(uint)task.Id << 38)
        | ((thread ? 1UL : 0UL) << 37) | ((ulong)(uint)number << 18) | (task.Start & 0x3_FFFF));

    /// <summary>A row of the content's own table.</summary>
    public static ProcNode OfPath(ulong index) => new(((ulong)ProcNodeKind.Path << 60) | index);

    /// <summary>Whether this node was made for <paramref name="task"/> and not for an earlier task of the same id.</summary>
    public bool IsOf(Tasks.TaskKey task)
    {
        ulong mask = Kind is ProcNodeKind.Group or ProcNodeKind.Thread ? 0x7FFF_FFFFUL : 0x3_FFFFUL;
        return Id == task.Id && (Value & mask) == (task.Start & mask);
    }
}
