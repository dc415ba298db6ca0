using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;
using ResourceLimit = Bobbin.Kernel.Linux.ResourceLimit;

namespace Bobbin.Live;

/// <summary>
/// The directories of tasks in one procfs instance, opened on demand and kept open for the next time, as many as there are
/// descriptors for; those unused longest are closed. Without any it works too, only slower.
/// </summary>
internal sealed partial class TaskDirectories : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, TaskDirectory> _open;
    private readonly TaskDirectory?[] _places;
    private readonly Stack<int> _free;
    private readonly bool _usePidfs;
    private int _hand;
    private bool _disposed;

    /// <summary>Begins with none open.</summary>
    /// <param name="root">A descriptor of the instance's root, closed with this object.</param>
    /// <param name="idsAreOurs">Whether ids in it are those that pidfd_open(2) takes here.</param>
    /// <param name="capacity">How many may stay open.</param>
    public TaskDirectories(int root, bool idsAreOurs, int capacity)
    {
        Root = root;
        _usePidfs = idsAreOurs && HasPidfs();
        _places = new TaskDirectory?[Math.Max(capacity, 1)];
        _open = new Dictionary<int, TaskDirectory>();
        _free = new Stack<int>();
        for (int place = _places.Length - 1; place >= 0; place--)
        {
            _free.Push(place);
        }
    }

    /// <summary>How many directories all sets together may keep open: three fifths of the descriptors this process may have.</summary>
    public static int CapacityForAll =>
        Libc.GetLimit(ResourceLimit.OpenFiles, out ResourceLimit limit) == Errno.None
            ? (int)Math.Clamp(limit.Soft * 3 / 5, 4, 32768)
            : 256;

    /// <summary>A descriptor of the instance's root.</summary>
    public int Root { get; }

    /// <summary>Finds any task by its id: ENOENT where there is none, EMFILE or ENFILE where that cannot be told.</summary>
    public Errno Find(int id, out TaskKey task)
    {
        Errno error = RentAlive(id, false, out TaskDirectory directory);
        if (error != Errno.None)
        {
            task = default;
            return error;
        }

        task = directory.Key;
        Return(directory);
        return Errno.None;
    }

    /// <summary>Takes the directory of the task that has an id now.</summary>
    /// <returns>ENOENT where there is none; another errno where it could not be opened. Only with none is there a directory.</returns>
    public Errno RentAlive(int id, bool thread, out TaskDirectory directory)
    {
        if (TryTake(id, thread, out TaskDirectory? open))
        {
            if (open.IsAlive)
            {
                directory = open;
                return Errno.None;
            }

            Drop(open);
            Return(open);
        }

        return Open(id, thread, out directory);
    }

    /// <summary>
    /// Takes the directory of a task that has the id, or had it: it may be dead, and then what is opened through it says so.
    /// </summary>
    /// <inheritdoc cref="RentAlive"/>
    public Errno RentAny(int id, bool thread, out TaskDirectory directory)
    {
        if (TryTake(id, thread, out TaskDirectory? open))
        {
            directory = open;
            return Errno.None;
        }

        return Open(id, thread, out directory);
    }

    /// <summary>
    /// Takes the directory of the task that a node was made for. It may be dead: then what is opened through it says so.
    /// </summary>
    /// <inheritdoc cref="RentAlive"/>
    public Errno Rent(ProcNode node, out TaskDirectory directory)
    {
        if (TryTake(node.Id, node.IsThread, out TaskDirectory? open))
        {
            if (node.IsOf(open.Key))
            {
                directory = open;
                return Errno.None;
            }

            Return(open);
        }

        Errno error = RentAlive(node.Id, node.IsThread, out directory);
        if (error != Errno.None || node.IsOf(directory.Key))
        {
            return error;
        }

        Return(directory);
        directory = null!;
        return Errno.ENOENT;
    }

    /// <summary>Adds a user to a directory that is in use.</summary>
    public void Share(TaskDirectory directory)
    {
        lock (_lock)
        {
            directory.Uses++;
        }
    }

    /// <summary>Gives a directory back.</summary>
    public void Return(TaskDirectory directory)
    {
        bool close;
        lock (_lock)
        {
            close = --directory.Uses == 0 && directory.Place < 0;
        }

        if (close)
        {
            directory.Close();
        }
    }

    /// <summary>The task that has, or had, this id is gone: its directories need not stay open.</summary>
    public void Drop(int id)
    {
        for (int thread = 0; thread < 2; thread++)
        {
            if (TryTake(id, thread != 0, out TaskDirectory? directory))
            {
                if (!directory.IsAlive)
                {
                    Drop(directory);
                }

                Return(directory);
            }
        }
    }

    /// <summary>Closes all.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            foreach (TaskDirectory directory in _open.Values)
            {
                directory.Place = -1;
                if (directory.Uses == 0)
                {
                    directory.Close();
                }
            }

            _open.Clear();
        }

        Libc.Close(Root);
    }

    private void Keep(TaskDirectory directory)
    {
        TaskDirectory? closed = null;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            int number = NumberOf(directory.Key.Id, directory.IsThread);
            if (_open.Remove(number, out TaskDirectory? other))
            {
                _free.Push(other.Place);
                other.Place = -1;
                closed = other.Uses == 0 ? other : null;
            }

            if (_free.Count == 0 && FindUnused() is { } unused)
            {
                Forget(unused);
                closed ??= unused;
            }

            if (_free.TryPop(out int place))
            {
                directory.Place = place;
                directory.WasUsed = true;
                _places[place] = directory;
                _open[number] = directory;
            }
        }

        if (closed is not null)
        {
            closed.Close();
        }
    }

    private void Drop(TaskDirectory directory)
    {
        lock (_lock)
        {
            if (directory.Place >= 0)
            {
                Forget(directory);
            }
        }
    }

    /// <summary>Closes a few that nobody uses, for whoever needs descriptors; false where there are none.</summary>
    public bool CloseSome()
    {
        bool any = false;
        for (int i = 0; i < 8; i++)
        {
            TaskDirectory? unused;
            lock (_lock)
            {
                unused = FindUnused();
                if (unused is not null)
                {
                    Forget(unused);
                }
            }

            if (unused is null)
            {
                break;
            }

            unused.Close();
            any = true;
        }

        return any;
    }

    /// <summary>Goes round until one is met that nobody uses and nobody used since the last time round.</summary>
    private TaskDirectory? FindUnused()
    {
        for (int steps = 0; steps < 2 * _places.Length; steps++)
        {
            _hand = _hand + 1 == _places.Length ? 0 : _hand + 1;
            if (_places[_hand] is { Uses: 0 } directory)
            {
                if (!directory.WasUsed)
                {
                    return directory;
                }

                directory.WasUsed = false;
            }
        }

        return null;
    }

    private void Forget(TaskDirectory directory)
    {
        _open.Remove(NumberOf(directory.Key.Id, directory.IsThread));
        _places[directory.Place] = null;
        _free.Push(directory.Place);
        directory.Place = -1;
    }

    private static int NumberOf(int id, bool thread) => (id << 1) | (thread ? 1 : 0);
}
