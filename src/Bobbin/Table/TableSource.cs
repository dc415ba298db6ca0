using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>A table as one of its pid namespaces sees it.</summary>
/// <param name="table">The table.</param>
/// <param name="view">The namespace; the table's first where none is given.</param>
public sealed partial class TableSource(TaskTable table, TablePidNamespace? view = null) : ITaskRecords
{
    private readonly TablePidNamespace _view = view ?? table.Namespace;
    private readonly Lock _handlersLock = new();
    private Action<TaskKey>? _handlers;

    /// <inheritdoc/>
    public event Action<TaskKey>? Ended
    {
        add
        {
            lock (_handlersLock)
            {
                if (_handlers is null)
                {
                    table.PidEnded += Tell;
                }

                _handlers += value;
            }
        }

        remove
        {
            lock (_handlersLock)
            {
                bool told = _handlers is not null;
                _handlers -= value;
                if (told && _handlers is null)
                {
                    table.PidEnded -= Tell;
                }
            }
        }
    }

    /// <summary>The table.</summary>
    public TaskTable Table => table;

    /// <summary>The namespace whose ids are shown.</summary>
    public TablePidNamespace Namespace => _view;

    /// <summary>Which task of the table a caller's thread id stands for; a caller is none of them where this is not set.</summary>
    public Func<int, TableTask?>? CallerMap { get; set; }

    /// <inheritdoc/>
    public bool TellsEnds => true;

    /// <inheritdoc/>
    public Errno Find(int id, out TaskKey task)
    {
        if (_view.Pages.Get(id) is { Task: not null } pid)
        {
            task = new TaskKey(id, pid.Start);
            return Errno.None;
        }

        task = default;
        return Errno.ENOENT;
    }

    /// <inheritdoc/>
    public bool IsAlive(TaskKey task) => Resolve(task, out _) is not null;

    /// <inheritdoc/>
    public Errno FindGroup(TaskKey task, out int groupId)
    {
        groupId = Resolve(task, out _)?.Group.Pid.IdIn(_view) ?? 0;
        return groupId != 0 ? Errno.None : Errno.ENOENT;
    }

    /// <inheritdoc/>
    public Errno ListGroups(int from, Span<int> ids, out int count)
    {
        count = _view.Pages.List(IdKind.Group, from, ids);
        return Errno.None;
    }

    /// <inheritdoc/>
    public Errno ListTasks(int from, Span<int> ids, out int count)
    {
        count = _view.Pages.List(IdKind.Task, from, ids);
        return Errno.None;
    }

    /// <inheritdoc/>
    public Errno ListThreads(TaskKey task, int resumeAt, int index, Span<int> ids, out int count)
    {
        count = 0;
        TableTask? resume = resumeAt == 0 ? null : _view.Pages.Get(resumeAt)?.Task;
        return Resolve(task, out TablePid? pid) is { } found && found.TryListThreads(pid!, _view, resume, index, ids, out count)
            ? Errno.None
            : Errno.ENOENT;
    }

    /// <inheritdoc/>
    public int CountThreads(TaskKey task) =>
        Resolve(task, out TablePid? pid) is { } found && found.TryGetOwner(pid!, out TaskOwner owner) ? owner.ThreadCount : 0;

    /// <inheritdoc/>
    public int CountGroups() => table.GroupCount;

    /// <inheritdoc/>
    public Errno Identify(in Caller caller, out int groupId, out int threadId)
    {
        TableTask? task = CallerMap?.Invoke(caller.ThreadId);
        threadId = task?.Pid is { Task: not null } pid ? pid.IdIn(_view) : 0;
        groupId = task?.Group.Pid.IdIn(_view) ?? 0;
        return threadId != 0 ? Errno.None : Errno.ENOENT;
    }

    private TableTask? Resolve(TaskKey task, out TablePid? pid)
    {
        pid = _view.Pages.Get(task.Id);
        return pid is not null && pid.Start == task.Start ? pid.Task : null;
    }

    private void Tell(TablePid pid)
    {
        if (pid.IsVisibleIn(_view))
        {
            _handlers?.Invoke(pid.KeyIn(_view));
        }
    }
}
