using Bobbin.Table;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Table;

/// <summary>execve(2) in a table.</summary>
public sealed class ExecTests
{
    private static readonly TableProgram s_program = TableProgram.Parse("/usr/bin/a-program-with-a-long-name one two"u8);

    private readonly TaskTable _table = new(TableClock.StoppedAt(0));
    private readonly TableSource _source;

    public ExecTests() => _source = new TableSource(_table);

    [Fact]
    public void The_program_replaces_name_memory_and_handlers()
    {
        TableTask task = _table.Init.Fork();
        task.Credentials = Credentials.OfUser(5, 6);
        task.Signals = new Signals(Pending: 1, SharedPending: 2, Blocked: 4, Ignored: 8, Caught: 16, Queued: 0);
        task.NoChildWait = true;
        Assert.Equal(ProcessFlags.PF_FORKNOEXEC, task.Flags);
        task.Exec(s_program);
        Assert.Equal("a-program-with-"u8.ToArray(), task.Name.ToArray());
        Assert.Equal("/usr/bin/a-program-with-a-long-name\0one\0two\0"u8.ToArray(), task.Memory!.Arguments.ToArray());
        Assert.Equal(s_program.Path.ToArray(), task.Memory.Executable.ToArray());
        Assert.Equal((ulong)task.Memory.Arguments.Length, task.Memory.EndArguments - task.Memory.StartArguments);
        Assert.Equal(new Signals(1, 2, 4, 8, 0, 0), task.Signals);
        Assert.Equal(ProcessFlags.None, task.Flags);
        Assert.False(task.NoChildWait);
        Assert.Equal(5u, task.Credentials.UserId);
    }

    [Fact]
    public void Files_marked_for_it_are_closed_and_the_rest_is_no_longer_shared()
    {
        TableTask task = _table.Init.Fork();
        TableTask sharer = task.Clone(CloneFlags.CLONE_FILES);
        task.Open("/a"u8);
        task.Open("/b"u8, 0x8_0000);
        task.Open("/c"u8);
        task.Exec(s_program);
        Assert.Equal([0, 2], task.Files.ToArray().Select(file => file.Number));
        Assert.Equal([0, 1, 2], sharer.Files.ToArray().Select(file => file.Number));
    }

    [Fact]
    public void A_leader_ends_its_other_threads()
    {
        TableTask leader = _table.Init.Fork();
        TableTask thread = leader.CloneThread();
        TaskKey key = Key(leader);
        leader.Exec(s_program);
        Assert.Equal(key, Key(leader));
        Assert.True(thread.HasEnded);
        Assert.False(_source.TryFind(thread.Id, out _));
        Assert.Equal(2, _table.TaskCount);
    }

    [Fact]
    public void Another_thread_takes_over_the_leaders_id()
    {
        TableTask leader = _table.Init.Fork();
        _table.Clock.Uptime = 1_000_000_000;
        TableTask thread = leader.CloneThread();
        TableTask third = leader.CloneThread();
        TableTask child = leader.Fork();
        TableTask grandchild = thread.Fork();
        TaskKey group = Key(leader);
        TaskKey old = Key(thread);
        List<TaskKey> ended = [];
        _source.Ended += ended.Add;

        thread.Exec(s_program);

        Assert.Equal(group.Id, thread.Id);
        Assert.Same(thread, _table.Find(group.Id));
        Assert.Same(thread, thread.Leader);
        Assert.True(thread.IsLeader);
        Assert.True(leader.HasEnded);
        Assert.True(third.HasEnded);
        Assert.True(_source.IsAlive(group));
        Assert.False(_source.IsAlive(old));
        Assert.Equal([old.Id, old.Id + 1], ended.Select(key => key.Id).Order());

        Assert.True(_source.TryGetRecord(group, out TaskRecord record));
        Assert.Equal("a-program-with-"u8.ToArray(), record.Name.ToArray());
        Assert.Equal(0UL, record.StartTime);
        Assert.Equal(1, record.ThreadCount);
        Assert.Equal(17, record.ExitSignal);
        Assert.Equal(1, record.ParentId);
        Assert.Same(thread, child.Parent);
        Assert.Same(thread, grandchild.Parent);

        thread.ExitGroup(3);
        Assert.True(_table.Init.TryReap(thread, out int status));
        Assert.Equal(0x300, status);
        Assert.Equal(3, _table.TaskCount); // init, and both children given to it
        Assert.Same(_table.Init, child.Parent);
    }

    [Fact]
    public void The_old_leader_may_be_a_zombie_already()
    {
        TableTask leader = _table.Init.Fork();
        TableTask thread = leader.CloneThread();
        TaskKey group = Key(leader);
        leader.Exit(1);
        thread.Exec(s_program);
        Assert.Same(thread, _table.Find(group.Id));
        Assert.True(_source.TryGetRecord(group, out TaskRecord record));
        Assert.Equal(TaskState.Running, record.State);
        Assert.NotNull(record.Memory);
        Assert.Equal(0, record.ExitCode);
        Assert.Equal(2, _table.TaskCount);
    }

    [Fact]
    public void The_id_given_up_is_free()
    {
        TableTask leader = _table.Init.Fork();
        TableTask thread = leader.CloneThread();
        Assert.Equal(3, thread.Id);
        thread.Exec(s_program);
        _table.Namespace.LastId = 2;
        Assert.Equal(3, _table.Init.Fork().Id);
    }

    [Fact]
    public void An_init_that_execs_by_another_thread_stays_the_init()
    {
        _table.Init.Unshare(CloneFlags.CLONE_NEWPID);
        TableTask inner = _table.Init.Fork();
        TableTask thread = inner.CloneThread();
        thread.Exec(s_program);
        Assert.Equal([2, 1], thread.Pid.Ids);
        Assert.Same(thread, thread.PidNamespace.Init);
        TableTask middle = thread.Fork();
        TableTask orphan = middle.Fork();
        middle.ExitGroup();
        Assert.Same(thread, orphan.Parent);
    }

    private TaskKey Key(TableTask task)
    {
        Assert.True(_source.TryFind(task.Id, out TaskKey key));
        return key;
    }
}
