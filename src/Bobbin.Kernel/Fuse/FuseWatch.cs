namespace Bobbin.Kernel.Fuse;

/// <summary>
/// Looks after a crew whose only reader may be stuck in a request: a thread that wakes another when the device has gone unread for a
/// millisecond or two. To wake one before each request instead would cost more than most requests. It sleeps while nothing happens.
/// </summary>
internal sealed class FuseWatch : IDisposable
{
    private const int Tick = 1; // milliseconds

    /// <summary>Ticks without a request after which it sleeps.</summary>
    private const int Patience = 100;

    private readonly AutoResetEvent _wake = new(false);
    private int _isAwake;

    /// <summary>A thread is about to serve a request, and nobody reads: see to it. Cheap while the watch is awake.</summary>
    public void Begin()
    {
        // Whoever calls has lowered the number of readers with a full fence; the watch looks at that number after it has said that it sleeps.
        if (Volatile.Read(ref _isAwake) == 0 && Interlocked.Exchange(ref _isAwake, 1) == 0)
        {
            _wake.Set();
        }
    }

    /// <summary>The crew has been closed.</summary>
    public void End() => _wake.Set();

    /// <summary>After the thread has left.</summary>
    public void Dispose() => _wake.Dispose();

    /// <summary>The thread's work, until the crew is closed.</summary>
    public void Keep(FuseCrew crew)
    {
        long seen = 0;
        int quiet = 0;
        while (!crew.IsClosed)
        {
            if (quiet < Patience)
            {
                _wake.WaitOne(Tick);
                quiet = crew.ReinforceIfUnread(ref seen) ? 0 : quiet + 1;
                continue;
            }

            Interlocked.Exchange(ref _isAwake, 0);
            if (!crew.IsRead)
            {
                Volatile.Write(ref _isAwake, 1);
                quiet = 0;
                continue;
            }

            _wake.WaitOne();
            quiet = 0;
        }
    }
}
