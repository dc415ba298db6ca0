using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Fuse;

/// <summary>Which request one thread serves now, so that an INTERRUPT finds the thread.</summary>
internal sealed class ServedRequest
{
    private readonly Lock _gate = new();
    private ulong _unique, _node;
    private bool _interrupted;

    /// <summary>The serving thread.</summary>
    public int ThreadId { get; set; }

    /// <summary>The node that it is about; 0 while nothing is served.</summary>
    public ulong Node => Volatile.Read(ref _unique) == 0 ? 0 : Volatile.Read(ref _node);

    /// <summary>The thread begins to serve <paramref name="unique"/>, which is about <paramref name="node"/>.</summary>
    public void Begin(ulong unique, ulong node = 0)
    {
        Volatile.Write(ref _node, node);
        Volatile.Write(ref _unique, unique);
    }

    /// <summary>The thread is done. No signal meant for this request reaches the thread's next one.</summary>
    public void End()
    {
        // A full fence between "done" and the look at the flag; TryInterrupt has one between the flag and its look at the number.
        Interlocked.Exchange(ref _unique, 0);
        if (Volatile.Read(ref _interrupted))
        {
            Calm();
        }
    }

    /// <summary>If the thread serves <paramref name="unique"/>, makes its blocking system call fail with EINTR.</summary>
    public bool TryInterrupt(ulong unique)
    {
        if (Volatile.Read(ref _unique) != unique)
        {
            return false;
        }

        lock (_gate)
        {
            Volatile.Write(ref _interrupted, true);
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _unique) != unique)
            {
                return false;
            }

            _ = Libc.InterruptThread(ThreadId);
            return true;
        }
    }

    private void Calm()
    {
        lock (_gate)
        {
            Volatile.Write(ref _interrupted, false);
        }

        // A signal sent before the lock was ours is delivered at the latest when this call returns.
        _ = Libc.GetThreadId();
    }
}
