using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

/// <summary>
/// This machine's tasks, read from a procfs. A task is told from an earlier one with the same id by its pidfd's inode number
/// (kernel 6.9), or where that cannot be had by its start time.
/// </summary>
public sealed partial class LiveTasks : ITaskSource, IDisposable
{
    private readonly LiveProcfs _procfs;
    private readonly TaskDirectories _tasks;
    private readonly IExitSource? _exits;
    private readonly KnownTasks? _known;
    private readonly int _staticDirectories;

    /// <summary>Begins to serve.</summary>
    /// <param name="procfs">Where tasks are read; disposed by whoever made it.</param>
    /// <param name="exits">What tells ends, if anything does; disposed with this object.</param>
    public LiveTasks(LiveProcfs procfs, IExitSource? exits = null)
    {
        _procfs = procfs;
        _tasks = procfs.Tasks;
        _staticDirectories = StaticNames.Read(procfs.Machine.Root).Directories;

        // Ends are told by ids of this process's pid namespace, which say nothing where others are shown.
        if (exits is not null && procfs.Shown is null)
        {
            _exits = exits;
            _known = new KnownTasks();
            exits.ThreadEnded += OnThreadEnded;
        }
        else
        {
            exits?.Dispose();
        }
    }

    /// <inheritdoc/>
    public event Action<TaskKey>? Ended;

    /// <inheritdoc/>
    public bool TellsEnds => _exits is { Tracks: true };

    /// <summary>Opens something in the procfs that tasks are read from.</summary>
    internal Errno OpenAt(ReadOnlySpan<byte> path, int flags, out int descriptor) => _tasks.OpenAt(_tasks.Root, path, flags, out descriptor);

    /// <summary>How many static entries of the machine's /proc are directories.</summary>
    internal int StaticDirectories => _staticDirectories;

    /// <inheritdoc/>
    public Errno Find(int id, out TaskKey task)
    {
        task = default;
        Errno error = id <= 0 ? Errno.ENOENT : _tasks.Find(id, out task);
        if (error == Errno.None && TellsEnds)
        {
            _known!.Note(task);
        }

        return error;
    }

    /// <inheritdoc/>
    public bool IsAlive(TaskKey task) => _tasks.Find(task.Id, out TaskKey now) switch
    {
        Errno.None => now == task,
        Errno error => error != Errno.ENOENT,
    };

    /// <inheritdoc/>
    public bool TellsEndOf(TaskKey task)
    {
        if (_exits is null)
        {
            return false;
        }

        _known!.Note(task);

        // Watched first and found alive after that: else its end may have come before anybody watched.
        return _exits.Watch(task.Id) && (TellsEnds || (_tasks.Find(task.Id, out TaskKey now) == Errno.None && now == task));
    }

    /// <inheritdoc/>
    public Errno FindGroup(TaskKey task, out int groupId)
    {
        groupId = 0;
        Errno error = Rent(task, out TaskDirectory directory);
        if (error == Errno.None)
        {
            error = directory.FindGroup(out groupId);
            _tasks.Return(directory);
        }

        return error;
    }

    /// <inheritdoc/>
    public int CountThreads(TaskKey task)
    {
        if (Rent(task, out TaskDirectory directory) != Errno.None)
        {
            return 0;
        }

        Errno error = Libc.StatAt(directory.Descriptor, "task"u8, At.SymlinkNoFollow, out Statx stat);
        _tasks.Return(directory);
        return error == Errno.None ? Math.Max((int)stat.Links - 2, 0) : 0;
    }

    /// <summary>The kernel's own count, which is in the root's link count: groups of the whole system, whatever is shown.</summary>
    public int CountGroups() =>
        Libc.Stat(_procfs.Machine.Root, out Statx stat) == Errno.None
            ? Math.Max((int)stat.Links - 2 - _staticDirectories, 0)
            : 0;

    /// <inheritdoc/>
    public Errno Identify(in Caller caller, out int groupId, out int threadId)
    {
        groupId = 0;
        threadId = 0;
        if (caller.ThreadId <= 0)
        {
            return Errno.ENOENT;
        }

        Errno error = _procfs.Machine.RentAlive(caller.ThreadId, false, out TaskDirectory directory);
        if (error != Errno.None)
        {
            return error;
        }

        if (_procfs.Shown is null)
        {
            error = directory.FindGroup(out groupId);
            threadId = caller.ThreadId;
        }
        else
        {
            error = IdentifyIn(_procfs.Shown, directory.Descriptor, out groupId, out threadId);
        }

        _procfs.Machine.Return(directory);
        return error;
    }

    /// <summary>Stops to tell ends.</summary>
    public void Dispose()
    {
        _roots?.Dispose();
        if (_exits is not null)
        {
            _exits.ThreadEnded -= OnThreadEnded;
            _exits.Dispose();
        }
    }

    private static Errno IdentifyIn(PidNamespace shown, int taskDirectory, out int groupId, out int threadId)
    {
        groupId = 0;
        threadId = 0;
        Errno error = shown.Holds(taskDirectory);
        if (error != Errno.None)
        {
            return error;
        }

        using StatusText status = StatusText.Read(taskDirectory);
        if (!status.TryNumber("NStgid:"u8, shown.Depth, out uint group) || !status.TryNumber("NSpid:"u8, shown.Depth, out uint thread))
        {
            return status.Error.IsShortage ? status.Error : Errno.ENOENT;
        }

        groupId = (int)group;
        threadId = (int)thread;
        return Errno.None;
    }

    private Errno Rent(TaskKey task, out TaskDirectory directory) =>
        _tasks.Rent(ProcNode.OfTask(task, thread: false), out directory);

    private void OnThreadEnded(int id)
    {
        _tasks.Drop(id);
        if (_procfs.Content != _tasks)
        {
            _procfs.Content.Drop(id);
        }

        if (_known!.TryTake(id, out TaskKey task))
        {
            if (IsAlive(task))
            {
                _known.Note(task); // told too early, or it cannot be told whose the id is by now
                return;
            }

            Ended?.Invoke(task);
        }
    }
}
