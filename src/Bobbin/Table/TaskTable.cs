using System.Text;
using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>
/// A machine's tasks in memory, driven by code: what a task does (fork, exec, exit, wait, ...) is a method of <see cref="TableTask"/>.
/// Safe to use from several threads. Changes of who exists take one lock; finding and listing take none, and a record takes the
/// lock of its thread group only.
/// </summary>
public sealed partial class TaskTable
{
    internal const int SIGKILL = 9;
    internal const int SIGCHLD = 17;

    private const ulong FirstNamespaceInode = 4_026_532_128;

    private readonly Lock _lock = new();
    private List<TablePid> _ended = [];
    private ulong _nextStart = 1;
    private ulong _nextNamespaceInode = FirstNamespaceInode;
    private uint _nextAuditSession = 1;
    private int _groupCount;
    private int _taskCount;
    private int _runningCount;
    private int _blockedCount;
    private long _forks;

    /// <summary>A machine whose only task is init.</summary>
    /// <param name="clock">Its time; one that runs where none is given.</param>
    public TaskTable(TableClock? clock = null)
    {
        Clock = clock ?? new TableClock();
        Namespace = new TablePidNamespace(null, TableTask.InitialNamespaces.Pid);
        Idle = TablePid.MakeIdle(Namespace);
        using (Change())
        {
            TableTask.MakeFirst(this, "init"u8);
        }
    }

    /// <summary>The table's time.</summary>
    public TableClock Clock { get; }

    /// <summary>The first pid namespace.</summary>
    public TablePidNamespace Namespace { get; }

    /// <summary>The task with id 1: another one after an exec by another thread of it.</summary>
    public TableTask Init => Namespace.Init!;

    /// <summary>The parent of kernel threads, where there is one (<see cref="Boot"/>).</summary>
    public TableTask? KernelThreads { get; private set; }

    /// <summary>How many thread groups there are in all namespaces.</summary>
    public int GroupCount => Volatile.Read(ref _groupCount);

    /// <summary>How many tasks there are, threads too.</summary>
    public int TaskCount => Volatile.Read(ref _taskCount);

    internal TablePid Idle { get; }

    /// <summary>An id stopped to resolve; raised outside of the lock.</summary>
    internal event Action<TablePid>? PidEnded;

    /// <summary>
    /// A machine as it is after boot: init (1) that reaps whatever it is given, kthreadd (2) and some kernel threads.
    /// </summary>
    public static TaskTable Boot(TableClock? clock = null)
    {
        var table = new TaskTable(clock);
        table.Init.Exec(TableProgram.Parse("/sbin/init"u8));
        table.Init.NoChildWait = true;
        table.Init.SetSession();
        table.Init.State = TaskState.Sleeping;
        using (table.Change())
        {
            table.KernelThreads = TableTask.MakeFirst(table, "kthreadd"u8, kernelThread: true);
        }

        foreach (string name in (string[])["rcu_gp", "kworker/0:0H-events_highpri", "ksoftirqd/0", "rcu_preempt", "migration/0", "kswapd0"])
        {
            table.StartKernelThread(Encoding.ASCII.GetBytes(name));
        }

        return table;
    }

    /// <summary>Starts a kernel thread; names may be longer than a task's (64 bytes). Needs <see cref="Boot"/>.</summary>
    public TableTask StartKernelThread(ReadOnlySpan<byte> name)
    {
        TableTask kthreadd = KernelThreads ?? throw new InvalidOperationException("The table was not booted: it has no kthreadd.");
        TableTask thread = kthreadd.Fork();
        thread.SetKernelName(name);
        thread.State = TaskState.Idle;
        return thread;
    }

    /// <summary>The task that has an id in a namespace (the first, where none is given); null where none has.</summary>
    public TableTask? Find(int id, TablePidNamespace? view = null) => (view ?? Namespace).Pages.Get(id)?.Task;

    /// <summary>Takes the lock; its end gives it back and then tells which ids ended.</summary>
    internal TableChange Change()
    {
        _lock.Enter();
        return new TableChange(this);
    }

    internal void EndChange()
    {
        List<TablePid>? ended = null;
        if (_ended.Count != 0)
        {
            (ended, _ended) = (_ended, []);
        }

        _lock.Exit();
        if (ended is not null && PidEnded is { } tell)
        {
            foreach (TablePid pid in ended)
            {
                tell(pid);
            }
        }
    }

    internal ulong NextStart() => _nextStart++;

    internal ulong NextNamespaceInode() => _nextNamespaceInode++;

    internal uint NextAuditSession() => Interlocked.Increment(ref _nextAuditSession) - 1;

    internal void CountBirth(TableTask task)
    {
        Interlocked.Increment(ref _taskCount);
        Interlocked.Increment(ref _forks);
        if (task.Group.Leader == task)
        {
            Interlocked.Increment(ref _groupCount);
        }
    }

    internal void CountEnd(TablePid? ended, bool isGroup)
    {
        Interlocked.Decrement(ref _taskCount);
        if (isGroup)
        {
            Interlocked.Decrement(ref _groupCount);
        }

        if (ended is not null)
        {
            _ended.Add(ended);
        }
    }

    internal void CountState(TaskState from, TaskState to)
    {
        CountState(from, -1);
        CountState(to, 1);
    }

    private void CountState(TaskState state, int by)
    {
        if (state == TaskState.Running)
        {
            Interlocked.Add(ref _runningCount, by);
        }
        else if (state == TaskState.DiskSleep)
        {
            Interlocked.Add(ref _blockedCount, by);
        }
    }
}

/// <summary>A change of who exists, under the table's lock until it is disposed of.</summary>
internal readonly ref struct TableChange(TaskTable table) : IDisposable
{
    public void Dispose() => table.EndChange();
}
