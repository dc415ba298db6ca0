using Bobbin.Kernel.Linux;
using Bobbin.Table;
using Bobbin.Tasks;
using CsCheck;
using Xunit;

namespace Bobbin.Tests.Table;

/// <summary>What holds of a table after any sequence of calls.</summary>
public sealed class InvariantTests
{
    [Fact]
    public void A_table_is_whole_after_any_calls() =>
        Gen.Select(Gen.Int[0, 19], Gen.Int[0, 1000]).Array[0, 80].Sample(
            steps =>
            {
                var table = new TaskTable(TableClock.StoppedAt(0));
                table.System = table.System with { PidMax = 340 };
                table.Namespace.LastId = 280;
                HashSet<TablePidNamespace> namespaces = [table.Namespace];
                List<TaskKey> ended = [];
                var source = new TableSource(table);
                source.Ended += ended.Add;
                HashSet<TaskKey> seen = [.. Keys(source)];
                foreach ((int action, int choice) in steps)
                {
                    int[] ids = Ids(source.ListTasks);
                    TableTask task = table.Find(ids[choice % ids.Length])!;
                    Try(() => Act(task, action, choice));
                    seen.UnionWith(Keys(source));
                    namespaces.UnionWith(Ids(source.ListTasks).Select(id => table.Find(id)!.PidNamespace));
                    Check(table, namespaces);
                }

                // What was ever seen lives, or its end was told once.
                Assert.Equal(ended.Count, ended.Distinct().Count());
                Assert.Equal(seen.Where(key => !source.IsAlive(key)).Order(s_byKey), ended.Where(seen.Contains).Order(s_byKey));
            },
            iter: 80,
            threads: 1);

    private static readonly Comparer<TaskKey> s_byKey = Comparer<TaskKey>.Create((a, b) => a.Start.CompareTo(b.Start));

    private static void Act(TableTask task, int action, int choice)
    {
        switch (action)
        {
            case < 5: task.Fork(); break;
            case < 8: task.CloneThread(); break;
            case < 10: task.Exit(); break;
            case 10: task.ExitGroup(); break;
            case 11: task.Kill(); break;
            case < 14: task.Exec(TableProgram.Parse("/bin/true"u8)); break;
            case 14: task.Clone(CloneFlags.CLONE_NEWPID); break;
            case 15: task.SetSession(); break;
            case 16: task.LeadProcessGroup(); break;
            case 17: task.IsSubreaper = (choice & 1) == 0; break;
            case 18: task.Clone(CloneFlags.CLONE_PARENT); break;
            default: task.TryReapAny(out _, out _); break;
        }
    }

    private static void Check(TaskTable table, IEnumerable<TablePidNamespace> namespaces)
    {
        foreach (TablePidNamespace view in namespaces)
        {
            var source = new TableSource(table, view);
            int[] tasks = Ids(source.ListTasks);
            int[] groups = Ids(source.ListGroups);
            Assert.Equal(tasks.Order().Distinct(), tasks);
            if (view == table.Namespace)
            {
                Assert.Equal((table.TaskCount, table.GroupCount), (tasks.Length, groups.Length));
            }

            int threads = 0;
            foreach (int id in groups)
            {
                threads += CheckGroup(table, source, id);
            }

            Assert.Equal(tasks.Length, threads);
        }
    }

    /// <summary>One group; how many threads it has.</summary>
    private static int CheckGroup(TaskTable table, TableSource source, int id)
    {
        Assert.True(source.TryFind(id, out TaskKey key));
        Assert.True(source.TryGetRecord(key, out TaskRecord record));
        Assert.Equal((key, id, id), (record.Key, record.GroupId, record.Ids.Span[0]));
        int[] threads = new int[100];
        Assert.Equal(Errno.None, source.ListThreads(key, 0, 0, threads, out int count));
        Assert.Equal((id, record.ThreadCount), (threads[0], count));
        foreach (int thread in threads.AsSpan(0, count))
        {
            Assert.True(source.TryFind(thread, out TaskKey threadKey));
            Assert.True(source.TryGroupOf(threadKey, out int groupId));
            Assert.Equal(id, groupId);
            Assert.True(source.TryGetRecord(threadKey, out TaskRecord one));
            Assert.Equal(record.ParentId, one.ParentId);
            Assert.Equal(record.ProcessGroupIds.ToArray(), one.ProcessGroupIds.ToArray());
            Assert.True(thread == id || one.State != TaskState.Zombie);
        }

        TableTask leader = table.Find(id, source.Namespace)!;
        Assert.Equal(leader == table.Init, leader.Parent is null);
        if (record.ParentId != 0)
        {
            // The parent is one live thread, and has it among its children.
            TableTask parent = leader.Parent!;
            Assert.True(source.TryFind(parent.IdIn(source.Namespace), out TaskKey parentKey));
            int[] children = new int[400];
            Assert.Equal(Errno.None, source.ListChildren(parentKey, 0, children, out int childCount));
            Assert.Single(children[..childCount], id);
        }

        return count;
    }

    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (LinuxException)
        {
            // The kernel would have said no as well.
        }
        catch (InvalidOperationException)
        {
            // An ended task, or the first init's end.
        }
    }

    private static IEnumerable<TaskKey> Keys(TableSource source) =>
        Ids(source.ListTasks).Select(id => source.TryFind(id, out TaskKey key) ? key : default);

    private delegate int Lister(int from, Span<int> ids);

    private static int[] Ids(Lister list)
    {
        int[] ids = new int[400];
        return ids[..list(0, ids)];
    }
}
