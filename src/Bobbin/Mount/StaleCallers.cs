using Bobbin.Procfs;

namespace Bobbin.Mount;

/// <summary>
/// Remembers which thread was last told ESTALE about which dead task. The kernel looks a path up anew after ESTALE, and then never asks
/// about that task again; so a thread that asks a second time has come by a descriptor, and wants the true errno.
/// </summary>
internal sealed class StaleCallers
{
    private readonly Lock _lock = new();
    private readonly (int Thread, int Id, uint Tag)[] _told = new (int, int, uint)[256];

    /// <summary>Whether to say ESTALE: yes the first time, no the second, and so on by turns.</summary>
    public bool IsFirst(int thread, ProcNode node)
    {
        // The kinds of nodes share the low 18 bits of their task's tag.
        (int, int, uint) now = (thread, node.Id, (uint)node.Value & 0x3_FFFF);
        lock (_lock)
        {
            ref (int, int, uint) told = ref _told[(uint)thread % (uint)_told.Length];
            bool first = told != now;
            told = first ? now : default;
            return first;
        }
    }
}
