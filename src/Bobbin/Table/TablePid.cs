using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>
/// The kernel's <c>struct pid</c>: one id in each namespace from the outermost to the task's own, for as long as a task, a process
/// group or a session uses it. An exec by another thread passes it on; its numbers never change.
/// </summary>
internal sealed class TablePid
{
    /// <summary>The number in each namespace, outermost first.</summary>
    public readonly int[] Ids;

    /// <summary>The innermost namespace.</summary>
    public readonly TablePidNamespace Namespace;

    /// <summary><see cref="TaskKey.Start"/>: never given twice.</summary>
    public readonly ulong Start;

    private TableTask? _task;
    private int _users;

    private TablePid(int[] ids, TablePidNamespace innermost, ulong start)
    {
        Ids = ids;
        Namespace = innermost;
        Start = start;
    }

    /// <summary>The task that has these ids now.</summary>
    public TableTask? Task => Volatile.Read(ref _task);

    /// <summary>Whether a process group or a session has this id.</summary>
    public bool IsNamed => _users != 0;

    /// <summary>Id 0 of the first namespace: process group and session of what the kernel itself starts. Never given back.</summary>
    public static TablePid MakeIdle(TablePidNamespace first) => new([0], first, 0) { _users = 1 };

    /// <summary>Takes an id in each namespace.</summary>
    public static TablePid Allocate(TablePidNamespace innermost, int pidMax, ulong start)
    {
        if (innermost.IsDead)
        {
            throw new LinuxException(Errno.ENOMEM, "clone", "the pid namespace's init is dead");
        }

        int[] ids = new int[innermost.Level + 1];
        for (int level = innermost.Level; level >= 0; level--)
        {
            if (!innermost.Path[level].TryAllocate(pidMax, out ids[level]))
            {
                while (++level <= innermost.Level)
                {
                    innermost.Path[level].Pages.Free(ids[level]);
                }

                throw new LinuxException(Errno.EAGAIN, "clone", "no process id is free");
            }
        }

        return new TablePid(ids, innermost, start);
    }

    /// <summary>The number in a namespace; 0 where there is none.</summary>
    public int IdIn(TablePidNamespace view) => IsVisibleIn(view) ? Ids[view.Level] : 0;

    /// <summary>Numbers from a namespace inwards; none where the namespace has none.</summary>
    public ReadOnlyMemory<int> IdsFrom(TablePidNamespace view) => IsVisibleIn(view) ? Ids.AsMemory(view.Level) : default;

    /// <summary>The key in a namespace.</summary>
    public TaskKey KeyIn(TablePidNamespace view) => new(IdIn(view), Start);

    /// <summary>Whether a namespace is this one's or around it.</summary>
    public bool IsVisibleIn(TablePidNamespace view) => view.Level < Ids.Length && Namespace.Path[view.Level] == view;

    /// <summary>Gives the ids to a task and shows them.</summary>
    public void Attach(TableTask task, bool isLeader)
    {
        Volatile.Write(ref _task, task);
        for (int level = 0; level < Ids.Length; level++)
        {
            Namespace.Path[level].Pages.Show(Ids[level], this, isLeader);
        }
    }

    /// <summary>Passes the ids to another task (exec by a thread that is not the leader).</summary>
    public void PassTo(TableTask task) => Volatile.Write(ref _task, task);

    /// <summary>The task is gone: the ids resolve no longer.</summary>
    public void Detach()
    {
        Volatile.Write(ref _task, null);
        for (int level = 0; level < Ids.Length; level++)
        {
            Namespace.Path[level].Pages.Hide(Ids[level]);
        }

        FreeUnlessUsed();
    }

    /// <summary>A thread group uses the id as its process group or session.</summary>
    public void AddUser() => _users++;

    /// <summary>And no longer.</summary>
    public void RemoveUser()
    {
        _users--;
        FreeUnlessUsed();
    }

    private void FreeUnlessUsed()
    {
        if (_task is not null || _users != 0)
        {
            return;
        }

        for (int level = 0; level < Ids.Length; level++)
        {
            Namespace.Path[level].Pages.Free(Ids[level]);
        }
    }
}
