using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>
/// One task of a <see cref="TaskTable"/>. What a program does by a system call is a method here; what it refuses as the kernel would
/// is a <see cref="LinuxException"/>; a task that has ended can do nothing more (<see cref="InvalidOperationException"/>).
/// </summary>
public sealed partial class TableTask
{
    private const ulong DefaultTimerSlack = 50_000;

    internal readonly TaskTable Table;
    internal readonly TableGroup Group;
    internal readonly BirthOrder<TableGroup> Children = new();

    private TablePid _pid;
    private ulong _threadNumber; // in Group.Threads
    private ulong _startTime;
    private List<TableTask>? _tracees;
    private TableTask? _tracer;

    // Written under the group's monitor.
    private ReadOnlyMemory<byte> _name;
    private TaskState _state = TaskState.None;
    private ProcessFlags _flags;
    private int _waitStatus;
    private bool _isReleased;
    private Credentials _credentials = Credentials.Root;
    private UserNamespace _userNamespace = UserNamespace.Initial;
    private TaskNamespaces _namespaces = InitialNamespaces;
    private TablePidNamespace _namespaceForChildren;
    private TableFiles _files = new();
    private TableDirectories _directories = new();
    private ReadOnlyMemory<ControlGroup> _controlGroups = RootControlGroup;
    private Scheduling _scheduling;
    private ulong _pendingSignals, _blockedSignals;
    private TaskUsage _usage;
    private TaskIo _io;
    private TaskRuns _runs;
    private ReadOnlyMemory<byte> _waitChannel;
    private ReadOnlyMemory<ulong> _allowedProcessors = FirstProcessor;
    private uint _personality;
    private uint _loginId = uint.MaxValue, _auditSession = uint.MaxValue;
    private ulong _timerSlack = DefaultTimerSlack, _timerSlackAtBirth = DefaultTimerSlack;

    private TableTask(TaskTable table, TablePid pid, TableGroup? group)
    {
        Table = table;
        _pid = pid;
        Group = group ?? new TableGroup(pid);
        _namespaceForChildren = pid.Namespace;
        _startTime = table.Clock.Uptime;
    }

    /// <summary>Numbers of the namespaces that a machine has from the start (<c>include/uapi/linux/nsfs.h</c>).</summary>
    internal static TaskNamespaces InitialNamespaces { get; } = new()
    {
        Ipc = 0xEFFF_FFFF,
        Uts = 0xEFFF_FFFE,
        User = 0xEFFF_FFFD,
        Pid = 0xEFFF_FFFC,
        PidForChildren = 0xEFFF_FFFC,
        Cgroup = 0xEFFF_FFFB,
        Time = 0xEFFF_FFFA,
        TimeForChildren = 0xEFFF_FFFA,
        Net = 0xEFFF_FFF9,
        Mount = 0xEFFF_FFF8,
    };

    private static ReadOnlyMemory<ControlGroup> RootControlGroup { get; } =
        new[] { new ControlGroup(0, ReadOnlyMemory<byte>.Empty, "/"u8.ToArray()) };

    private static ReadOnlyMemory<ulong> FirstProcessor { get; } = new ulong[] { 1 };

    /// <summary>Its id in the first pid namespace.</summary>
    public int Id => Pid.Ids[0];

    /// <summary>Its group's id in the first pid namespace.</summary>
    public int GroupId => Group.Pid.Ids[0];

    /// <summary>The leader of its group, itself perhaps.</summary>
    public TableTask Leader => Volatile.Read(ref Group.Leader);

    /// <summary>Whether it leads its group.</summary>
    public bool IsLeader => Leader == this;

    /// <summary>It runs no more: a zombie, or gone.</summary>
    public bool HasEnded => State is TaskState.Zombie or TaskState.Dead;

    /// <summary>The pid namespace in which it was born.</summary>
    public TablePidNamespace PidNamespace => Pid.Namespace;

    /// <summary>The thread that is its group's parent; null: the kernel itself.</summary>
    public TableTask? Parent
    {
        get
        {
            lock (Group)
            {
                return Group.Parent;
            }
        }
    }

    internal TablePid Pid => Volatile.Read(ref _pid);

    /// <summary>It ends, or has ended: no child is given to it.</summary>
    internal bool IsDying { get; private set; }

    /// <summary>Its id in a pid namespace; 0 where it has none.</summary>
    public int IdIn(TablePidNamespace view) => Pid.IdIn(view);

    /// <summary>The id in the first pid namespace and the name.</summary>
    public override string ToString() => $"{Id} ({System.Text.Encoding.UTF8.GetString(Name.Span)})";

    /// <summary>Makes a task that nobody forked. The table's lock is held.</summary>
    internal static TableTask MakeFirst(TaskTable table, ReadOnlySpan<byte> name, bool kernelThread = false)
    {
        var pid = TablePid.Allocate(table.Namespace, table.System.PidMax, table.NextStart());
        var task = new TableTask(table, pid, null) { _name = name.ToArray() };
        task.Group.ProcessGroup = task.Group.Session = table.Idle;
        if (kernelThread)
        {
            task._flags = ProcessFlags.PF_KTHREAD;
            task.Group.Ignored = ulong.MaxValue;
        }
        else
        {
            task.Group.Memory = new TaskMemory();
        }

        pid.Namespace.Reaper ??= task.Group;
        task.Join(TaskState.Running);
        return task;
    }

    /// <summary>Enters its group and the table: from here on it is found and listed. The table's lock is held.</summary>
    private void Join(TaskState state)
    {
        lock (Group)
        {
            bool isFirst = Group.Threads.Count == 0;
            _threadNumber = Group.Threads.Add(this);
            Group.LiveThreads++;
            if (isFirst)
            {
                Group.Leader = this;
                Group.ProcessGroup.AddUser();
                Group.Session.AddUser();
                if (Group.Parent is { } parent)
                {
                    lock (parent.Group)
                    {
                        Group.ChildNumber = parent.Children.Add(Group);
                    }
                }
            }

            _state = state;
            Table.CountState(TaskState.None, state);
            Table.CountBirth(this);
            Pid.Attach(this, isFirst);
        }
    }

    private void RequireAlive()
    {
        if (IsDying)
        {
            throw new InvalidOperationException($"Task {Id} has ended.");
        }
    }

    private static LinuxException Refused(Errno errno, string call, string why) => new(errno, call, why);
}
