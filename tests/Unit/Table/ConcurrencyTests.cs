using Bobbin.Kernel.Linux;
using Bobbin.Table;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Table;

/// <summary>Readers beside writers, and what reading costs.</summary>
public sealed class ConcurrencyTests
{
    /// <summary>Tasks that live all the while are listed exactly once, in order, whatever comes and goes beside them.</summary>
    [Fact]
    public void Listings_hold_beside_births_and_deaths()
    {
        TaskTable table = SampleTables.Many(0, 1, TableClock.StoppedAt(0));
        table.System = table.System with { PidMax = 2000 }; // many wraps
        var source = new TableSource(table);
        HashSet<int> lasting = [];
        for (int i = 0; i < 300; i++)
        {
            TableTask mortal = table.Init.Fork();
            lasting.Add(table.Init.Fork().Id);
            mortal.ExitGroup();
        }

        bool done = false;
        string? failure = null;
        var reader = new Thread(() => failure = Read(source, lasting, () => Volatile.Read(ref done)));
        reader.Start();
        List<TableTask> mortals = [];
        for (int i = 0; i < 20_000; i++)
        {
            TableTask task = table.Init.Fork();
            task.CloneThread();
            mortals.Add(task);
            if (mortals.Count > 50)
            {
                mortals[i % 50].ExitGroup();
                mortals.RemoveAt(i % 50);
            }
        }

        Volatile.Write(ref done, true);
        Assert.True(reader.Join(60_000));
        Assert.Null(failure);
    }

    [Fact]
    public void Several_threads_drive_one_table()
    {
        TaskTable table = SampleTables.Many(0, 1, TableClock.StoppedAt(0));
        int before = table.TaskCount;
        Thread[] drivers = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() => Drive(table)))];
        Array.ForEach(drivers, driver => driver.Start());
        Assert.All(drivers, driver => Assert.True(driver.Join(60_000)));
        Assert.Equal(before, table.TaskCount);
        Assert.Equal(before, new TableSource(table).ListTasks(0, new int[100]));
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        TaskTable table = SampleTables.Many(100, 3, TableClock.StoppedAt(0));
        var source = new TableSource(table);
        int[] ids = new int[1000];
        Assert.True(source.TryFind(50, out TaskKey key));
        ReadAll(source, key, ids); // once for the runtime
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            ReadAll(source, key, ids);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void ReadAll(TableSource source, TaskKey key, int[] ids)
    {
        source.TryFind(key.Id, out _);
        source.IsAlive(key);
        source.TryGroupOf(key, out _);
        source.ListGroups(0, ids);
        source.ListTasks(0, ids);
        source.ListThreads(key, 0, 0, ids, out _);
        source.ListChildren(key, 0, ids, out _);
        source.CountThreads(key);
        source.CountGroups();
        source.TryGetRecord(key, out _);
        source.TryGetOwner(key, out _);
        source.GetMachine(out _);
        source.TryIdentify(new Caller(key.Id, 0, 0), out _, out _);
    }

    private static void Drive(TaskTable table)
    {
        for (int i = 0; i < 500; i++)
        {
            TableTask task = table.Init.Fork();
            TableTask thread = task.CloneThread();
            TableTask child = thread.Fork();
            thread.Exec(TableProgram.Parse("/bin/true"u8));
            child.ExitGroup();
            thread.Kill();
        }
    }

    private static string? Read(TableSource source, HashSet<int> lasting, Func<bool> isDone)
    {
        int[] ids = new int[64];
        while (!isDone())
        {
            int seen = 0;
            int last = 0;
            for (int from = 0, count; (count = source.ListGroups(from, ids)) != 0; from = ids[count - 1] + 1)
            {
                foreach (int id in ids.AsSpan(0, count))
                {
                    if (id <= last)
                    {
                        return $"{id} after {last}";
                    }

                    last = id;
                    seen += lasting.Contains(id) ? 1 : 0;
                    if (source.TryFind(id, out TaskKey key) && source.TryGetRecord(key, out TaskRecord record) && record.Key != key)
                    {
                        return $"the record of {key} is of {record.Key}";
                    }
                }
            }

            if (seen != lasting.Count)
            {
                return $"{seen} of {lasting.Count} listed";
            }
        }

        return null;
    }
}
