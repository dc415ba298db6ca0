using Bobbin.Kernel.Linux;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Tasks;

/// <summary>
/// A world in which the contract can make tasks: the processes are the test's own, and others may come and go at the same time.
/// Every method returns when what it did can be seen.
/// </summary>
public interface ITaskWorld : IDisposable
{
    /// <summary>What is tested.</summary>
    ITaskSource Source { get; }

    /// <summary>A process with one thread.</summary>
    int StartProcess();

    /// <summary>One more thread of a process.</summary>
    int StartThread(int process);

    /// <summary>One thread ends by itself; the leader too, which leaves the others alive.</summary>
    void EndThread(int thread);

    /// <summary>A process ends as a whole and stays a zombie.</summary>
    void EndProcess(int process);

    /// <summary>A zombie is waited for.</summary>
    void Reap(int process);

    /// <summary>Starts a process that gets this id, now free; false where the world has no way to choose.</summary>
    bool TryStartProcessAt(int id);
}

/// <summary>What holds of every source of tasks.</summary>
public abstract class TaskSourceContract : IDisposable
{
    private ITaskWorld? _world;

    /// <summary>Makes the world of one test.</summary>
    protected abstract ITaskWorld MakeWorld();

    private ITaskWorld World => _world ??= MakeWorld();

    private ITaskSource Source => World.Source;

    public void Dispose()
    {
        _world?.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Any_task_is_found_by_its_id()
    {
        int process = World.StartProcess();
        int thread = World.StartThread(process);
        Assert.Equal(process, Find(process).Id);
        Assert.Equal(thread, Find(thread).Id);
        Assert.Equal(Find(process), Find(process));
        Assert.Equal(Find(thread), Find(thread));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(1 << 22)]
    [InlineData(int.MaxValue)]
    public void An_id_that_nobody_can_have_is_not_found(int id) => Assert.False(Source.TryFind(id, out _));

    [Fact]
    public void Groups_are_listed_and_their_other_threads_are_not()
    {
        int process = World.StartProcess();
        int thread = World.StartThread(process);
        List<int> groups = ListAll(Source.ListGroups);
        Assert.Contains(process, groups);
        Assert.DoesNotContain(thread, groups);
        List<int> tasks = ListAll(Source.ListTasks);
        Assert.Contains(process, tasks);
        Assert.Contains(thread, tasks);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void A_listing_is_ascending_and_whole_whatever_its_pieces(int size)
    {
        int[] processes = [World.StartProcess(), World.StartProcess(), World.StartProcess()];
        foreach (Lister list in (Lister[])[Source.ListGroups, Source.ListTasks])
        {
            List<int> ids = ListAll(list, size);
            Assert.Equal(ids.Order().Distinct(), ids);
            Assert.Subset(ids.ToHashSet(), processes.ToHashSet());
        }
    }

    [Fact]
    public void A_listing_starts_at_the_id_it_is_given()
    {
        int process = World.StartProcess();
        int[] ids = new int[1];
        Assert.Equal(1, Source.ListGroups(process, ids));
        Assert.Equal(process, ids[0]);
        int count = Source.ListGroups(process + 1, ids);
        Assert.True(count == 0 || ids[0] > process);
        Assert.Equal(0, Source.ListGroups(1 << 22, ids));
        Assert.Equal(0, Source.ListTasks(int.MaxValue, ids));
        Assert.Equal(0, Source.ListGroups(0, []));
        Assert.Equal(1, Source.ListGroups(-5, ids));
    }

    [Fact]
    public void A_listing_goes_on_past_a_task_that_died_at_its_position()
    {
        int[] processes = [World.StartProcess(), World.StartProcess(), World.StartProcess()];
        Array.Sort(processes);
        World.EndProcess(processes[1]);
        World.Reap(processes[1]);
        int[] ids = new int[4096];
        int count = Source.ListGroups(processes[1], ids);
        Assert.DoesNotContain(processes[1], ids[..count]);
        Assert.DoesNotContain(processes[0], ids[..count]);
        Assert.Contains(processes[2], ids[..count]);
    }

    [Fact]
    public void A_listing_shows_what_is_born_behind_its_position()
    {
        int first = World.StartProcess();
        int second = World.StartProcess();
        int from = Math.Min(first, second);
        int[] ids = new int[4096];
        Assert.Contains(Math.Max(first, second), ids[..Source.ListGroups(from + 1, ids)]);
        int thread = World.StartThread(first);
        if (thread > from)
        {
            Assert.Contains(thread, ids[..Source.ListTasks(from + 1, ids)]);
        }
    }

    [Fact]
    public void Threads_are_listed_leader_first_then_by_birth()
    {
        int process = World.StartProcess();
        int[] threads = [process, World.StartThread(process), World.StartThread(process), World.StartThread(process)];
        Assert.Equal(threads, ListThreads(process));
        Assert.Equal(threads, ListThreads(threads[2]));
        Assert.Equal(4, Source.CountThreads(Find(process)));
        Assert.Equal(4, Source.CountThreads(Find(threads[3])));
    }

    [Fact]
    public void Threads_are_listed_from_an_index_or_from_the_thread_that_did_not_fit()
    {
        int process = World.StartProcess();
        int[] threads = [process, World.StartThread(process), World.StartThread(process), World.StartThread(process)];
        Assert.Equal(threads[..2], ListThreads(process, size: 2));
        Assert.Equal(threads[2..], ListThreads(process, index: 2));
        Assert.Equal(threads[3..], ListThreads(process, resumeAt: threads[3], index: 1));
        Assert.Empty(ListThreads(process, index: 4));
        Assert.Empty(ListThreads(process, index: 1000));

        World.EndThread(threads[1]);
        Assert.Equal([process, threads[2], threads[3]], ListThreads(process));
        Assert.Equal([threads[3]], ListThreads(process, resumeAt: threads[1], index: 2));
        Assert.Equal([threads[2], threads[3]], ListThreads(process, resumeAt: threads[2], index: 2));
        int other = World.StartProcess();
        Assert.Equal([threads[2], threads[3]], ListThreads(process, resumeAt: other, index: 1));
    }

    [Fact]
    public void A_thread_tells_its_group()
    {
        int process = World.StartProcess();
        int thread = World.StartThread(process);
        Assert.Equal(process, GroupOf(process));
        Assert.Equal(process, GroupOf(thread));
    }

    [Fact]
    public void An_ended_thread_is_gone_at_once()
    {
        int process = World.StartProcess();
        int thread = World.StartThread(process);
        TaskKey key = Find(thread);
        Assert.True(Source.IsAlive(key));
        World.EndThread(thread);
        AssertGone(key);
        Assert.Equal([process], ListThreads(process));
        Assert.Equal(1, Source.CountThreads(Find(process)));
    }

    [Fact]
    public void A_zombie_is_found_and_listed_until_it_is_reaped()
    {
        int process = World.StartProcess();
        TaskKey key = Find(process);
        World.EndProcess(process);
        Assert.Equal(key, Find(process));
        Assert.True(Source.IsAlive(key));
        Assert.Contains(process, ListAll(Source.ListGroups));
        Assert.Equal([process], ListThreads(process));
        World.Reap(process);
        AssertGone(key);
        Assert.DoesNotContain(process, ListAll(Source.ListGroups));
    }

    [Fact]
    public void A_zombie_leader_leads_its_live_threads()
    {
        int process = World.StartProcess();
        int thread = World.StartThread(process);
        TaskKey leader = Find(process);
        World.EndThread(process);
        Assert.Equal(leader, Find(process));
        Assert.Contains(process, ListAll(Source.ListGroups));
        Assert.DoesNotContain(thread, ListAll(Source.ListGroups));
        Assert.Equal([process, thread], ListThreads(process));
        Assert.Equal(2, Source.CountThreads(leader));
        Assert.Equal(process, GroupOf(thread));
        TaskKey last = Find(thread);
        World.EndThread(thread);
        AssertGone(last);
        Assert.True(Source.IsAlive(leader));
        Assert.Equal([process], ListThreads(process));
        World.Reap(process);
        AssertGone(leader);
    }

    [Fact]
    public void An_id_that_is_used_again_is_another_task()
    {
        int process = World.StartProcess();
        TaskKey old = Find(process);
        World.EndProcess(process);
        World.Reap(process);
        if (!World.TryStartProcessAt(process))
        {
            Assert.Skip("This world cannot choose ids.");
        }

        TaskKey now = Find(process);
        Assert.Equal(old.Id, now.Id);
        Assert.NotEqual(old.Start, now.Start);
        AssertGone(old);
        Assert.True(Source.IsAlive(now));
    }

    [Fact]
    public void The_end_of_an_id_is_told()
    {
        int process = World.StartProcess();
        int thread = World.StartThread(process);
        (TaskKey processKey, TaskKey threadKey) = (Find(process), Find(thread));
        var told = new System.Collections.Concurrent.ConcurrentQueue<TaskKey>();
        Action<TaskKey> handler = told.Enqueue;
        Source.Ended += handler;
        if (!Source.TellsEndOf(threadKey) || !Source.TellsEndOf(processKey))
        {
            Assert.False(Source.TellsEnds);
            World.EndThread(thread);
            World.EndProcess(process);
            World.Reap(process);
            WaitFor(() => !Source.IsAlive(threadKey) && !Source.IsAlive(processKey));
            Source.Ended -= handler;
            Assert.Empty(told);
            return;
        }

        World.EndThread(thread);
        WaitFor(() => told.Contains(threadKey));
        World.EndProcess(process);
        World.Reap(process);
        WaitFor(() => told.Contains(processKey));
        Source.Ended -= handler;
        Assert.Single(told, threadKey);
        Assert.Single(told, processKey);
    }

    [Fact]
    public void A_caller_learns_its_own_ids()
    {
        int process = World.StartProcess();
        int thread = World.StartThread(process);
        Assert.True(Source.TryIdentify(new Caller(thread, 0, 0), out int groupId, out int threadId));
        Assert.Equal((process, thread), (groupId, threadId));
        Assert.True(Source.TryIdentify(new Caller(process, 0, 0), out groupId, out threadId));
        Assert.Equal((process, process), (groupId, threadId));
        Assert.False(Source.TryIdentify(new Caller(0, 0, 0), out _, out _));
    }

    [Fact]
    public void Groups_are_counted()
    {
        World.StartThread(World.StartProcess());
        World.StartProcess();
        Assert.True(Source.CountGroups() >= 2);
    }

    private delegate int Lister(int from, Span<int> ids);

    private static List<int> ListAll(Lister list, int size = 256)
    {
        List<int> all = [];
        int[] ids = new int[size];
        for (int from = 0; ;)
        {
            int count = list(from, ids);
            all.AddRange(ids[..count]);
            if (count < size)
            {
                return all;
            }

            from = ids[^1] + 1;
        }
    }

    private int[] ListThreads(int task, int resumeAt = 0, int index = 0, int size = 64)
    {
        int[] ids = new int[size];
        Assert.Equal(Errno.None, Source.ListThreads(Find(task), resumeAt, index, ids, out int count));
        return ids[..count];
    }

    private TaskKey Find(int id)
    {
        Assert.True(Source.TryFind(id, out TaskKey key), $"{id} is not found");
        return key;
    }

    private int GroupOf(int id)
    {
        Assert.True(Source.TryGroupOf(Find(id), out int groupId));
        return groupId;
    }

    private void AssertGone(TaskKey key)
    {
        Assert.False(Source.IsAlive(key));
        Assert.False(Source.TryGroupOf(key, out _));
        Assert.Equal(Errno.ENOENT, Source.ListThreads(key, 0, 0, new int[8], out int count));
        Assert.Equal(0, count);
        Assert.Equal(0, Source.CountThreads(key));
        if (Source.TryFind(key.Id, out TaskKey now))
        {
            Assert.NotEqual(key, now);
        }
    }

    private static void WaitFor(Func<bool> condition)
    {
        for (long end = Environment.TickCount64 + 30_000; !condition();)
        {
            Assert.True(Environment.TickCount64 < end, "nothing was told for 30 s");
            Thread.Sleep(1);
        }
    }
}
