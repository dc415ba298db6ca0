using Bobbin.Kernel.Linux;
using Bobbin.Table;
using Bobbin.Tasks;
using Xunit;
using ResourceLimit = Bobbin.Tasks.ResourceLimit;

namespace Bobbin.Tests.Table;

/// <summary>What a table's source says of a task, and takes.</summary>
public sealed class RecordTests
{
    private readonly TaskTable _table = new(TableClock.StoppedAt(5_000_000_000));
    private readonly TableSource _source;
    private readonly TableTask _task;
    private readonly TaskKey _key;

    public RecordTests()
    {
        _source = new TableSource(_table);
        _task = _table.Init.Fork();
        Assert.True(_source.TryFind(_task.Id, out _key));
    }

    private TaskRecord Record
    {
        get
        {
            Assert.True(_source.TryGetRecord(_key, out TaskRecord record));
            return record;
        }
    }

    [Fact]
    public void A_record_has_what_was_set()
    {
        var credentials = Credentials.OfUser(1000, 100, 4, 24);
        _task.Credentials = credentials;
        _task.Scheduling = new Scheduling(SchedulingPolicy.SCHED_RR, 5, 10, 1);
        _task.State = TaskState.DiskSleep;
        _task.WaitChannel = "io_schedule"u8.ToArray();
        _task.Personality = 0x40000;
        _task.Limits = ResourceLimits.Default.With(Resource.RLIMIT_NOFILE, new ResourceLimit(10, 20));
        _task.WorkingDirectory = "/tmp"u8.ToArray();
        _task.FileCreationMask = 0x3F;
        _task.AllowedProcessors = new ulong[] { 3 };
        TaskRecord record = Record;
        Assert.Equal(_key, record.Key);
        Assert.Same(credentials, record.Credentials);
        Assert.Equal(-11, record.Scheduling.Priority);
        Assert.Equal(TaskState.DiskSleep, record.State);
        Assert.Equal("io_schedule"u8.ToArray(), record.WaitChannel.ToArray());
        Assert.Equal(0x40000u, record.Personality);
        Assert.Equal(new ResourceLimit(10, 20), record.Limits[Resource.RLIMIT_NOFILE]);
        Assert.Equal(new ResourceLimit(8 << 20, ulong.MaxValue), record.Limits[Resource.RLIMIT_STACK]);
        Assert.Equal("/tmp"u8.ToArray(), record.WorkingDirectory.ToArray());
        Assert.Equal(0x3F, record.FileCreationMask);
        Assert.Equal(5_000_000_000UL, record.StartTime);
        Assert.Equal((1, 17, 0, 50_000UL), (record.ThreadCount, record.ExitSignal, record.ExitCode, record.TimerSlack));
        Assert.Equal((-1, 0u), (record.ForegroundGroupId, record.Terminal));
        Assert.Equal([3UL], record.AllowedProcessors.ToArray());
    }

    [Fact]
    public void A_group_has_the_usage_of_its_threads_gone_or_not()
    {
        TableTask thread = _task.CloneThread();
        thread.Spend(user: 10, system: 20);
        thread.Transfer(new TaskIo { ReadCharacters = 7, ReadCalls = 1 });
        thread.Exit();
        _task.Spend(user: 1);
        _task.Switch(voluntary: 4, involuntary: 2);
        TaskRecord record = Record;
        Assert.Equal((1UL, 0UL), (record.Usage.UserTime, record.Usage.SystemTime));
        Assert.Equal((11UL, 20UL), (record.GroupUsage.UserTime, record.GroupUsage.SystemTime));
        Assert.Equal((0UL, 7UL, 1UL), (record.Io.ReadCharacters, record.GroupIo.ReadCharacters, record.GroupIo.ReadCalls));
        Assert.Equal((1UL, 1UL, 4UL, 2UL),
            (record.Runs.RunTime, record.Runs.Slices, record.Runs.VoluntarySwitches, record.Runs.InvoluntarySwitches));
    }

    [Fact]
    public void A_session_has_a_terminal_with_a_foreground()
    {
        _task.SetSession();
        _task.Terminal = new TableTerminal(0x8803);
        TableTask job = _task.Fork();
        job.LeadProcessGroup();
        Assert.Equal((2, 2, 2, 0x8803u), (Record.ProcessGroupId, Record.SessionId, Record.ForegroundGroupId, Record.Terminal));
        job.TakeForeground();
        Assert.Equal(3, Record.ForegroundGroupId);
        TableTask second = _task.Fork();
        second.JoinProcessGroupOf(job);
        Assert.True(_source.TryFind(second.Id, out TaskKey key));
        Assert.True(_source.TryGetRecord(key, out TaskRecord record));
        Assert.Equal((3, 2, 3), (record.ProcessGroupId, record.SessionId, record.ForegroundGroupId));

        Assert.Equal(Errno.EPERM, Assert.Throws<LinuxException>(_task.SetSession).Errno);
        Assert.Equal(Errno.EPERM, Assert.Throws<LinuxException>(_task.LeadProcessGroup).Errno);
        Assert.Equal(Errno.EPERM, Assert.Throws<LinuxException>(() => _table.Init.JoinProcessGroupOf(job)).Errno);
        second.SetSession();
        Assert.True(_source.TryGetRecord(key, out record));
        Assert.Equal((4, 4, -1), (record.ProcessGroupId, record.SessionId, record.ForegroundGroupId));
    }

    [Fact]
    public void Files_are_shared_by_threads_and_copied_by_fork()
    {
        Assert.Equal([0, 1, 2], [_task.Open("/a"u8), _task.Open("pipe:[5]"u8, 1), _task.Open("/b"u8, 2)]);
        TableTask thread = _task.CloneThread();
        TableTask child = _task.Fork();
        _task.Close(1);
        Assert.Equal(2, thread.Files.Length);
        Assert.Equal(3, child.Files.Length);
        Assert.Equal(1, thread.Open("/c"u8));
        Assert.Equal("/c"u8.ToArray(), _task.Files.Span[1].Target.ToArray());
        Assert.Equal(64, Record.FileTableSize);
        _task.Put(new OpenFile { Number = 255, Target = "/d"u8.ToArray() });
        Assert.Equal((256, 4), (Record.FileTableSize, Record.Files.Length));
        thread.Unshare(CloneFlags.CLONE_FILES);
        thread.Close(255);
        Assert.Equal((4, 3), (_task.Files.Length, thread.Files.Length));
        Assert.Equal(Errno.EBADF, Assert.Throws<LinuxException>(() => thread.Close(255)).Errno);
        _task.Limits = _task.Limits.With(Resource.RLIMIT_NOFILE, new ResourceLimit(3, 3));
        Assert.Equal(Errno.EMFILE, Assert.Throws<LinuxException>(() => _task.Open("/e"u8)).Errno);
    }

    [Fact]
    public void The_owner_is_the_effective_user_if_the_memory_is_dumpable()
    {
        _task.Credentials = Credentials.OfUser(7, 8) with { EffectiveUserId = 9 };
        _task.Open("/a"u8);
        _task.CloneThread();
        Assert.True(_source.TryGetOwner(_key, out TaskOwner owner));
        Assert.Equal(new TaskOwner(9, 8, true, false, 2, 1), owner);
        _task.Memory = _task.Memory! with { Dumpable = 0 };
        Assert.True(_source.TryGetOwner(_key, out owner));
        Assert.Equal(new TaskOwner(9, 8, false, false, 2, 1), owner);
        _task.Exit();
        Assert.True(_source.TryGetOwner(_key, out owner));
        Assert.Equal(new TaskOwner(9, 8, false, false, 2, 0), owner);
        _task.Kill();
        Assert.True(_table.Init.TryReap(_task, out _));
        Assert.False(_source.TryGetOwner(_key, out _));
        Assert.False(_source.TryGetRecord(_key, out _));
    }

    [Theory]
    [InlineData("short", "short")]
    [InlineData("exactly fifteen", "exactly fifteen")]
    [InlineData("more than fifteen bytes", "more than fifte")]
    [InlineData("up to\0NUL", "up to")]
    [InlineData("line\n", "line\n")]
    public void A_name_is_cut(string name, string expected)
    {
        Assert.Equal(Errno.None, _source.SetName(_key, System.Text.Encoding.ASCII.GetBytes(name)));
        Assert.Equal(System.Text.Encoding.ASCII.GetBytes(expected), Record.Name.ToArray());
    }

    [Fact]
    public void The_oom_adjustment_has_a_floor()
    {
        Assert.Equal(Errno.EINVAL, _source.SetOomScoreAdj(_key, 1001, isPrivileged: true));
        Assert.Equal(Errno.EINVAL, _source.SetOomScoreAdj(_key, -1001, isPrivileged: true));
        Assert.Equal(Errno.EACCES, _source.SetOomScoreAdj(_key, -1, isPrivileged: false));
        Assert.Equal(Errno.None, _source.SetOomScoreAdj(_key, 500, isPrivileged: false));
        Assert.Equal(Errno.None, _source.SetOomScoreAdj(_key, 0, isPrivileged: false)); // the floor is still 0
        Assert.Equal(Errno.None, _source.SetOomScoreAdj(_key, 300, isPrivileged: true));
        Assert.Equal(Errno.EACCES, _source.SetOomScoreAdj(_key, 299, isPrivileged: false));
        Assert.Equal(300, Record.OomScoreAdj);
        _task.Kill();
        _table.Init.TryReap(_task, out _);
        Assert.Equal(Errno.ESRCH, _source.SetOomScoreAdj(_key, 0, isPrivileged: true));
    }

    [Fact]
    public void The_oom_score_is_the_kernels()
    {
        _table.Memory = _table.Memory with { Total = 1_000_000 * 4096UL, SwapTotal = 0 };
        _task.Memory = new TaskMemory { ResidentAnonymous = 90_000, ResidentFile = 10_000 };
        Assert.Equal(733, Record.OomScore); // (1000 + 100) * 2 / 3
        _source.SetOomScoreAdj(_key, 100, isPrivileged: true);
        Assert.Equal(800, Record.OomScore);
        _source.SetOomScoreAdj(_key, -1000, isPrivileged: true);
        Assert.Equal(0, Record.OomScore);
    }

    [Fact]
    public void Login_and_timer_slack_are_set()
    {
        Assert.Equal((uint.MaxValue, uint.MaxValue), (Record.LoginId, Record.AuditSession));
        Assert.Equal(Errno.None, _source.SetLoginId(_key, 1000));
        Assert.Equal((1000u, 1u), (Record.LoginId, Record.AuditSession));
        _source.SetTimerSlack(_key, 5);
        Assert.Equal(5UL, Record.TimerSlack);
        _source.SetTimerSlack(_key, 0);
        Assert.Equal(50_000UL, Record.TimerSlack);
        Assert.Equal(Errno.None, _source.SetCoredumpFilter(_key, 0xFFFF));
        Assert.Equal(0x1FFu, Record.Memory!.CoredumpFilter);
    }

    [Fact]
    public void The_machine_counts_its_tasks_and_time()
    {
        _table.Clock.Uptime = 10_000_000_000;
        _task.State = TaskState.Running;
        _table.Init.State = TaskState.Sleeping;
        _task.Spend(user: 1_000_000_000, system: 500_000_000);
        TableTask blocked = _task.CloneThread();
        blocked.State = TaskState.DiskSleep;
        _source.GetMachine(out MachineRecord machine);
        Assert.Equal((1, 1, 3, 3, 3UL),
            (machine.RunningTasks, machine.BlockedTasks, machine.TaskCount, machine.LastId, machine.Forks));
        ProcessorRecord processor = Assert.Single(machine.Processors.ToArray());
        Assert.Equal((1_000_000_000UL, 500_000_000UL, 8_500_000_000UL), (processor.User, processor.System, processor.Idle));
        Assert.Equal(10_000_000_000UL, machine.Uptime);
        blocked.Exit();
        _source.GetMachine(out machine);
        Assert.Equal((1, 0, 2), (machine.RunningTasks, machine.BlockedTasks, machine.TaskCount));
    }

    [Fact]
    public void Kernel_threads_are_children_of_kthreadd()
    {
        TaskTable table = TaskTable.Boot(TableClock.StoppedAt(0));
        TableTask worker = table.StartKernelThread("kworker/u8:0-ext4-rsv-conversion"u8);
        var source = new TableSource(table);
        Assert.True(source.TryFind(worker.Id, out TaskKey key));
        Assert.True(source.TryGetRecord(key, out TaskRecord record));
        Assert.True(record.IsKernelThread);
        Assert.Equal((2, 0, 0, TaskState.Idle), (record.ParentId, record.ProcessGroupId, record.SessionId, record.State));
        Assert.Null(record.Memory);
        Assert.Equal("kworker/u8:0-ext4-rsv-conversion"u8.ToArray(), record.Name.ToArray());
        worker.ExitGroup();
        Assert.Null(table.Find(worker.Id));
    }
}
