using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Fuse;

/// <summary>
/// FUSE over io_uring: a queue for each processor, and a few threads tied to that processor which each offer the kernel one
/// place for a request. A caller's request goes to its own processor's queue, to the place last used. One system call hands in a
/// reply and waits for the next request.
/// </summary>
/// <remarks>
/// A place once offered cannot be taken back, so threads stay that were needed once; the kernel prefers the place last used.
/// Once INIT has agreed on io_uring the kernel holds all requests back until every queue has a place. So everything that can
/// fail is done before INIT is answered, and where it fails the device is used and INIT does not agree.
/// </remarks>
internal sealed class FuseRings
{
    /// <summary>Threads of a queue at rest: a second one, so that the first may be stuck while a third is started.</summary>
    private const int PlacesAtRest = 2;

    private readonly FuseServer _server;
    private readonly FuseCrew[] _queues;

    /// <summary>Guards and announces what the threads and the server wait for of each other.</summary>
    private readonly object _gate = new();
    private int _failed, _registered, _unprepared;
    private bool? _wanted;

    /// <summary>Numbers that the kernel's own, which count up from 2, do not reach. Bit 0 and bit 63 have meanings.</summary>
    private long _provocations = 1L << 62;

    private FuseRings(FuseServer server, int device, int processors, int most)
    {
        _server = server;
        _unprepared = processors * PlacesAtRest;
        _queues = new FuseCrew[processors];

        for (int queue = 0; queue < processors; queue++)
        {
            ushort number = (ushort)queue;
            _queues[queue] = new FuseCrew(PlacesAtRest, most, Timeout.InfiniteTimeSpan, () => FuseRingWorker.Start(server, this, _queues[number], device, number));
        }
    }

    /// <summary>Whether every queue has a place, and so requests come this way.</summary>
    public bool InUse => Volatile.Read(ref _registered) >= _queues.Length * PlacesAtRest && Volatile.Read(ref _failed) == 0;

    /// <summary>How many threads there are.</summary>
    public int ThreadCount => _queues.Sum(queue => queue.Count);

    /// <summary>Starts a thread for each processor and has it make its ring; null where any of that fails.</summary>
    public static FuseRings? TryPrepare(FuseServer server, int device, int most)
    {
        int processors = Libc.CountPossibleProcessors();
        if (processors is 0 or > ushort.MaxValue)
        {
            return null;
        }

        FuseRings rings = new(server, device, processors, most);
        foreach (FuseCrew queue in rings._queues)
        {
            queue.Open();
            for (int missing = queue.Count; missing < PlacesAtRest; missing++)
            {
                rings.Prepared(Errno.EAGAIN);
            }
        }

        rings.AwaitPrepared();
        if (Volatile.Read(ref rings._failed) == 0)
        {
            return rings;
        }

        rings.Decide(false);
        return null;
    }

    /// <summary>INIT has been answered, and has agreed on io_uring or not. The first word counts.</summary>
    public void Decide(bool wanted)
    {
        lock (_gate)
        {
            _wanted ??= wanted;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Tells all threads to leave.</summary>
    public void Close()
    {
        Decide(false);
        foreach (FuseCrew queue in _queues)
        {
            queue.Close();
        }
    }

    /// <summary>A thread has made its ring, or could not.</summary>
    public void Prepared(Errno error)
    {
        lock (_gate)
        {
            // A thread that is started later, for a queue that is busy, is not needed.
            if (_unprepared > 0)
            {
                _failed += error == Errno.None ? 0 : 1;
                _unprepared--;
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Whether <see cref="Decide"/> has been called.</summary>
    public bool IsDecided
    {
        get
        {
            lock (_gate)
            {
                return _wanted is not null;
            }
        }
    }

    /// <summary>A number for a request of our own making.</summary>
    public ulong NextProvocation() => (ulong)Interlocked.Add(ref _provocations, 2);

    /// <summary>Waits for <see cref="Decide"/>; whether to go on.</summary>
    public bool AwaitDecision()
    {
        lock (_gate)
        {
            while (_wanted is null)
            {
                Monitor.Wait(_gate);
            }

            return _wanted.Value;
        }
    }

    private void AwaitPrepared()
    {
        lock (_gate)
        {
            while (_unprepared > 0)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>A place has been offered to the kernel, or refused by it: then the kernel goes back to the device by itself.</summary>
    public void Registered(Errno error)
    {
        if (error == Errno.None)
        {
            Interlocked.Increment(ref _registered);
        }
        else if (!InUse)
        {
            Interlocked.Increment(ref _failed);
            _server.Log($"fuse: io_uring: {error.Describe()}; the device is used");
        }
    }
}
