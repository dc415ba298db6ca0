namespace Bobbin.Kernel.Fuse;

/// <summary>
/// How many threads serve. A few read the device; when the last of them takes a request, another is woken or started, so
/// that a request that is stuck never stalls the others: at once, or by a watch, which waits a moment whether the request is stuck at all.
/// Those too many wait aside, most recently busy first, and leave after a while.
/// </summary>
/// <param name="wanted">How many threads read at first.</param>
/// <param name="most">How many threads there may be.</param>
/// <param name="patience">How long a thread waits aside before it leaves.</param>
/// <param name="start">Starts a thread.</param>
/// <param name="watch">Who sees to it that somebody reads; null: each thread does before it serves.</param>
internal sealed class FuseCrew(int wanted, int most, TimeSpan patience, Action start, FuseWatch? watch = null)
{
    private readonly Lock _gate = new();
    private readonly Stack<Member> _aside = new(most);
    private int _readers, _count, _wanted = wanted;
    private long _taken;
    private bool _closed;

    /// <summary>One thread.</summary>
    internal sealed class Member
    {
        // Never disposed: it has no handle of the system unless one is asked for, and its last Release may still be running.
        internal SemaphoreSlim Woken { get; } = new(0);

        internal bool IsAside { get; set; }
    }

    /// <summary>How many threads there are.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How many of them wait aside.</summary>
    public int AsideCount
    {
        get
        {
            lock (_gate)
            {
                return _aside.Count;
            }
        }
    }

    /// <summary>How many threads should read.</summary>
    public int Wanted => Volatile.Read(ref _wanted);

    /// <summary>Whether anybody reads.</summary>
    public bool IsRead => Volatile.Read(ref _readers) > 0;

    /// <summary>Whether the threads have been told to leave.</summary>
    public bool IsClosed => Volatile.Read(ref _closed);

    /// <summary>Starts the threads that read at rest.</summary>
    public void Open()
    {
        lock (_gate)
        {
            for (int i = 0; i < _wanted; i++)
            {
                _ = Start();
            }
        }
    }

    /// <summary>One more thread should read.</summary>
    public void WantMore()
    {
        lock (_gate)
        {
            if (!_closed && AddReader())
            {
                _wanted++;
            }
        }
    }

    /// <summary>One thread fewer needs to read: the next that comes back with a request waits aside after it.</summary>
    public void WantFewer()
    {
        lock (_gate)
        {
            _wanted = Math.Max(_wanted - 1, 1);
        }
    }

    /// <summary>Finds a reader where nobody has read since the last time; whether anything has happened since.</summary>
    /// <param name="seen">How many requests had been taken the last time.</param>
    public bool ReinforceIfUnread(ref long seen)
    {
        long taken = Volatile.Read(ref _taken);
        bool isRead = IsRead;
        if (!isRead && taken == seen)
        {
            Reinforce();
        }

        bool happened = taken != seen || !isRead;
        seen = taken;
        return happened;
    }

    /// <summary>Tells all to leave; those in the device or in the file system must be interrupted besides.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _closed = true;
                watch?.End();
            }

            while (_aside.TryPop(out Member? member))
            {
                member.IsAside = false;
                member.Woken.Release();
            }
        }
    }

    /// <summary>
    /// The calling thread has taken a request and does not read the device for a while. False: then nobody would, and nobody
    /// can be found to; it must not serve what may block, and call <see cref="Resume"/>.
    /// </summary>
    public bool Leave()
    {
        Volatile.Write(ref _taken, _taken + 1); // several threads may write it at once: any change will do
        if (Interlocked.Decrement(ref _readers) > 0)
        {
            return true;
        }

        if (watch is null || Volatile.Read(ref _count) >= most)
        {
            return Reinforce();
        }

        watch.Begin();
        return true;
    }

    /// <summary>The calling thread is about to read the device again; how many do.</summary>
    public int Resume() => Interlocked.Increment(ref _readers);

    /// <summary>Waits here if the calling thread, a reader, is one too many; false: it should end.</summary>
    public bool Stay(Member member)
    {
        if (Volatile.Read(ref _readers) <= Wanted)
        {
            return !IsClosed;
        }

        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            if (Interlocked.Decrement(ref _readers) < _wanted)
            {
                // The others became busy meanwhile, and looked for somebody aside before this thread was there.
                Interlocked.Increment(ref _readers);
                return true;
            }

            member.IsAside = true;
            _aside.Push(member);
        }

        return WaitAside(member);
    }

    /// <summary>The calling thread could not begin to read.</summary>
    public void Failed() => Interlocked.Decrement(ref _readers);

    /// <summary>The calling thread ends.</summary>
    public void Left() => Interlocked.Decrement(ref _count);

    private bool WaitAside(Member member)
    {
        if (member.Woken.Wait(patience))
        {
            return !IsClosed;
        }

        lock (_gate)
        {
            if (!member.IsAside)
            {
                // Woken at the last moment: whoever did it has counted this thread as a reader.
                member.Woken.Wait();
                return !_closed;
            }

            RemoveFromAside(member);
            return false;
        }
    }

    private void RemoveFromAside(Member leaving)
    {
        Member[] members = _aside.ToArray();
        _aside.Clear();
        for (int i = members.Length - 1; i >= 0; i--)
        {
            if (members[i] != leaving)
            {
                _aside.Push(members[i]);
            }
        }
    }

    /// <summary>Finds another reader; false where there are as many threads as may be, and all are busy.</summary>
    private bool Reinforce()
    {
        lock (_gate)
        {
            if (_closed || Volatile.Read(ref _readers) > 0)
            {
                return true;
            }

            return AddReader();
        }
    }

    private bool AddReader()
    {
        if (_aside.TryPop(out Member? member))
        {
            Interlocked.Increment(ref _readers);
            member.IsAside = false;
            member.Woken.Release();
            return true;
        }

        return _count < most && Start();
    }

    private bool Start()
    {
        Interlocked.Increment(ref _readers);
        Interlocked.Increment(ref _count);
        try
        {
            start();
            return true;
        }
        catch (OutOfMemoryException)
        {
            // What the runtime throws where the system allows no further thread. Those there are go on.
            Interlocked.Decrement(ref _count);
            Interlocked.Decrement(ref _readers);
            return false;
        }
    }
}
