using Bobbin.Procfs;

namespace Bobbin.Mount;

/// <summary>
/// Remembers which thread was last told ESTALE about which dead node. The kernel then looks the path up anew, and never comes by that
/// path again; so a thread that asks a second time has come by a descriptor, and wants the true errno.
/// </summary>
internal sealed class StaleCallers
{
    private const ulong SharedTag = 0x3_FFFF; // the kinds of nodes share the low 18 bits of their task's tag

    private readonly Lock _lock = new();
    private readonly (int Thread, ProcNode Node)[] _told = new (int, ProcNode)[256];

    /// <summary>
    /// Whether to say ESTALE about a node to a request that the kernel repeats: yes the first time, no the second, and so on by turns. By
    /// the node, not by its task: the kernel may have the same dead task under several names, each to be looked up anew.
    /// </summary>
    public bool IsFirst(int thread, ProcNode node)
    {
        lock (_lock)
        {
            ref (int Thread, ProcNode Node) told = ref Of(thread);
            return Note(ref told, thread, node, told.Thread != thread || told.Node != node);
        }
    }

    /// <summary>The same for a request that the kernel does not repeat, for which one ESTALE about anything of the task is enough.</summary>
    public bool IsFirstOfTask(int thread, ProcNode node)
    {
        lock (_lock)
        {
            ref (int Thread, ProcNode Node) told = ref Of(thread);
            bool same = told.Thread == thread && told.Node.Id == node.Id && (told.Node.Value & SharedTag) == (node.Value & SharedTag);
            return Note(ref told, thread, node, !same);
        }
    }

    private ref (int Thread, ProcNode Node) Of(int thread) => ref _told[(uint)thread % (uint)_told.Length];

    private static bool Note(ref (int Thread, ProcNode Node) told, int thread, ProcNode node, bool first)
    {
        told = first ? (thread, node) : default;
        return first;
    }
}
