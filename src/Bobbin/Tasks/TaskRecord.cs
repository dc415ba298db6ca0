namespace Bobbin.Tasks;

/// <summary>
/// One task at one moment: everything that its files in /proc say. Ids are as the source's pid namespace sees them, 0 for a task
/// that has none there. Memory, credentials and the like are references to values that never change, so that taking a record
/// allocates nothing.
/// </summary>
public struct TaskRecord
{
    /// <summary>The task.</summary>
    public TaskKey Key;

    /// <summary>Its thread group (Tgid).</summary>
    public int GroupId;

    /// <summary>Its parent's group (PPid).</summary>
    public int ParentId;

    /// <summary>Who traces it.</summary>
    public int TracerId;

    /// <summary>Its process group.</summary>
    public int ProcessGroupId;

    /// <summary>Its session.</summary>
    public int SessionId;

    /// <summary>The foreground process group of its terminal (tpgid); -1 without a terminal.</summary>
    public int ForegroundGroupId;

    /// <summary>Its terminal (tty_nr), minor in bits 0 to 7 and 20 to 31, major in bits 8 to 19; 0 without one.</summary>
    public uint Terminal;

    /// <summary>NSpid: its ids from the source's namespace inwards to its own.</summary>
    public ReadOnlyMemory<int> Ids;

    /// <summary>NStgid, as long as <see cref="Ids"/>.</summary>
    public ReadOnlyMemory<int> GroupIds;

    /// <summary>NSpgid. Where shorter than <see cref="Ids"/>, the rest is 0; where longer, the rest is not shown.</summary>
    public ReadOnlyMemory<int> ProcessGroupIds;

    /// <summary>NSsid, by the same rule.</summary>
    public ReadOnlyMemory<int> SessionIds;

    /// <summary>Its name (comm), raw, without a newline.</summary>
    public ReadOnlyMemory<byte> Name;

    /// <summary>What it is doing.</summary>
    public TaskState State;

    /// <summary>Field 9 of stat.</summary>
    public ProcessFlags Flags;

    /// <summary>The signal that its end sends to its parent; -1 for a thread that is not the leader.</summary>
    public int ExitSignal;

    /// <summary>Its wait status, once ended.</summary>
    public int ExitCode;

    /// <summary>Live threads of the group, a zombie leader counted.</summary>
    public int ThreadCount;

    /// <summary>When it began: nanoseconds since boot.</summary>
    public ulong StartTime;

    /// <summary>This thread's usage.</summary>
    public TaskUsage Usage;

    /// <summary>Its group's usage, threads that are gone included.</summary>
    public TaskUsage GroupUsage;

    /// <summary>Usage of the group's children that it waited for.</summary>
    public TaskUsage ChildrenUsage;

    /// <summary>This thread's input and output.</summary>
    public TaskIo Io;

    /// <summary>Its group's input and output, threads that are gone included.</summary>
    public TaskIo GroupIo;

    /// <summary>What the scheduler did with this thread.</summary>
    public TaskRuns Runs;

    /// <summary>How it is scheduled.</summary>
    public Scheduling Scheduling;

    /// <summary>Its signals.</summary>
    public Signals Signals;

    /// <summary>Its credentials.</summary>
    public Credentials Credentials;

    /// <summary>Its user namespace.</summary>
    public UserNamespace UserNamespace;

    /// <summary>Its namespaces' inode numbers.</summary>
    public TaskNamespaces Namespaces;

    /// <summary>Its limits.</summary>
    public ResourceLimits Limits;

    /// <summary>Its address space; null for a kernel thread and for a thread that ended.</summary>
    public TaskMemory? Memory;

    /// <summary>Its open files, ascending by number; none for a thread that ended.</summary>
    public ReadOnlyMemory<OpenFile> Files;

    /// <summary>How many files its table has room for (FDSize).</summary>
    public int FileTableSize;

    /// <summary>Its control groups.</summary>
    public ReadOnlyMemory<ControlGroup> ControlGroups;

    /// <summary>Its working directory; empty for a thread that ended.</summary>
    public ReadOnlyMemory<byte> WorkingDirectory;

    /// <summary>Its root directory; empty for a thread that ended.</summary>
    public ReadOnlyMemory<byte> RootDirectory;

    /// <summary>Its umask; -1 where it has none (a thread that ended).</summary>
    public int FileCreationMask;

    /// <summary>Where in the kernel it waits; empty: nowhere (wchan is 0).</summary>
    public ReadOnlyMemory<byte> WaitChannel;

    /// <summary>Its personality(2).</summary>
    public uint Personality;

    /// <summary>Nanoseconds by which its timers may be late.</summary>
    public ulong TimerSlack;

    /// <summary>oom_score_adj: -1000 to 1000.</summary>
    public int OomScoreAdj;

    /// <summary>oom_score: 0 to 2000.</summary>
    public int OomScore;

    /// <summary>loginuid; <see cref="uint.MaxValue"/> unset.</summary>
    public uint LoginId;

    /// <summary>sessionid of audit; <see cref="uint.MaxValue"/> unset.</summary>
    public uint AuditSession;

    /// <summary>Processors that it may use: bit n of element n/64.</summary>
    public ReadOnlyMemory<ulong> AllowedProcessors;

    /// <summary>Whether it is a kernel thread.</summary>
    public readonly bool IsKernelThread => (Flags & ProcessFlags.PF_KTHREAD) != 0;

    /// <summary>Whether it leads its group.</summary>
    public readonly bool IsLeader => Key.Id == GroupId;
}

/// <summary>What the owner of a task's files follows from; much less than a <see cref="TaskRecord"/>, for lookups.</summary>
/// <param name="UserId">Effective user id.</param>
/// <param name="GroupId">Effective group id.</param>
/// <param name="IsDumpable">It has memory whose dumpable is 1.</param>
/// <param name="IsKernelThread">Owned by root whatever its ids.</param>
/// <param name="ThreadCount">Threads of its group.</param>
/// <param name="OpenFileCount">Its open files.</param>
public readonly record struct TaskOwner(
    uint UserId, uint GroupId, bool IsDumpable, bool IsKernelThread, int ThreadCount, int OpenFileCount);
