using Bobbin.Kernel.Linux;
using Bobbin.Table;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Table;

/// <summary>Nested pid namespaces.</summary>
public sealed class PidNamespaceTests
{
    private readonly TaskTable _table = new(TableClock.StoppedAt(0));
    private readonly TableTask _maker;
    private readonly TableTask _init;
    private readonly TableSource _outer;
    private readonly TableSource _inner;

    public PidNamespaceTests()
    {
        _maker = _table.Init.Fork();
        _maker.SetSession();
        _maker.Unshare(CloneFlags.CLONE_NEWPID);
        _init = _maker.Fork();
        _outer = new TableSource(_table);
        _inner = new TableSource(_table, _init.PidNamespace);
    }

    [Fact]
    public void The_next_child_is_the_init_of_the_new_namespace()
    {
        Assert.Equal([3, 1], _init.Pid.Ids);
        Assert.Equal((1, _table.Namespace), (_init.PidNamespace.Level, _init.PidNamespace.Parent));
        Assert.Same(_init, _init.PidNamespace.Init);
        Assert.Same(_table.Namespace, _maker.PidNamespace);
        Assert.Equal([4, 2], _maker.Fork().Pid.Ids);
    }

    [Fact]
    public void Inside_nothing_outside_is_seen()
    {
        TaskRecord record = Record(_inner, 1);
        Assert.Equal((1, 0, 0, 0), (record.GroupId, record.ParentId, record.ProcessGroupId, record.SessionId));
        Assert.Equal([1], record.Ids.ToArray());
        Assert.Empty(record.SessionIds.ToArray());
        Assert.Equal([1], List(_inner.ListGroups));
        Assert.False(_inner.TryFind(3, out _));
        Assert.Equal(0, _maker.IdIn(_init.PidNamespace));
        _init.Tracer = _maker;
        Assert.Equal(0, Record(_inner, 1).TracerId);
    }

    [Fact]
    public void Outside_every_id_is_seen()
    {
        TableTask child = _init.Fork();
        child.SetSession();
        TaskRecord record = Record(_outer, child.Id);
        Assert.Equal((4, 3, 4, 4), (record.GroupId, record.ParentId, record.ProcessGroupId, record.SessionId));
        Assert.Equal([4, 2], record.Ids.ToArray());
        Assert.Equal([4, 2], record.GroupIds.ToArray());
        Assert.Equal([4, 2], record.SessionIds.ToArray());
        record = Record(_outer, 3);
        Assert.Equal([2], record.ProcessGroupIds.ToArray());
        Assert.Equal(4, _outer.CountGroups());
        Assert.Equal(4, _inner.CountGroups()); // of the whole system
    }

    [Fact]
    public void Namespaces_have_numbers()
    {
        TaskNamespaces maker = _maker.Namespaces;
        Assert.Equal(0xEFFF_FFFCUL, maker.Pid);
        Assert.Equal(_init.PidNamespace.Inode, maker.PidForChildren);
        Assert.Equal((_init.PidNamespace.Inode, _init.PidNamespace.Inode), (_init.Namespaces.Pid, _init.Namespaces.PidForChildren));
        _init.Unshare(CloneFlags.CLONE_NEWPID);
        Assert.Equal(0UL, _init.Namespaces.PidForChildren);
        _init.Fork();
        Assert.NotEqual(0UL, _init.Namespaces.PidForChildren);
        Assert.NotEqual(_init.PidNamespace.Inode, _init.Namespaces.PidForChildren);
    }

    [Fact]
    public void Other_namespaces_are_unshared_one_by_one()
    {
        TaskNamespaces before = _maker.Namespaces;
        _maker.Unshare(CloneFlags.CLONE_NEWNET | CloneFlags.CLONE_NEWUTS | CloneFlags.CLONE_NEWTIME);
        TaskNamespaces after = _maker.Namespaces;
        Assert.Equal(before with { Net = after.Net, Uts = after.Uts, TimeForChildren = after.TimeForChildren }, after);
        Assert.Equal(3, new[] { after.Net, after.Uts, after.TimeForChildren }.Distinct().Count());
        Assert.NotEqual(before.Net, after.Net);
        Assert.Equal(after.TimeForChildren, _maker.Clone(CloneFlags.CLONE_NEWIPC).Namespaces.Time);
    }

    [Fact]
    public void The_death_of_its_init_ends_all_in_a_namespace()
    {
        TableTask child = _init.Fork();
        TableTask grandchild = child.Fork();
        grandchild.CloneThread();
        TableTask zombie = _init.Fork();
        zombie.ExitGroup();
        child.Unshare(CloneFlags.CLONE_NEWPID);
        TableTask nested = child.Fork();
        TableTask nestedChild = nested.Fork();
        TableTask injected = _maker.Fork(); // born inside, its parent outside
        List<int> told = [];
        _inner.Ended += key => told.Add(key.Id);

        _init.Kill();

        Assert.All([child, grandchild, zombie, nested, nestedChild], task => Assert.Equal(TaskState.Dead, task.State));
        Assert.Equal((TaskState.Zombie, TaskState.Zombie), (_init.State, injected.State));
        Assert.True(_init.PidNamespace.IsDead);
        Assert.True(nested.PidNamespace.IsDead);
        Assert.Equal([1, 8], List(_inner.ListTasks));
        Assert.Equal(4, _table.TaskCount); // init, the maker, two zombies
        Assert.Equal(Errno.ENOMEM, Assert.Throws<LinuxException>(() => _maker.Fork()).Errno);

        Assert.True(_maker.TryReap(injected, out int status));
        Assert.Equal(9, status);
        Assert.True(_maker.TryReap(_init, out _));
        Assert.Empty(List(_inner.ListTasks));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], told.Order());
    }

    [Fact]
    public void The_init_of_a_namespace_lives_on_by_its_other_threads()
    {
        TableTask thread = _init.CloneThread();
        TableTask child = _init.Fork();
        _init.Exit();
        Assert.False(_init.PidNamespace.IsDead);
        Assert.Same(thread, child.Parent);
        thread.Exit();
        Assert.True(_init.PidNamespace.IsDead);
        Assert.True(child.HasEnded);
    }

    [Fact]
    public void Orphans_stay_in_their_namespace()
    {
        _maker.IsSubreaper = true;
        TableTask middle = _init.Fork();
        TableTask orphan = middle.Fork();
        middle.ExitGroup();
        Assert.Same(_init, orphan.Parent);
        Assert.Equal(1, Record(_inner, orphan.IdIn(_init.PidNamespace)).ParentId);
    }

    [Fact]
    public void An_orphan_of_a_parent_outside_goes_to_the_reaper_outside()
    {
        _maker.ExitGroup();
        Assert.Same(_table.Init, _init.Parent);
        Assert.Equal(0, Record(_inner, 1).ParentId);
    }

    [Fact]
    public void A_task_enters_only_namespaces_inside_its_own()
    {
        TableTask visitor = _table.Init.Fork();
        visitor.EnterPidNamespace(_init.PidNamespace);
        Assert.Equal([5, 2], visitor.Fork().Pid.Ids);
        visitor.EnterPidNamespace(_table.Namespace);
        Assert.Single(visitor.Fork().Pid.Ids);
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => _init.EnterPidNamespace(_table.Namespace)).Errno);
    }

    [Fact]
    public void What_the_kernel_refuses_is_refused()
    {
        Assert.Equal(Errno.EINVAL, Refused(() => _maker.Unshare(CloneFlags.CLONE_NEWPID)));
        Assert.Equal(Errno.EINVAL, Refused(() => _maker.CloneThread())); // its children are born elsewhere
        Assert.Equal(Errno.EINVAL, Refused(() => _init.Clone(CloneFlags.CLONE_THREAD)));
        Assert.Equal(Errno.EINVAL, Refused(() => _init.Clone(CloneFlags.CLONE_SIGHAND)));
        Assert.Equal(Errno.EINVAL, Refused(() => _init.Clone(CloneFlags.CLONE_NEWNS | CloneFlags.CLONE_FS)));
        Assert.Equal(Errno.EINVAL, Refused(() => _init.Clone(CloneFlags.CLONE_PARENT)));
        TableTask deep = _init;
        while (deep.PidNamespace.Level < 32)
        {
            deep = deep.Clone(CloneFlags.CLONE_NEWPID);
        }

        Assert.Equal(33, deep.Pid.Ids.Length);
        Assert.Equal(Errno.ENOSPC, Refused(() => deep.Clone(CloneFlags.CLONE_NEWPID)));
    }

    [Fact]
    public void A_clone_may_have_its_makers_parent()
    {
        TableTask sibling = _maker.Clone(CloneFlags.CLONE_PARENT);
        Assert.Same(_table.Init, sibling.Parent);
    }

    private static Errno Refused(Action action) => Assert.Throws<LinuxException>(action).Errno;

    private static TaskRecord Record(TableSource source, int id)
    {
        Assert.True(source.TryFind(id, out TaskKey key));
        Assert.True(source.TryGetRecord(key, out TaskRecord record));
        return record;
    }

    private delegate int Lister(int from, Span<int> ids);

    private static int[] List(Lister list)
    {
        int[] ids = new int[64];
        return ids[..list(0, ids)];
    }
}
