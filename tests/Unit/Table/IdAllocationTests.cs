using Bobbin.Kernel.Linux;
using Bobbin.Table;
using Bobbin.Tasks;
using CsCheck;
using Xunit;

namespace Bobbin.Tests.Table;

/// <summary>Ids are given as the kernel's alloc_pid gives them.</summary>
public sealed class IdAllocationTests
{
    private readonly TaskTable _table = new(TableClock.StoppedAt(0));

    [Fact]
    public void Ids_go_up_by_one_threads_included()
    {
        Assert.Equal(1, _table.Init.Id);
        TableTask first = _table.Init.Fork();
        Assert.Equal([2, 3, 4], [first.Id, first.CloneThread().Id, _table.Init.Fork().Id]);
    }

    [Fact]
    public void A_freed_id_is_not_given_again_before_the_wrap()
    {
        ForkAndReap();
        Assert.Equal(3, _table.Init.Fork().Id);
    }

    [Fact]
    public void After_the_wrap_ids_begin_at_300()
    {
        Limit(310);
        _table.Namespace.LastId = 308;
        Assert.Equal([309, 300, 301], [_table.Init.Fork().Id, _table.Init.Fork().Id, _table.Init.Fork().Id]);
    }

    [Fact]
    public void Taken_ids_are_stepped_over()
    {
        _table.Namespace.LastId = 299;
        _table.Init.Fork();
        _table.Init.Fork();
        _table.Namespace.LastId = 298;
        Assert.Equal([299, 302], [_table.Init.Fork().Id, _table.Init.Fork().Id]);
    }

    [Fact]
    public void Without_a_free_id_fork_is_refused_and_changes_nothing()
    {
        Limit(301);
        while (_table.TaskCount < 300)
        {
            _table.Init.Fork();
        }

        // All of 1 to 300 are taken; ids below 300 that become free are not given any more.
        Assert.Equal(Errno.EAGAIN, Assert.Throws<LinuxException>(() => _table.Init.Fork()).Errno);
        End(_table.Find(5)!);
        Assert.Equal(Errno.EAGAIN, Assert.Throws<LinuxException>(() => _table.Init.Fork()).Errno);
        End(_table.Find(300)!);
        Assert.Equal(300, _table.Init.Fork().Id);
        Assert.Equal(299, _table.TaskCount);
    }

    [Fact]
    public void The_id_of_a_process_group_or_session_is_not_given_again()
    {
        _table.Namespace.LastId = 299;
        TableTask leader = _table.Init.Fork();
        leader.SetSession();
        TableTask member = leader.Fork();
        TableTask other = leader.Fork();
        other.LeadProcessGroup();
        End(leader);
        Assert.Equal((300, 301, 302), (leader.Id, member.Id, other.Id));
        _table.Namespace.LastId = 299;
        Assert.Null(_table.Find(300));
        Assert.Equal(303, _table.Init.Fork().Id);
        End(member); // process group 300 is gone, session 300 is not
        _table.Namespace.LastId = 299;
        Assert.Equal(301, _table.Init.Fork().Id);
        End(other);
        _table.Namespace.LastId = 299;
        Assert.Equal(300, _table.Init.Fork().Id);
    }

    [Fact]
    public void Each_namespace_counts_for_itself()
    {
        _table.Init.Unshare(CloneFlags.CLONE_NEWPID);
        TableTask inner = _table.Init.Fork();
        inner.Unshare(CloneFlags.CLONE_NEWPID);
        TableTask innermost = inner.Fork();
        TableTask child = innermost.Fork();
        Assert.Equal([2, 1], inner.Pid.Ids);
        Assert.Equal([3, 2, 1], innermost.Pid.Ids);
        Assert.Equal([4, 3, 2], child.Pid.Ids);
        innermost.PidNamespace.LastId = 400;
        inner.PidNamespace.LastId = 500;
        Assert.Equal([5, 501, 401], innermost.Fork().Pid.Ids);
        Assert.Equal((5, 501, 401), (_table.Namespace.LastId, inner.PidNamespace.LastId, innermost.PidNamespace.LastId));
    }

    [Fact]
    public void A_refused_inner_id_takes_none_outside()
    {
        Limit(301);
        _table.Init.Unshare(CloneFlags.CLONE_NEWPID);
        TableTask inner = _table.Init.Fork();
        while (_table.TaskCount < 300)
        {
            inner.Fork();
        }

        int free = inner.PidNamespace.LastId;
        Assert.Equal(299, free);
        Assert.Throws<LinuxException>(() => inner.Fork()); // 300 is free inside, none outside
        End(inner, _table.Find(300)!);
        Assert.Equal([300, 300], inner.Fork().Pid.Ids);
    }

    /// <summary>Births, ends, sessions and process groups at random, against a model that searches id by id.</summary>
    [Fact]
    public void Ids_are_as_a_naive_model_has_them() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 1000]).Array[0, 150].Sample(
            steps =>
            {
                var table = new TaskTable(TableClock.StoppedAt(0));
                table.System = table.System with { PidMax = 312 };
                table.Namespace.LastId = 295;
                var model = new IdModel(312, 296);
                List<TableTask> live = [table.Init];
                foreach ((int action, int choice) in steps)
                {
                    TableTask task = live[choice % live.Count];
                    Step(table, model, live, task, action);
                    Assert.Equal(model.Tasks, List(table));
                }
            },
            iter: 100,
            threads: 1);

    private static void Step(TaskTable table, IdModel model, List<TableTask> live, TableTask task, int action)
    {
        switch (action)
        {
            case < 5:
                int expected = model.Next();
                if (expected < 0)
                {
                    Assert.Throws<LinuxException>(() => task.Fork());
                    return;
                }

                TableTask child = task.Fork();
                Assert.Equal(expected, child.Id);
                model.Born(child.Id, task.Id);
                live.Add(child);
                break;
            case < 7 when task.Id != 1:
                TableTask parent = task.Parent!;
                task.ExitGroup();
                Assert.True(parent.TryReap(task, out _));
                model.Gone(task.Id);
                live.Remove(task);
                break;
            case 7 when !model.IsGroupLeader(task.Id):
                task.SetSession();
                model.Move(task.Id, task.Id, task.Id);
                break;
            case 8 when !model.IsSessionLeader(task.Id):
                task.LeadProcessGroup();
                model.Move(task.Id, task.Id, null);
                break;
            default:
                table.Namespace.LastId = 299 + action;
                model.Cursor = 300 + action;
                break;
        }
    }

    private static int[] List(TaskTable table)
    {
        int[] ids = new int[400];
        return ids[..new TableSource(table).ListTasks(0, ids)];
    }

    private void Limit(int pidMax) => _table.System = _table.System with { PidMax = pidMax };

    private void ForkAndReap() => End(_table.Init.Fork());

    private void End(TableTask task) => End(_table.Init, task);

    private static void End(TableTask parent, TableTask task)
    {
        task.ExitGroup();
        Assert.True(parent.TryReap(task, out _));
    }

    private sealed class IdModel(int limit, int cursor)
    {
        private readonly SortedDictionary<int, (int Group, int Session)> _tasks = new() { [1] = (0, 0) };

        public int Cursor { get; set; } = cursor;

        public IEnumerable<int> Tasks => _tasks.Keys;

        public int Next()
        {
            int lowest = Cursor > 300 ? 300 : 1;
            for (int pass = 0; pass < 2; pass++)
            {
                for (int id = pass == 0 ? Math.Max(Cursor, lowest) : lowest; id < limit; id++)
                {
                    if (!_tasks.ContainsKey(id) && !_tasks.Values.Any(task => task.Group == id || task.Session == id))
                    {
                        return id;
                    }
                }
            }

            return -1;
        }

        public void Born(int id, int parent)
        {
            _tasks[id] = _tasks[parent];
            Cursor = id + 1;
        }

        public void Gone(int id) => _tasks.Remove(id);

        public bool IsGroupLeader(int id) => _tasks[id].Group == id || _tasks.Values.Any(task => task.Group == id);

        public bool IsSessionLeader(int id) => _tasks[id].Session == id;

        public void Move(int id, int group, int? session) => _tasks[id] = (group, session ?? _tasks[id].Session);
    }
}
