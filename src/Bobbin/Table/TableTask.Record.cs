using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>A task as a source shows it.</summary>
public sealed partial class TableTask
{
    /// <summary>Fills a record if the task still has its id. Allocates nothing.</summary>
    internal bool TryGetRecord(TablePid pid, TablePidNamespace view, out TaskRecord record)
    {
        record = default;
        lock (Group)
        {
            if (_isReleased || _pid != pid)
            {
                return false;
            }

            FillIds(ref record, view);
            FillThread(ref record);
            FillGroup(ref record);
            if (_state != TaskState.Zombie)
            {
                FillResources(ref record);
            }
            else
            {
                record.FileCreationMask = -1;
            }
        }

        if (record.Memory is { } memory && record.OomScoreAdj != -1000 && record.Key.Start != Table.Init.Pid.Start)
        {
            record.OomScore = ScoreOf(memory, record.OomScoreAdj);
        }

        return true;
    }

    internal bool TryGetOwner(TablePid pid, out TaskOwner owner)
    {
        lock (Group)
        {
            if (_isReleased || _pid != pid)
            {
                owner = default;
                return false;
            }

            bool hasEnded = _state == TaskState.Zombie;
            owner = new TaskOwner(
                _credentials.EffectiveUserId,
                _credentials.EffectiveGroupId,
                !hasEnded && Group.Memory is { Dumpable: 1 },
                (_flags & ProcessFlags.PF_KTHREAD) != 0,
                Group.Threads.Count,
                hasEnded ? 0 : _files.Now.Files.Length);
            return true;
        }
    }

    private void FillIds(ref TaskRecord record, TablePidNamespace view)
    {
        record.Key = _pid.KeyIn(view);
        record.GroupId = Group.Pid.IdIn(view);
        record.ParentId = Group.Parent?.Group.Pid.IdIn(view) ?? 0;
        record.TracerId = _tracer?.Pid.IdIn(view) ?? 0;
        record.ProcessGroupId = Group.ProcessGroup.IdIn(view);
        record.SessionId = Group.Session.IdIn(view);
        record.Terminal = Group.Terminal?.Device ?? 0;
        record.ForegroundGroupId = Group.Terminal is { } terminal ? terminal.Foreground?.IdIn(view) ?? 0 : -1;
        record.Ids = _pid.IdsFrom(view);
        record.GroupIds = Group.Pid.IdsFrom(view);
        record.ProcessGroupIds = Group.ProcessGroup.IdsFrom(view);
        record.SessionIds = Group.Session.IdsFrom(view);
    }

    private void FillThread(ref TaskRecord record)
    {
        record.Name = _name;
        record.State = _state;
        record.Flags = _flags;
        record.ExitCode = _waitStatus;
        record.StartTime = _startTime;
        record.Usage = _usage;
        record.Io = _io;
        record.Runs = _runs;
        record.Scheduling = _scheduling;
        record.Signals = new Signals(
            _pendingSignals, Group.SharedPending, _blockedSignals, Group.Ignored, Group.Caught, Group.QueuedSignals);
        record.Credentials = _credentials;
        record.UserNamespace = _userNamespace;
        record.Namespaces = _namespaces;
        record.ControlGroups = _controlGroups;
        record.WaitChannel = _waitChannel;
        record.Personality = _personality;
        record.TimerSlack = _timerSlack;
        record.LoginId = _loginId;
        record.AuditSession = _auditSession;
        record.AllowedProcessors = _allowedProcessors;
    }

    private void FillGroup(ref TaskRecord record)
    {
        record.ExitSignal = Group.Leader == this ? Group.ExitSignal : -1;
        record.ThreadCount = Group.Threads.Count;
        record.GroupUsage = Group.Usage;
        record.ChildrenUsage = Group.ChildrenUsage;
        record.GroupIo = Group.Io;
        record.Limits = Group.Limits;
        record.OomScoreAdj = Group.OomScoreAdj;
    }

    private void FillResources(ref TaskRecord record)
    {
        TableFiles.Snapshot files = _files.Now;
        TableDirectories.Snapshot directories = _directories.Now;
        record.Memory = Group.Memory;
        record.Files = files.Files;
        record.FileTableSize = files.Room;
        record.WorkingDirectory = directories.Working;
        record.RootDirectory = directories.Root;
        record.FileCreationMask = directories.Umask;
    }

    /// <summary><c>fs/proc/base.c</c>, <c>proc_oom_score</c>.</summary>
    private int ScoreOf(TaskMemory memory, int adjustment)
    {
        MachineMemory machine = Table.Memory;
        long pages = Math.Max(1, (long)((machine.Total + machine.SwapTotal) / TaskMemory.PageSize));
        long badness = (long)(memory.Resident + memory.Swapped + (memory.PageTableBytes / TaskMemory.PageSize))
            + (adjustment * (pages / 1000));
        return (int)((1000 + (badness * 1000 / pages)) * 2 / 3);
    }

    internal Errno SetOomScoreAdj(int value, bool isPrivileged)
    {
        lock (Group)
        {
            if (value < Group.OomScoreAdjFloor && !isPrivileged)
            {
                return Errno.EACCES;
            }

            Group.OomScoreAdj = value;
            if (isPrivileged)
            {
                Group.OomScoreAdjFloor = value;
            }

            return Errno.None;
        }
    }

    internal void SetLoginId(uint loginId)
    {
        uint session = loginId == uint.MaxValue ? uint.MaxValue : Table.NextAuditSession();
        lock (Group)
        {
            (_loginId, _auditSession) = (loginId, session);
        }
    }

    internal void SetTimerSlack(ulong nanoseconds)
    {
        lock (Group)
        {
            _timerSlack = nanoseconds == 0 ? _timerSlackAtBirth : nanoseconds;
        }
    }

    internal void SetCoredumpFilter(uint filter)
    {
        lock (Group)
        {
            if (Group.Memory is { } memory)
            {
                Group.Memory = memory with { CoredumpFilter = filter & 0x1FF };
            }
        }
    }
}
