using Bobbin.Table;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Table;

/// <summary>exit, wait, and who gets the children.</summary>
public sealed class EndTests
{
    private readonly TaskTable _table = new(TableClock.StoppedAt(0));
    private readonly TableSource _source;

    public EndTests() => _source = new TableSource(_table);

    private TableTask Init => _table.Init;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0x100)]
    [InlineData(256, 0)]
    [InlineData(-1, 0xFF00)]
    public void A_parent_reads_the_exit_code(int code, int status)
    {
        TableTask child = Init.Fork();
        child.ExitGroup(code);
        Assert.Equal(TaskState.Zombie, child.State);
        Assert.True(Init.TryReap(child, out int read));
        Assert.Equal(status, read);
        Assert.Equal(TaskState.Dead, child.State);
        Assert.False(Init.TryReap(child, out _));
    }

    [Fact]
    public void A_parent_reads_the_signal()
    {
        TableTask child = Init.Fork();
        TableTask thread = child.CloneThread();
        thread.Kill(15);
        Assert.True(thread.HasEnded);
        Assert.True(Init.TryReap(child, out int status));
        Assert.Equal(15, status);
    }

    [Fact]
    public void Only_a_parent_waits_and_by_any_of_its_threads()
    {
        TableTask parent = Init.Fork();
        TableTask thread = parent.CloneThread();
        TableTask child = thread.Fork();
        Assert.False(parent.TryReap(child, out _));
        child.ExitGroup();
        Assert.False(Init.TryReap(child, out _));
        Assert.True(parent.TryReap(child, out _));
    }

    [Fact]
    public void Any_child_is_waited_for_in_the_order_of_birth()
    {
        TableTask first = Init.Fork();
        TableTask second = Init.Fork();
        Assert.False(Init.TryReapAny(out _, out _));
        second.ExitGroup(2);
        first.ExitGroup(1);
        Assert.True(Init.TryReapAny(out TableTask? child, out int status));
        Assert.Equal((first, 0x100), (child, status));
        Assert.True(Init.TryReapAny(out child, out status));
        Assert.Equal((second, 0x200), (child, status));
        Assert.False(Init.TryReapAny(out _, out _));
    }

    [Fact]
    public void A_parent_gets_the_usage_of_children_it_waited_for()
    {
        TableTask parent = Init.Fork();
        TableTask child = parent.Fork();
        TableTask grandchild = child.Fork();
        grandchild.Spend(user: 5, system: 7);
        grandchild.ExitGroup();
        child.TryReap(grandchild, out _);
        TableTask thread = child.CloneThread();
        thread.Spend(user: 100);
        thread.Fault(minor: 3, major: 1);
        thread.Exit();
        child.Spend(user: 1);
        child.ExitGroup();
        parent.TryReap(child, out _);
        TaskUsage usage = Record(parent).ChildrenUsage;
        Assert.Equal((106UL, 7UL, 3UL, 1UL), (usage.UserTime, usage.SystemTime, usage.MinorFaults, usage.MajorFaults));
    }

    [Fact]
    public void Nobody_waits_for_a_child_whose_parent_does_not_care()
    {
        TableTask parent = Init.Fork();
        parent.NoChildWait = true;
        TableTask child = parent.Fork();
        child.ExitGroup();
        Assert.Equal(TaskState.Dead, child.State);

        parent.NoChildWait = false;
        parent.Signals = parent.Signals with { Ignored = 1UL << 16 };
        child = parent.Fork();
        child.ExitGroup();
        Assert.Equal(TaskState.Dead, child.State);

        TableTask other = parent.Clone(CloneFlags.None, exitSignal: 0);
        other.ExitGroup();
        Assert.Equal(TaskState.Zombie, other.State);
    }

    [Fact]
    public void A_zombie_leader_goes_when_the_last_thread_has_gone()
    {
        TableTask parent = Init.Fork();
        parent.NoChildWait = true;
        TableTask leader = parent.Fork();
        TableTask thread = leader.CloneThread();
        leader.Exit();
        Assert.Equal(TaskState.Zombie, leader.State);
        Assert.False(parent.TryReap(leader, out _));
        TaskRecord record = Record(leader);
        Assert.Null(record.Memory);
        Assert.Equal((0, 0, -1), (record.Files.Length, record.FileTableSize, record.FileCreationMask));
        Assert.NotNull(Record(thread).Memory);
        Assert.Equal(2, Record(thread).ThreadCount);
        thread.Exit();
        Assert.Equal(TaskState.Dead, leader.State);
        Assert.Null(_table.Find(leader.Id));
    }

    [Fact]
    public void The_status_of_a_group_that_ended_thread_by_thread_is_its_leaders()
    {
        TableTask leader = Init.Fork();
        TableTask thread = leader.CloneThread();
        leader.Exit(7);
        thread.Exit(8);
        Assert.True(Init.TryReap(leader, out int status));
        Assert.Equal(0x700, status);

        leader = Init.Fork();
        thread = leader.CloneThread();
        leader.Exit(7);
        thread.ExitGroup(8);
        Assert.True(Init.TryReap(leader, out status));
        Assert.Equal(0x800, status);
    }

    [Fact]
    public void Children_of_an_ended_thread_go_to_another_of_its_group()
    {
        TableTask parent = Init.Fork();
        TableTask thread = parent.CloneThread();
        TableTask[] children = [thread.Fork(), thread.Fork()];
        TableTask own = parent.Fork();
        Assert.Equal([children[0].Id, children[1].Id], Children(thread));
        thread.Exit();
        Assert.Equal([own.Id, children[0].Id, children[1].Id], Children(parent));
        Assert.All(children, child => Assert.Same(parent, child.Parent));
    }

    [Fact]
    public void Orphans_go_to_the_next_subreaper_else_to_init()
    {
        TableTask reaper = Init.Fork();
        reaper.IsSubreaper = true;
        TableTask middle = reaper.Fork();
        TableTask last = middle.Fork();
        TableTask orphan = last.Clone(CloneFlags.None, exitSignal: 0);
        last.ExitGroup();
        Assert.Same(reaper, orphan.Parent);
        Assert.Equal(17, Record(orphan).ExitSignal);
        Assert.Equal([middle.Id, orphan.Id], Children(reaper));
        reaper.ExitGroup();
        Assert.Same(Init, orphan.Parent);
        Assert.Equal(1, Record(orphan).ParentId);
    }

    [Fact]
    public void A_zombie_orphan_goes_at_once_where_its_new_parent_does_not_care()
    {
        TableTask parent = Init.Fork();
        TableTask child = parent.Fork();
        child.ExitGroup();
        Init.NoChildWait = true;
        parent.ExitGroup();
        Assert.Equal(TaskState.Dead, child.State);
        Assert.Equal(TaskState.Dead, parent.State);
        Assert.Equal(1, _table.TaskCount);
        Assert.Equal(1, _table.GroupCount);
    }

    [Fact]
    public void A_tracer_that_ends_lets_go()
    {
        TableTask tracer = Init.Fork();
        TableTask traced = Init.Fork();
        traced.Tracer = tracer;
        Assert.Equal(tracer.Id, Record(traced).TracerId);
        tracer.ExitGroup();
        Assert.Equal(0, Record(traced).TracerId);
    }

    [Fact]
    public void The_first_init_may_not_end()
    {
        Assert.Throws<InvalidOperationException>(() => Init.Exit());
        Assert.Throws<InvalidOperationException>(() => Init.Kill());
        Init.CloneThread().Exit();
        Assert.Equal(TaskState.Running, Init.State);
        Init.Fork();
    }

    [Fact]
    public void An_ended_task_does_nothing_more()
    {
        TableTask task = Init.Fork();
        task.ExitGroup();
        Assert.Throws<InvalidOperationException>(() => task.Fork());
        Assert.Throws<InvalidOperationException>(() => task.Exit());
        Assert.Throws<InvalidOperationException>(() => task.ExitGroup());
        Assert.Throws<InvalidOperationException>(() => task.Exec(TableProgram.Parse("/a"u8)));
        Assert.Throws<InvalidOperationException>(() => task.Open("/a"u8));
        task.State = TaskState.Running;
        Assert.Equal(TaskState.Zombie, task.State);
        task.Memory = new TaskMemory();
        Assert.Null(task.Memory);
    }

    [Fact]
    public void Ends_are_told_once_and_outside_of_the_lock()
    {
        List<int> told = [];
        _source.Ended += key =>
        {
            told.Add(key.Id);
            var other = new Thread(() => Init.Fork());
            other.Start();
            Assert.True(other.Join(30_000));
        };
        TableTask task = Init.Fork();
        TableTask thread = task.CloneThread();
        task.ExitGroup();
        Assert.Equal([thread.Id], told);
        Init.TryReap(task, out _);
        Assert.Equal([thread.Id, task.Id], told);
    }

    private TaskRecord Record(TableTask task)
    {
        Assert.True(_source.TryFind(task.Id, out TaskKey key));
        Assert.True(_source.TryGetRecord(key, out TaskRecord record));
        return record;
    }

    private int[] Children(TableTask task)
    {
        Assert.True(_source.TryFind(task.Id, out TaskKey key));
        int[] ids = new int[16];
        Assert.Equal(Kernel.Linux.Errno.None, _source.ListChildren(key, 0, ids, out int count));
        Assert.Equal(Kernel.Linux.Errno.None, _source.ListChildren(key, 1, new int[16], out int rest));
        Assert.Equal(Math.Max(count - 1, 0), rest);
        return ids[..count];
    }
}
