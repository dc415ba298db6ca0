using System.Diagnostics;
using System.Globalization;
using Bobbin.Kernel.Linux;
using Bobbin.Live;
using Bobbin.Procfs;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Live;

/// <summary>This machine's tasks, by the machine's own /proc: what an ordinary user gets.</summary>
public sealed class LiveTasksTests : IDisposable
{
    private readonly LiveProcfs _procfs = LiveProcfs.OpenMachine(new ProcView());
    private readonly LiveTasks _tasks;

    public LiveTasksTests() => _tasks = new LiveTasks(_procfs);

    public void Dispose()
    {
        _tasks.Dispose();
        _procfs.Dispose();
    }

    [Fact]
    public void A_group_and_a_thread_of_it_are_found_by_id()
    {
        int thread = Libc.GetThreadId();
        Assert.True(_tasks.TryFind(Environment.ProcessId, out TaskKey leader));
        Assert.True(_tasks.TryFind(thread, out TaskKey own));
        Assert.True(_tasks.IsAlive(leader));
        Assert.True(_tasks.TryGroupOf(own, out int group));
        Assert.Equal(Environment.ProcessId, group);
        Assert.False(_tasks.IsAlive(leader with { Start = leader.Start + 1 }));
        Assert.True(_tasks.TryIdentify(new Caller(thread, 0, 0), out int callerGroup, out int callerThread));
        Assert.Equal((Environment.ProcessId, thread), (callerGroup, callerThread));
    }

    [Fact]
    public void Ids_that_nobody_has_are_not_found()
    {
        Assert.False(_tasks.TryFind(0, out _));
        Assert.False(_tasks.TryFind(-1, out _));
        Assert.False(_tasks.TryFind(int.MaxValue, out _));
        Assert.False(_tasks.TryIdentify(new Caller(0, 0, 0), out _, out _));
    }

    [Fact]
    public void A_process_that_ended_is_found_no_more()
    {
        using Process process = Process.Start("sleep", "1000");
        Assert.True(_tasks.TryFind(process.Id, out TaskKey task));
        process.Kill();
        process.WaitForExit();
        Assert.True(SpinWait.SpinUntil(() => !_tasks.IsAlive(task), TimeSpan.FromSeconds(20)));
        Assert.Equal(Errno.ENOENT, _tasks.ListThreads(task, 0, 0, new int[4], out _));
        Assert.Equal(0, _tasks.CountThreads(task));
    }

    [Fact]
    public void Groups_are_listed_in_the_order_of_ids_from_any_id_on()
    {
        int[] few = new int[3];
        List<int> all = [];
        int from = 1;
        int count;
        while ((count = _tasks.ListGroups(from, few)) > 0)
        {
            all.AddRange(few[..count]);
            from = few[count - 1] + 1;
        }

        Assert.Equal(all.Order().Distinct(), all);
        Assert.Contains(Environment.ProcessId, all);
        Assert.Equal(1, _tasks.ListGroups(Environment.ProcessId, few.AsSpan(0, 1)));
        Assert.Equal(Environment.ProcessId, few[0]);
        Assert.Equal(0, _tasks.ListGroups(ProcNode.TaskIdLimit, few));
    }

    [Fact]
    public void All_threads_are_listed_in_the_order_of_ids()
    {
        int thread = Libc.GetThreadId();
        int[] few = new int[7];
        List<int> all = [];
        int from = 1;
        int count;
        while ((count = _tasks.ListTasks(from, few)) > 0)
        {
            all.AddRange(few[..count]);
            from = few[count - 1] + 1;
        }

        Assert.Equal(all.Order().Distinct(), all);
        Assert.Contains(thread, all);
        Assert.Contains(Environment.ProcessId, all);
    }

    [Fact]
    public void Threads_of_a_group_begin_with_its_leader_and_go_on_by_id_or_by_number()
    {
        using ManualResetEventSlim leave = new();
        Thread[] threads = [.. Enumerable.Range(0, 3).Select(_ => new Thread(leave.Wait))];
        Array.ForEach(threads, thread => thread.Start());
        Assert.True(_tasks.TryFind(Environment.ProcessId, out TaskKey task));
        int[] ids = new int[512];
        Assert.Equal(Errno.None, _tasks.ListThreads(task, 0, 0, ids, out int count));
        Assert.InRange(count, 4, 511);
        Assert.Equal(Environment.ProcessId, ids[0]);
        int[] rest = new int[2];
        Assert.Equal(Errno.None, _tasks.ListThreads(task, ids[0], 1, rest, out int two));
        Assert.Equal(2, two);
        Assert.Equal(ids[0], rest[0]); // by its id, though the number says otherwise
        Assert.Equal(ids[1], rest[1]);
        leave.Set();
        Array.ForEach(threads, thread => thread.Join());
    }

    [Fact]
    public void A_count_of_groups_is_the_kernels()
    {
        int listed = Directory.GetDirectories("/proc").Count(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out _));
        Assert.InRange(_tasks.CountGroups(), listed / 2, listed * 2 + 100);
    }

    [Fact]
    public void An_end_is_told_for_who_is_watched()
    {
        using LiveTasks tasks = new(_procfs, new PidfdExits(bound: 1));
        using BlockingEnds ends = new(tasks);
        using Process process = Process.Start("sleep", "1000");
        Assert.True(tasks.TryFind(process.Id, out TaskKey task));
        if (!tasks.TellsEndOf(task))
        {
            Assert.Skip("no pidfds of threads on this kernel");
        }

        Assert.True(tasks.TryFind(Environment.ProcessId, out TaskKey other));
        Assert.False(tasks.TellsEndOf(other)); // over the bound
        Assert.False(tasks.TellsEnds);
        process.Kill();
        process.WaitForExit();
        Assert.True(ends.Wait(task));
    }

    [Fact]
    public void An_end_is_told_once_though_somebody_holds_a_copy_of_the_pidfd()
    {
        // As every process does that is just being started: it has all descriptors until it runs its program.
        using PidfdExits exits = new(bound: 1);
        using Process process = Process.Start("sleep", "1000");
        if (!exits.Watch(process.Id))
        {
            Assert.Skip("no pidfds of threads on this kernel");
        }

        string[] pidfds = [.. Directory.GetFiles("/proc/self/fdinfo").Where(info => IsOf(info, process.Id))];
        Assert.NotEmpty(pidfds);
        int[] copies = [.. pidfds.Select(info => Copy(int.Parse(Path.GetFileName(info), null)))];
        int told = 0;
        exits.ThreadEnded += _ => Interlocked.Increment(ref told);
        process.Kill();
        process.WaitForExit();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref told) > 0, TimeSpan.FromSeconds(30)));
        Thread.Sleep(100);
        Assert.Equal((1, 0), (Volatile.Read(ref told), exits.Count));
        Array.ForEach(copies, copy => Libc.Close(copy));

        static bool IsOf(string info, int id)
        {
            try
            {
                return File.ReadAllLines(info).Contains($"Pid:\t{id}");
            }
            catch (IOException)
            {
                return false; // closed meanwhile
            }
        }

        static int Copy(int descriptor)
        {
            Assert.Equal(Errno.None, Libc.Duplicate(descriptor, out int copy));
            return copy;
        }
    }

    private sealed class BlockingEnds : IDisposable
    {
        private readonly HashSet<TaskKey> _ended = [];
        private readonly LiveTasks _tasks;

        public BlockingEnds(LiveTasks tasks)
        {
            _tasks = tasks;
            _tasks.Ended += Add;
        }

        public bool Wait(TaskKey task) => SpinWait.SpinUntil(() => Has(task), TimeSpan.FromSeconds(20));

        public void Dispose() => _tasks.Ended -= Add;

        private bool Has(TaskKey task)
        {
            lock (_ended)
            {
                return _ended.Contains(task);
            }
        }

        private void Add(TaskKey task)
        {
            lock (_ended)
            {
                _ended.Add(task);
            }
        }
    }
}
