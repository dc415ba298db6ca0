using Bobbin.Procfs;

namespace Bobbin.Mount;

/// <summary>
/// Remembers which thread was last told ESTALE about which node. The kernel looks a path up anew after ESTALE, and then never asks
/// about a dead node again; so a thread that asks about it a second time has come by a descriptor, and wants the true errno.
/// </summary>
internal sealed class StaleCallers
{
    private readonly Lock _lock = new();
    private readonly (int Thread, ulong Node)[] _told = new (int, ulong)[256];

    /// <summary>Whether to say ESTALE: yes the first time, no the second, and so on by turns.</summary>
    public bool IsFirst(int thread, ProcNode node)
    {
        lock (_lock)
        {
            ref (int Thread, ulong Node) told = ref _told[(uint)thread % (uint)_told.Length];
            bool first = told != (thread, node.Value);
            told = first ? (thread, node.Value) : default;
            return first;
        }
    }
}
