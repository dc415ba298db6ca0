using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>
/// A thread group (<c>struct signal_struct</c>). Its monitor guards its own fields and those of its threads: taken for each record
/// and each value set; the table's lock, where both are needed, is taken first.
/// </summary>
internal sealed class TableGroup(TablePid pid)
{
    /// <summary>The group's ids; they outlive its first leader when another thread calls exec.</summary>
    public readonly TablePid Pid = pid;

    public readonly BirthOrder<TableTask> Threads = new();
    public TableTask Leader = null!;

    /// <summary>Threads that have not ended.</summary>
    public int LiveThreads;

    /// <summary>The thread that made this group, or that it was given to; null: the kernel itself.</summary>
    public TableTask? Parent;

    /// <summary>Its number among its parent's children.</summary>
    public ulong ChildNumber;

    public TablePid ProcessGroup = null!;
    public TablePid Session = null!;
    public TableTerminal? Terminal;
    public bool IsSubreaper;

    /// <summary>SA_NOCLDWAIT of SIGCHLD: like all handlers, fork passes it on and exec takes it away.</summary>
    public bool NoChildWait;

    public int ExitSignal = TaskTable.SIGCHLD;

    /// <summary>The wait status of a group that ended as a whole.</summary>
    public int? ExitStatus;

    public bool IsReleased;

    public TaskMemory? Memory;
    public ResourceLimits Limits = ResourceLimits.Default;
    public ulong SharedPending, Ignored, Caught;
    public uint QueuedSignals;
    public int OomScoreAdj, OomScoreAdjFloor;

    /// <summary>Of all its threads, those that are gone included.</summary>
    public TaskUsage Usage;
    public TaskIo Io;
    public TaskUsage ChildrenUsage;

    /// <summary>All threads ended, and nobody has waited for it.</summary>
    public bool IsZombie => LiveThreads == 0 && !IsReleased;

    /// <summary>Children that end vanish without a wait: <see cref="NoChildWait"/>, or SIGCHLD is ignored.</summary>
    public bool IgnoresChildren => NoChildWait || (Ignored & (1UL << (TaskTable.SIGCHLD - 1))) != 0;

    /// <summary>The init of a pid namespace that dies: it waits for all that are left in it.</summary>
    public bool IsDeadReaper => Pid.Namespace.IsDead && Pid.Namespace.Reaper == this;

    /// <summary>The first thread that goes on living.</summary>
    public TableTask? FirstAlive()
    {
        foreach (TableTask? thread in Threads.Items)
        {
            if (!thread!.IsDying)
            {
                return thread;
            }
        }

        return null;
    }

    /// <summary>The first thread that has not ended yet, though it will, besides one.</summary>
    public TableTask? FirstLeft(TableTask besides)
    {
        foreach (TableTask? thread in Threads.Items)
        {
            if (thread != besides && !thread!.HasEnded)
            {
                return thread;
            }
        }

        return null;
    }
}
