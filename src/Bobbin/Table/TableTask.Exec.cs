using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>execve(2).</summary>
public sealed partial class TableTask
{
    private const int LongestName = 15; // TASK_COMM_LEN - 1

    /// <summary>
    /// The group runs another program. Its other threads end; a thread that is not the leader takes over the leader's id, and its
    /// own resolves no longer (<c>fs/exec.c</c>, <c>de_thread</c>).
    /// </summary>
    public void Exec(TableProgram program)
    {
        ArgumentNullException.ThrowIfNull(program);
        using (Table.Change())
        {
            RequireAlive();
            EndOthers();
            lock (Group)
            {
                _name = CutName(program.Name);
                _flags &= ~(ProcessFlags.PF_FORKNOEXEC | ProcessFlags.PF_KTHREAD);
                _files = _files.Copy();
                _files.CloseOnExec();
                Group.ExitSignal = TaskTable.SIGCHLD;
                Group.Caught = 0;
                Group.NoChildWait = false;
                Group.Memory = program.MakeMemory();
            }
        }
    }

    private static byte[] CutName(ReadOnlySpan<byte> name) => name[..Math.Min(name.Length, LongestName)].ToArray();

    private void EndOthers()
    {
        TableTask leader = Group.Leader;
        TableTask[] others = Array.FindAll(Group.Threads.ToArray(), thread => thread != this);
        foreach (TableTask other in others)
        {
            other.IsDying = true;
        }

        foreach (TableTask other in others)
        {
            if (!other.HasEnded)
            {
                other.End(TaskTable.SIGKILL);
            }
        }

        if (leader != this)
        {
            TakeOver(leader);
        }
    }

    /// <summary>Becomes the leader in place of one that has ended.</summary>
    private void TakeOver(TableTask leader)
    {
        TablePid own = Pid;
        lock (Group)
        {
            Volatile.Write(ref _pid, Group.Pid);
            Group.Pid.PassTo(this);
            Volatile.Write(ref Group.Leader, this);
            _startTime = leader._startTime;
            leader._isReleased = true;
            leader._state = TaskState.Dead;
            Group.Threads.Remove(leader._threadNumber);
            Volatile.Write(ref leader._pid, own);
            own.Detach();
        }

        leader._tracer?._tracees?.Remove(leader);
        Table.CountEnd(own, isGroup: false);
    }
}
