using Bobbin.Snapshots;
using Bobbin.Tasks;
using CsCheck;
using Xunit;

namespace Bobbin.Tests.Snapshots;

/// <summary>What happened between two snapshots.</summary>
public sealed class TaskChangesTests
{
    [Fact]
    public void Time_is_what_was_used_meanwhile()
    {
        TaskSnapshot before = Snapshot(10, (7, 1, 100, [(7, 1, 40), (9, 2, 60)]));
        TaskSnapshot after = Snapshot(14, (7, 1, 300, [(7, 1, 40), (9, 2, 240)]));
        TaskChanges changes = new(before, after);
        Assert.Equal(TimeSpan.FromSeconds(4), changes.Elapsed);
        Assert.Equal(TimeSpan.FromSeconds(2), changes.ProcessorTime(after.Processes[0]));
        Assert.Equal(0.5, changes.ProcessorShare(after.Processes[0]));
        Assert.Equal(TimeSpan.Zero, changes.ProcessorTime(after.Threads[0]));
        Assert.Equal(TimeSpan.FromSeconds(1.8), changes.ProcessorTime(after.Threads[1]));
        Assert.Empty(changes.BornThreads);
        Assert.Empty(changes.EndedThreads);
    }

    [Fact]
    public void An_id_that_was_used_again_is_another_task()
    {
        TaskSnapshot before = Snapshot(10, (7, 1, 100, [(7, 1, 100)]));
        TaskSnapshot after = Snapshot(11, (7, 5, 30, [(7, 5, 30)]));
        TaskChanges changes = new(before, after);
        Assert.Equal(new TaskIdentity(7, 5), Assert.Single(changes.BornProcesses).Identity);
        Assert.Equal(new TaskIdentity(7, 1), Assert.Single(changes.EndedProcesses).Identity);
        Assert.Equal(TimeSpan.FromSeconds(0.3), changes.ProcessorTime(after.Processes[0]));
    }

    [Fact]
    public void Time_that_seems_to_run_backwards_is_none()
    {
        // A group's total is read thread by thread: one that ends meanwhile may be missed once.
        TaskSnapshot before = Snapshot(10, (7, 1, 100, [(7, 1, 100)]));
        TaskSnapshot after = Snapshot(11, (7, 1, 99, [(7, 1, 99)]));
        Assert.Equal(TimeSpan.Zero, new TaskChanges(before, after).ProcessorTime(after.Processes[0]));
    }

    [Fact]
    public void Snapshots_of_different_facets_are_not_compared() =>
        Assert.Throws<ArgumentException>(() => new TaskChanges(
            new TaskSnapshot(TaskFacets.Threads, new(0), new(0), TimeSpan.Zero), new TaskSnapshot(TaskFacets.None, new(0), new(0), TimeSpan.Zero)));

    [Fact]
    public void Whoever_is_in_one_only_was_born_or_ended()
    {
        // Any processes of any threads, some with the same start in both.
        var process = Gen.Select(Gen.Int[1, 30], Gen.ULong[1, 2], Gen.Select(Gen.Int[31, 60], Gen.ULong[1, 2]).Array[0, 4]);
        Gen.Select(process.Array[0, 12], process.Array[0, 12]).Sample(
            (left, right) =>
            {
                TaskSnapshot before = From(left), after = From(right);
                TaskChanges changes = new(before, after);
                HashSet<(TaskIdentity, TaskIdentity)> old = [.. Threads(before)], now = [.. Threads(after)];
                return now.Except(old).ToHashSet().SetEquals(changes.BornThreads.Select(Both))
                    && old.Except(now).ToHashSet().SetEquals(changes.EndedThreads.Select(Both));
            },
            iter: 500, threads: 1);

        static (TaskIdentity, TaskIdentity) Both(ThreadRow thread) => (thread.Process.Identity, thread.Identity);
        static IEnumerable<(TaskIdentity, TaskIdentity)> Threads(TaskSnapshot tasks) => tasks.Threads.Select(Both);
        static TaskSnapshot From((int Id, ulong Start, (int, ulong)[] Threads)[] processes) => Snapshot(1,
            [.. processes.DistinctBy(one => one.Id).OrderBy(one => one.Id).Select(one => (one.Id, one.Start, 0ul,
                (IEnumerable<(int, ulong, ulong)>)[(one.Id, one.Start, 0), .. one.Threads.DistinctBy(thread => thread.Item1).OrderBy(thread => thread.Item1).Select(thread => (thread.Item1, thread.Item2, 0ul))]))]);
    }

    [Fact]
    public void Rows_are_found_by_id_and_name()
    {
        TaskSnapshot tasks = Snapshot(10, (3, 1, 0, [(3, 1, 0)]), (7, 1, 100, [(7, 1, 40), (9, 2, 60)]));
        Assert.True(tasks.TryFindThread(9, out ThreadRow thread));
        Assert.Equal((7, false, new TaskIdentity(9, 2)), (thread.Process.Id, thread.IsLeader, thread.Identity));
        Assert.False(tasks.TryFindThread(4, out _));
        Assert.True(tasks.TryFindProcess(7, out ProcessRow process));
        Assert.Equal([7, 9], process.Threads.Select(one => one.Id));
        Assert.False(tasks.TryFindProcess(9, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => process.Threads[2]);
    }

    [Fact]
    public void A_tree_holds_every_process_once() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[0, 45]).Array[0, 40].Sample(
            pairs =>
            {
                ProcessColumns processes = new(1);
                ThreadColumns threads = new(1);
                foreach ((int id, int parent) in pairs.DistinctBy(pair => pair.Item1).OrderBy(pair => pair.Item1))
                {
                    // A parent is older: so no two are each other's.
                    int row = processes.Add(id, new StatFields { ParentId = parent < id || parent > 40 ? parent : id });
                    processes.SetThreads(row, threads.Count, 1, threads.Add(id, row, "n"u8, default));
                }

                TaskSnapshot tasks = new(TaskFacets.None, processes, threads, TimeSpan.Zero);
                List<int> walked = [];
                Walk(tasks.Roots);
                return walked.Order().SequenceEqual(tasks.Processes.Select(process => process.Id))
                    && tasks.Roots.All(root => root.Parent is null)
                    && tasks.Processes.All(process => process.Children.All(child => child.ParentId == process.Id && child.Parent?.Id == process.Id));

                void Walk(ChildRows rows)
                {
                    foreach (ProcessRow process in rows)
                    {
                        walked.Add(process.Id);
                        Walk(process.Children);
                    }
                }
            },
            iter: 500, threads: 1);

    [Fact]
    public void A_million_threads_take_less_than_256_bytes_each()
    {
        const int Count = 1_000_000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        ThreadColumns threads = new(Count);
        ProcessColumns processes = new(Count);
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Count;
        Assert.InRange(each, 200, 256); // every one a process of its own, the worst there is
        Assert.Equal((0, 0), (threads.Count, processes.Count));
    }

    private static TaskSnapshot Snapshot(double seconds, params (int Id, ulong Start, ulong Ticks, IEnumerable<(int Id, ulong Start, ulong Ticks)> Threads)[] all)
    {
        ProcessColumns processes = new(1);
        ThreadColumns threads = new(1);
        foreach ((int id, ulong _, ulong ticks, IEnumerable<(int Id, ulong Start, ulong Ticks)> own) in all)
        {
            int first = threads.Count, leader = -1;
            int row = processes.Add(id, new StatFields { UserTicks = ticks });
            foreach ((int thread, ulong start, ulong used) in own)
            {
                int added = threads.Add(thread, row, "name"u8, new StatFields { StartTicks = start, SystemTicks = used, State = TaskState.Sleeping });
                leader = thread == id ? added : leader;
            }

            processes.SetThreads(row, first, threads.Count - first, leader);
        }

        return new TaskSnapshot(TaskFacets.Threads, processes, threads, TimeSpan.FromSeconds(seconds));
    }
}
