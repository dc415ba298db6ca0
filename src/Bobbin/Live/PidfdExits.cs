using Bobbin.Kernel.Linux;

namespace Bobbin.Live;

/// <summary>
/// Tells ends by a pidfd for each task that it was asked to watch, up to a bound. Needs no privilege, and kernel 6.9, where a pidfd
/// can be had of any thread and hangs up when its task is reaped.
/// </summary>
public sealed class PidfdExits : IExitSource
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, int> _watched = []; // id to pidfd
    private readonly int _bound;
    private readonly int _epoll;
    private readonly int _stop;
    private readonly Thread _thread;
    private readonly bool _works;
    private bool _disposed;

    /// <summary>Begins to listen.</summary>
    /// <param name="bound">How many tasks are watched at most; each costs a descriptor.</param>
    public PidfdExits(int bound)
    {
        _bound = bound;
        Errno error = Libc.EpollCreate(out _epoll);
        if (error == Errno.None)
        {
            error = Libc.EventDescriptor(out _stop);
        }

        if (error == Errno.None)
        {
            error = Libc.EpollAdd(_epoll, _stop, PollEvents.In, 0);
        }

        if (error != Errno.None)
        {
            throw new LinuxException(error, "epoll_create1");
        }

        _works = Libc.PidfdOpen(Libc.GetThreadId(), anyThread: true, out int own) == Errno.None;
        if (_works)
        {
            Libc.Close(own);
        }

        _thread = new Thread(Listen, maxStackSize: 256 * 1024) { IsBackground = true, Name = "exits" };
        _thread.Start();
    }

    /// <inheritdoc/>
    public event Action<int>? ThreadEnded;

    /// <inheritdoc/>
    public bool Tracks => false;

    /// <summary>How many tasks are watched now.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _watched.Count;
            }
        }
    }

    /// <inheritdoc/>
    public bool Watch(int id)
    {
        lock (_lock)
        {
            if (_watched.ContainsKey(id))
            {
                return true;
            }

            if (!_works || _disposed || _watched.Count >= _bound || Libc.PidfdOpen(id, anyThread: true, out int pidfd) != Errno.None)
            {
                return false;
            }

            // No events are asked for: a hang-up comes unasked, and it alone means that the id is free, which an exit does not.
            if (Libc.EpollAdd(_epoll, pidfd, PollEvents.None, ((ulong)(uint)id << 32) | (uint)pidfd) != Errno.None)
            {
                Libc.Close(pidfd);
                return false;
            }

            _watched.Add(id, pidfd);
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        _ = Libc.Write(_stop, [1, 0, 0, 0, 0, 0, 0, 0], out _);
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }

        foreach (int pidfd in _watched.Values)
        {
            Libc.Close(pidfd);
        }

        Libc.Close(_stop);
        Libc.Close(_epoll);
    }

    private void Listen()
    {
        Span<ulong> items = stackalloc ulong[64];
        while (true)
        {
            Errno error = Libc.EpollWait(_epoll, items, -1, out int ready);
            if (error is not (Errno.None or Errno.EINTR))
            {
                return;
            }

            foreach (ulong item in items[..ready])
            {
                if (item == 0)
                {
                    return;
                }

                End((int)(item >> 32), (int)(item & uint.MaxValue));
            }
        }
    }

    private void End(int id, int pidfd)
    {
        lock (_lock)
        {
            if (!_watched.TryGetValue(id, out int watched) || watched != pidfd)
            {
                return;
            }

            // Closing would take it out of the epoll too, but not while a process that is just being started holds a copy: it would be told
            // again, and its number, another file's by then, closed a second time.
            _watched.Remove(id);
            _ = Libc.EpollRemove(_epoll, pidfd);
            Libc.Close(pidfd);
        }

        ThreadEnded?.Invoke(id);
    }
}
