using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>exit(2), exit_group(2), kill(2) of a whole group, and wait(2).</summary>
public sealed partial class TableTask
{
    /// <summary>
    /// This thread alone ends. One that is not the leader is gone at once; a leader remains as a zombie until the others are gone
    /// too and its parent waits for it (or will not: <see cref="NoChildWait"/>).
    /// </summary>
    /// <param name="code">The exit code, 0 to 255.</param>
    public void Exit(int code = 0)
    {
        using (Table.Change())
        {
            RequireAlive();
            if (Group.LiveThreads == 1)
            {
                RequireNotFirstInit(Group);
            }

            End((code & 0xFF) << 8);
        }
    }

    /// <summary>All threads of the group end.</summary>
    /// <param name="code">The exit code, 0 to 255.</param>
    public void ExitGroup(int code = 0)
    {
        using (Table.Change())
        {
            RequireGroupAlive();
            EndGroup(Group, (code & 0xFF) << 8);
        }
    }

    /// <summary>All threads of the group end by a signal.</summary>
    public void Kill(int signal = TaskTable.SIGKILL)
    {
        using (Table.Change())
        {
            RequireGroupAlive();
            EndGroup(Group, signal & 0x7F);
        }
    }

    /// <summary>Waits for one child of this task's group, by any of its tasks: reaps it if it has ended.</summary>
    /// <param name="child">The child.</param>
    /// <param name="status">Its wait status.</param>
    /// <returns>False where it is no child of the group, or still lives.</returns>
    public bool TryReap(TableTask child, out int status)
    {
        ArgumentNullException.ThrowIfNull(child);
        using (Table.Change())
        {
            return TryReap(child.Group, out status);
        }
    }

    /// <summary>Waits for any child that has ended, in the order of the threads that made them and of their birth.</summary>
    public bool TryReapAny(out TableTask? child, out int status)
    {
        using (Table.Change())
        {
            foreach (TableTask? thread in Group.Threads.Items)
            {
                foreach (TableGroup? group in thread!.Children.Items)
                {
                    if (TryReap(group!, out status))
                    {
                        child = group!.Leader;
                        return true;
                    }
                }
            }

            (child, status) = (null, 0);
            return false;
        }
    }

    private bool TryReap(TableGroup child, out int status)
    {
        status = 0;
        if (!child.IsZombie || child.Parent is not { } parent || parent.Group != Group)
        {
            return false;
        }

        status = child.ExitStatus ?? child.Leader._waitStatus;
        lock (Group)
        {
            Group.ChildrenUsage.Add(child.Usage);
            Group.ChildrenUsage.Add(child.ChildrenUsage);
        }

        ReleaseGroup(child);
        return true;
    }

    private void RequireGroupAlive()
    {
        if (Group.LiveThreads == 0)
        {
            throw new InvalidOperationException($"Task {Id} has ended.");
        }
    }

    private static void RequireNotFirstInit(TableGroup group)
    {
        if (group.Pid.Ids is [_] && group.Pid.Namespace.Reaper == group)
        {
            throw new InvalidOperationException("The first init may not end: the machine would.");
        }
    }

    private static void EndGroup(TableGroup group, int status)
    {
        RequireNotFirstInit(group);
        group.ExitStatus = status;
        TableTask[] threads = group.Threads.ToArray();
        foreach (TableTask thread in threads)
        {
            thread.IsDying = true;
        }

        // The leader last: its parent hears of the end once all are gone.
        foreach (TableTask thread in threads.AsSpan(1))
        {
            thread.End(status);
        }

        if (!threads[0].HasEnded)
        {
            threads[0].End(status);
        }
    }

    /// <summary>Ends this thread (<c>kernel/exit.c</c>, <c>do_exit</c>). The table's lock is held.</summary>
    private void End(int status)
    {
        bool isLast = Group.LiveThreads == 1;
        IsDying = true;
        lock (Group)
        {
            Table.CountState(_state, TaskState.Zombie);
            _state = TaskState.Zombie;
            _flags |= ProcessFlags.PF_EXITING | ((status & 0x7F) != 0 ? ProcessFlags.PF_SIGNALED : 0);
            _waitStatus = status;
            _waitChannel = default;
            Group.LiveThreads--;
            if (isLast)
            {
                Group.Memory = null;
            }
        }

        LetGoOfTracees();
        if (isLast && Pid.Namespace.Reaper == Group)
        {
            EndNamespace(Pid.Namespace);
        }

        GiveChildrenAway();
        if (!IsLeader)
        {
            Release();
        }

        if (Group.LiveThreads == 0)
        {
            TellParent(Group);
        }
    }

    /// <summary>The init of a pid namespace died: so do all in it (<c>zap_pid_ns_processes</c>).</summary>
    private static void EndNamespace(TablePidNamespace dead)
    {
        dead.Die();
        TableGroup init = dead.Reaper!;
        int[] ids = new int[64];
        int from = 0;
        for (int count; (count = dead.Pages.List(IdKind.Group, from, ids)) != 0; from = ids[count - 1] + 1)
        {
            foreach (int id in ids.AsSpan(0, count))
            {
                // One may have gone with another: a nested init takes its own along.
                if (dead.Pages.Get(id)?.Task?.Group is { } group && group != init && group.LiveThreads != 0)
                {
                    EndGroup(group, TaskTable.SIGKILL);
                }
            }
        }

        foreach (TableTask thread in init.Threads.ToArray())
        {
            foreach (TableGroup child in thread.Children.ToArray())
            {
                TellParent(child);
            }
        }
    }

    /// <summary>A group has ended as a whole: it stays a zombie for its parent, unless that one does not care.</summary>
    private static void TellParent(TableGroup group)
    {
        bool isUnwanted = group.Parent?.Group is not { } parent || parent.IsDeadReaper
            || (parent.IgnoresChildren && group.ExitSignal == TaskTable.SIGCHLD);
        if (isUnwanted && group.IsZombie)
        {
            ReleaseGroup(group);
        }
    }

    private static void ReleaseGroup(TableGroup group)
    {
        if (group.Parent is { } parent)
        {
            lock (parent.Group)
            {
                parent.Children.Remove(group.ChildNumber);
            }
        }

        group.IsReleased = true;
        group.Leader.Release();
        group.ProcessGroup.RemoveUser();
        group.Session.RemoveUser();
    }

    /// <summary>The task's id resolves no longer (<c>release_task</c>).</summary>
    private void Release()
    {
        bool isGroup = Group.IsReleased;
        lock (Group)
        {
            _isReleased = true;
            _state = TaskState.Dead;
            Group.Threads.Remove(_threadNumber);
            if (Pid.Task == this)
            {
                Pid.Detach();
            }
        }

        _tracer?._tracees?.Remove(this);
        Table.CountEnd(Pid, isGroup);
    }

    private void LetGoOfTracees()
    {
        foreach (TableTask tracee in _tracees ?? [])
        {
            lock (tracee.Group)
            {
                tracee._tracer = null;
            }
        }

        _tracees = null;
    }
}
