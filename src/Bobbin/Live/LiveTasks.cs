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

    /// <summary>Root of the procfs that tasks are read from.</summary>
    internal int Root => _tasks.Root;

    /// <summary>How many static entries of the machine's /proc are directories.</summary>
    internal int StaticDirectories => _staticDirectories;

    /// <inheritdoc/>
    public bool TryFind(int id, out TaskKey task)
    {
        task = default;
        if (id <= 0 || !_tasks.TryFind(id, out task))
        {
            return false;
        }

        if (TellsEnds)
        {
            _known!.Note(task);
        }

        return true;
    }

    /// <inheritdoc/>
    public bool IsAlive(TaskKey task) => _tasks.TryFind(task.Id, out TaskKey now) && now == task;

    /// <inheritdoc/>
    public bool TellsEndOf(TaskKey task)
    {
        if (_exits is null)
        {
            return false;
        }

        _known!.Note(task);

        // Watched first and found alive after that: else its end may have come before anybody watched.
        return _exits.Watch(task.Id) && (TellsEnds || IsAlive(task));
    }

    /// <inheritdoc/>
    public bool TryGroupOf(TaskKey task, out int groupId)
    {
        groupId = 0;
        if (!TryRent(task, out TaskDirectory? directory))
        {
            return false;
        }

        groupId = directory.GroupId;
        _tasks.Return(directory);
        return groupId != 0;
    }

    /// <inheritdoc/>
    public int CountThreads(TaskKey task)
    {
        if (!TryRent(task, out TaskDirectory? directory))
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
    public bool TryIdentify(in Caller caller, out int groupId, out int threadId)
    {
        groupId = 0;
        threadId = 0;
        if (caller.ThreadId <= 0 || !_procfs.Machine.TryRentAlive(caller.ThreadId, false, out TaskDirectory? directory))
        {
            return false;
        }

        if (_procfs.Shown is null)
        {
            groupId = directory.GroupId;
            threadId = caller.ThreadId;
        }
        else if (_procfs.Shown.Holds(directory.Descriptor))
        {
            using StatusText status = StatusText.Read(directory.Descriptor);
            if (status.TryNumber("NStgid:"u8, _procfs.Shown.Depth, out uint group) && status.TryNumber("NSpid:"u8, _procfs.Shown.Depth, out uint thread))
            {
                groupId = (int)group;
                threadId = (int)thread;
            }
        }

        _procfs.Machine.Return(directory);
        return groupId != 0;
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

    private bool TryRent(TaskKey task, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TaskDirectory? directory) =>
        _tasks.TryRent(ProcNode.OfTask(task, thread: false), out directory);

    private void OnThreadEnded(int id)
    {
        _tasks.Drop(id);
        if (_procfs.Content != _tasks)
        {
            _procfs.Content.Drop(id);
        }

        if (_known!.TryTake(id, out TaskKey task))
        {
            if (_tasks.TryFind(id, out TaskKey now) && now == task)
            {
                _known.Note(task); // told too early, or the id is another's by now
                return;
            }

            Ended?.Invoke(task);
        }
    }
}
