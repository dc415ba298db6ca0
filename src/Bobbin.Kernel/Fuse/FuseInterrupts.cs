namespace Bobbin.Kernel.Fuse;

/// <summary>
/// Carries out INTERRUPT: finds the thread that serves a request and interrupts its system call, again and again until the
/// request is answered, since a signal that arrives just before the call blocks is lost.
/// </summary>
internal sealed class FuseInterrupts : IDisposable
{
    /// <summary>How many interrupts may wait at once; the oldest gives way.</summary>
    private const int Room = 64;

    /// <summary>An INTERRUPT may be read by another thread before the thread that read its request has begun to serve it.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<ServedRequest> _served = [];
    private readonly List<Pending> _pending = [];
    private readonly AutoResetEvent _work = new(false);
    private bool _running, _everything, _disposed;

    private record struct Pending(ulong Unique, long Deadline, bool Seen);

    /// <summary>How many interrupts are not yet done with.</summary>
    public int PendingCount
    {
        get
        {
            lock (_gate)
            {
                return _pending.Count;
            }
        }
    }

    public void Add(ServedRequest served)
    {
        lock (_gate)
        {
            _served.Add(served);
            if (_everything)
            {
                Wake();
            }
        }
    }

    /// <summary>After it no signal is sent to the thread, which may then end.</summary>
    public void Remove(ServedRequest served)
    {
        lock (_gate)
        {
            _served.Remove(served);
        }
    }

    /// <summary>What the requests that are being served now are about.</summary>
    public ulong[] NodesBeingServed()
    {
        lock (_gate)
        {
            return [.. _served.Select(served => served.Node).Where(node => node != 0).Distinct()];
        }
    }

    /// <summary>Interrupts a request, now or when it begins.</summary>
    public void Interrupt(ulong unique)
    {
        lock (_gate)
        {
            if (_pending.Count == Room)
            {
                _pending.RemoveAt(0);
            }

            _pending.Add(new Pending(unique, Environment.TickCount64 + (long)s_patience.TotalMilliseconds, false));
            Pass();
            Wake();
        }
    }

    /// <summary>Interrupts all threads, whatever they do, until they have left.</summary>
    public void InterruptEverything()
    {
        lock (_gate)
        {
            _everything = true;
            Wake();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _work.Set();
            if (!_running)
            {
                _work.Dispose();
            }
        }
    }

    private void Wake()
    {
        if (_disposed)
        {
            return;
        }

        if (!_running)
        {
            _running = true;
            new Thread(Keep, maxStackSize: 256 * 1024) { IsBackground = true, Name = "fuse-interrupts" }.Start();
        }

        _work.Set();
    }

    private void Keep()
    {
        int pause = 1;
        while (true)
        {
            bool busy;
            lock (_gate)
            {
                if (_disposed)
                {
                    _work.Dispose();
                    return;
                }

                busy = Pass();
            }

            pause = busy ? Math.Min(pause * 2, 16) : 1;
            _work.WaitOne(busy ? pause : Timeout.Infinite);
        }
    }

    /// <summary>One round of signals; whether another is needed.</summary>
    private bool Pass()
    {
        for (int i = _pending.Count - 1; i >= 0; i--)
        {
            Pending pending = _pending[i];
            bool found = false;
            foreach (ServedRequest served in _served)
            {
                found |= served.TryInterrupt(pending.Unique);
            }

            if (found)
            {
                _pending[i] = pending with { Seen = true };
            }
            else if (pending.Seen || Environment.TickCount64 > pending.Deadline)
            {
                _pending.RemoveAt(i);
            }
        }

        if (_everything)
        {
            foreach (ServedRequest served in _served)
            {
                _ = Linux.Libc.InterruptThread(served.ThreadId);
            }
        }

        return _pending.Count > 0 || (_everything && _served.Count > 0);
    }
}
