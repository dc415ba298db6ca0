namespace Bobbin.Procfs;

/// <summary>
/// Inode numbers, computed from what a node is and never from who a task is, so that a listing can write <c>d_ino</c> without asking
/// and it equals <c>st_ino</c>. Those of tasks and their entries stay below 2^30, for programs whose <c>ino_t</c> has 32 bits;
/// static entries have the kernel's own numbers, from 0xF0000000 on.
/// </summary>
internal static class ProcInode
{
    /// <summary><c>PROC_ROOT_INO</c>.</summary>
    public const ulong Root = 1;

    /// <summary><c>PROC_DYNAMIC_FIRST</c>: the number of the link <c>self</c>.</summary>
    public const ulong Self = 0xF000_0000;

    /// <summary>The link <c>thread-self</c>.</summary>
    public const ulong ThreadSelf = Self + 1;

    /// <summary>First number for static entries that Bobbin itself generates; the kernel hands out few thousand before it.</summary>
    public const ulong FirstStatic = Self + 2;

    /// <summary>First number for <c>/proc/fs/bobbin</c>, out of the way of all others.</summary>
    public const ulong FirstOwn = 0xFFFF_0000;

    /// <summary>A task's directory (entry 0) or an entry in it.</summary>
    public static ulong OfTask(int id, bool thread, int entry) => ((ulong)(uint)id << 8) | (thread ? 0x80UL : 0) | (uint)entry;

    /// <summary><c>fd/N</c> or <c>fdinfo/N</c>.</summary>
    public static ulong OfDescriptor(int id, bool thread, int number, bool info) =>
        (1UL << 44) | ((ulong)(uint)id << 21) | (thread ? 1UL << 20 : 0) | (info ? 1UL << 19 : 0) | (uint)number;

    /// <summary>The number of any node that belongs to a task.</summary>
    public static ulong Of(ProcNode node) => node.Kind switch
    {
        ProcNodeKind.Group or ProcNodeKind.Thread => OfTask(node.Id, node.IsThread, node.Entry),
        ProcNodeKind.Descriptor or ProcNodeKind.DescriptorInfo =>
            OfDescriptor(node.Id, node.IsThread, node.Number, node.Kind == ProcNodeKind.DescriptorInfo),
        _ => node.Value,
    };
}
