using Bobbin.Procfs;

namespace Bobbin.Live;

/// <summary>
/// Files that only their own task may write, which a server never is. Whoever opens one of its own for writing is sent to the
/// kernel's: the open answers ESTALE, the kernel by itself walks the path once more, and this time the name is answered with a
/// link into a kernel procfs. Here stands who is on such a second walk. Bounded in number and in time.
/// </summary>
internal sealed class Detours
{
    private const int Most = 64;
    private const long LifeMilliseconds = 2000;

    private readonly Lock _lock = new();
    private readonly List<Detour> _waiting = new(Most);

    /// <summary>Begins one; false where this thread's second walk has come to open the same file again, so that there is no other way.</summary>
    public bool TryBegin(int threadId, ProcNode node)
    {
        lock (_lock)
        {
            if (_waiting.RemoveAll(detour => detour.ThreadId == threadId && detour.Node == node && !detour.IsOver) > 0)
            {
                return false;
            }

            _waiting.RemoveAll(detour => detour.IsOver || detour.ThreadId == threadId);
            if (_waiting.Count >= Most)
            {
                return false;
            }

            _waiting.Add(new Detour(threadId, node, Environment.TickCount64 + LifeMilliseconds));
            return true;
        }
    }

    /// <summary>Whether a thread is on its second walk to a file.</summary>
    public bool IsOnWay(int threadId, ProcNode node)
    {
        lock (_lock)
        {
            foreach (Detour detour in _waiting) // mostly there is none
            {
                if (detour.ThreadId == threadId && detour.Node == node && !detour.IsOver)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The thread has been told the other path.</summary>
    public void End(int threadId)
    {
        lock (_lock)
        {
            _waiting.RemoveAll(detour => detour.ThreadId == threadId);
        }
    }

    private readonly record struct Detour(int ThreadId, ProcNode Node, long Ends)
    {
        public bool IsOver => Environment.TickCount64 > Ends;
    }
}
