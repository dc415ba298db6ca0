using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using Bobbin.Snapshots;
using Bobbin.Sources;
using Bobbin.Tasks;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Readers;

/// <summary>Both readers give the same values, which are those of /proc's text.</summary>
public sealed class ReadersAgree : LiveTest
{
    private const TaskFacets Everything = TaskFacets.Threads | TaskFacets.Credentials;

    private static readonly PropertyInfo[] s_threadFields = FieldsOf<ThreadRow>("Process");
    private static readonly PropertyInfo[] s_processFields = FieldsOf<ProcessRow>("Leader", "Threads", "Parent", "Children");

    private readonly ITaskReader _bpf;
    private readonly ITaskReader _proc;

    public ReadersAgree(Subjects subjects)
        : base(subjects)
    {
        _bpf = Own(TaskReaders.Open(ReaderChoice.Bpf));
        _proc = Own(TaskReaders.Open(ReaderChoice.Proc));
    }

    [Fact]
    public void Field_by_field_for_every_task()
    {
        using Population population = new();
        foreach (TaskFacets facets in (TaskFacets[])[Everything, TaskFacets.None])
        {
            // What runs between the two differs once; what differs every time is another value.
            HashSet<string>? persistent = null;
            for (int round = 0; round < 40 && persistent is not { Count: 0 }; round++)
            {
                HashSet<string> now = Differences(_bpf.Read(facets), _proc.Read(facets));
                persistent = persistent is null ? now : [.. persistent.Intersect(now)];
            }

            Assert.Empty(persistent!);
        }
    }

    [Fact]
    public void Every_kind_of_task_is_as_it_was_made()
    {
        using Population population = new();
        Asleep([population.Many.Id, .. population.Threads, .. population.Children]);
        Eventually(() => _proc.Read().Processes.Any(process => process.ParentId == population.OnTerminal.Id && process.Terminal != 0), "a terminal");
        foreach (ITaskReader reader in (ITaskReader[])[_bpf, _proc])
        {
            TaskSnapshot tasks = reader.Read(Everything);
            ProcessRow many = Process(tasks, population.Many.Id);
            Assert.Equal(61, many.ThreadCount);
            Assert.Equal(Sorted([population.Many.Id, .. population.Threads]), many.Threads.Select(thread => thread.Id));
            Assert.True(many.Leader.IsLeader);
            Assert.True(tasks.TryFindThread(population.Threads[7], out ThreadRow worker));
            Assert.Equal("t) R 0 (7", Encoding.UTF8.GetString(worker.Name));
            Assert.Equal(many.Id, worker.Process.Id);
            Assert.False(worker.IsLeader);
            Assert.Equal(Encoding.Latin1.GetBytes("a b) R 1\n\x1b[1m\xff"), Process(tasks, population.Hostile.Id).Name.ToArray());

            Assert.Equal(population.Children.Count, tasks.Processes.Count(process => process.ParentId == population.Parent.Id && process.State == TaskState.Sleeping));
            Assert.Equal(TaskState.Zombie, Process(tasks, population.Zombie).State);
            Assert.Equal(0u, Process(tasks, population.Zombie).VirtualBytes);
            ProcessRow headless = Process(tasks, population.ZombieLeaderIds.First);
            Assert.Equal(TaskState.Zombie, headless.State);
            Assert.Equal(2, headless.ThreadCount);
            Assert.Equal(Sorted([population.ZombieLeaderIds.First, population.ZombieLeaderIds.Second]), headless.Threads.Select(thread => thread.Id));

            Assert.Equal((7, 27), (Process(tasks, population.Nice.Id).Leader.Nice, Process(tasks, population.Nice.Id).Leader.Priority));
            ThreadRow realTime = Process(tasks, population.RealTime.Id).Leader;
            Assert.Equal((SchedulingPolicy.SCHED_RR, 5, -6), (realTime.Policy, realTime.RealTimePriority, realTime.Priority));
            Assert.Equal(SchedulingPolicy.SCHED_BATCH, Process(tasks, population.Batch.Id).Leader.Policy);
            ProcessRow other = Process(tasks, population.OtherUser.Id);
            Assert.Equal((4242u, 4242u, 4242u, 4242u), (other.UserId!.Value, other.EffectiveUserId!.Value, other.GroupId!.Value, other.EffectiveGroupId!.Value));

            ProcessRow onTerminal = tasks.Processes.Single(process => process.ParentId == population.OnTerminal.Id);
            Assert.Equal(136, (onTerminal.Terminal >> 8) & 0xFFF); // UNIX98_PTY_SLAVE_MAJOR
            Assert.Equal(onTerminal.ProcessGroupId, onTerminal.ForegroundGroupId);
            Assert.Equal((0, -1), (many.Terminal, many.ForegroundGroupId));

            ProcessRow kthreadd = Process(tasks, 2);
            Assert.True(kthreadd.IsKernelThread);
            Assert.Equal(("kthreadd", 0ul, 0), (Encoding.UTF8.GetString(kthreadd.Name), kthreadd.VirtualBytes, kthreadd.ParentId));
        }
    }

    [Fact]
    public void The_names_of_kernel_threads_are_whole()
    {
        foreach (ITaskReader reader in (ITaskReader[])[_bpf, _proc])
        {
            TaskSnapshot tasks = reader.Read();
            ThreadRow[] named = [.. tasks.Threads.Where(thread => thread.IsKernelThread && thread.Name.Length > 15)];
            Assert.NotEmpty(named); // kworker/R-..., which lives as long as its work queue
            ThreadRow rescuer = named.First(thread => Encoding.UTF8.GetString(thread.Name).StartsWith("kworker/R-", StringComparison.Ordinal));
            Assert.Equal(File.ReadAllText($"/proc/{rescuer.Id}/comm"), Encoding.UTF8.GetString(rescuer.Name) + "\n");
        }
    }

    [Fact]
    public void Values_are_those_of_the_text()
    {
        using Population population = new();
        Asleep([population.Many.Id, .. population.Threads]);
        foreach (ITaskReader reader in (ITaskReader[])[_bpf, _proc])
        {
            TaskSnapshot tasks = reader.Read(Everything);
            foreach (int id in (int[])[population.Many.Id, population.Hostile.Id, population.ZombieLeaderIds.First, population.RealTime.Id])
            {
                ProcessRow process = Process(tasks, id);
                string[] text = Encoding.Latin1.GetString(File.ReadAllBytes($"/proc/{id}/stat")).Split(") ")[^1].Split(' ');
                string Field(int number) => text[number - 3];
                Assert.Equal(
                    string.Join(' ', text[..7]),
                    $"{(char)process.State} {process.ParentId} {process.ProcessGroupId} {process.SessionId} {process.Terminal} {process.ForegroundGroupId} {(uint)process.Leader.Flags}");
                Assert.Equal(Field(14), Ticks(process.UserTime));
                Assert.Equal(Field(15), Ticks(process.SystemTime));
                Assert.Equal(Field(20), $"{process.ThreadCount}");
                Assert.Equal(Field(22), $"{process.Identity.StartTicks}");
                Assert.Equal(Field(23), $"{process.VirtualBytes}");
                Assert.Equal(Field(24), $"{process.ResidentBytes / (ulong)Environment.SystemPageSize}");
                Assert.Equal(Field(25), $"{process.ResidentLimit}");
                Assert.Equal(Field(38), $"{process.ExitSignal}");
            }
        }
    }

    [Fact]
    public void Under_load_within_a_tick()
    {
        using Process busy = System.Diagnostics.Process.Start(new ProcessStartInfo("sh", ["-c", "while :; do :; done"]))!;
        try
        {
            for (int i = 0; i < 30; i++)
            {
                long before = Total(_bpf.Read());
                long between = Total(_proc.Read());
                long after = Total(_bpf.Read());
                Assert.InRange(between, before - 1, after + 1);
                Thread.Sleep(3);
            }
        }
        finally
        {
            busy.Kill();
            busy.WaitForExit();
        }

        // In ticks: user and system time are each cut to whole ones.
        long Total(TaskSnapshot tasks) => (Process(tasks, busy.Id).UserTime + Process(tasks, busy.Id).SystemTime).Ticks / 100_000;
    }

    [Fact]
    public void Tasks_that_die_meanwhile_fail_nothing()
    {
        using Process storm = System.Diagnostics.Process.Start(new ProcessStartInfo("sh", ["-c", "i=0; while [ $i -lt 1000 ]; do i=$((i+1)); : & : & : & : & : & : & : & : & : & : & wait; done"]))!;
        int snapshots = 0;
        while (!storm.HasExited)
        {
            foreach (ITaskReader reader in (ITaskReader[])[_bpf, _proc])
            {
                TaskSnapshot tasks = reader.Read(Everything);
                Assert.True(tasks.TryFindProcess(Environment.ProcessId, out ProcessRow self));
                Assert.Equal(Environment.ProcessId, self.Id);
                Assert.All(tasks.Processes, process => Assert.Equal(process.Id, process.Leader.Id));
                Assert.Equal(tasks.Threads.Count, tasks.Threads.Select(thread => thread.Identity).Distinct().Count());
                snapshots++;
            }
        }

        Assert.True(snapshots > 2);
    }

    private static ProcessRow Process(TaskSnapshot tasks, int id) =>
        tasks.TryFindProcess(id, out ProcessRow process) ? process : throw new InvalidOperationException($"{id} is not in the snapshot");

    private static string Ticks(TimeSpan time) => (time.Ticks / 100_000).ToString(CultureInfo.InvariantCulture);

    private static int[] Sorted(int[] ids) => [.. ids.Order()];

    // Start times by the clock depend on when the snapshot was taken; the identity has them in ticks.
    private static PropertyInfo[] FieldsOf<T>(params string[] without) =>
        [.. typeof(T).GetProperties().Where(property => !property.PropertyType.IsByRefLike && property.Name != "StartTime" && !without.Contains(property.Name))];

    private static HashSet<string> Differences(TaskSnapshot left, TaskSnapshot right)
    {
        HashSet<string> found = [];
        Compare(found, s_threadFields, Threads(left), Threads(right));
        Compare(found, s_processFields, Processes(left), Processes(right));
        foreach (ThreadRow thread in left.Threads)
        {
            if (right.TryFindThread(thread.Id, out ThreadRow other) && !thread.Name.SequenceEqual(other.Name))
            {
                found.Add($"{thread.Id} name");
            }
        }

        return found;
    }

    private static Dictionary<int, object> Threads(TaskSnapshot tasks) => tasks.Threads.ToDictionary(row => row.Id, row => (object)row);

    private static Dictionary<int, object> Processes(TaskSnapshot tasks) => tasks.Processes.ToDictionary(row => row.Id, row => (object)row);

    private static void Compare(HashSet<string> found, PropertyInfo[] fields, Dictionary<int, object> left, Dictionary<int, object> right)
    {
        foreach (int id in left.Keys.Concat(right.Keys).Distinct())
        {
            if (!left.TryGetValue(id, out object? one) || !right.TryGetValue(id, out object? other))
            {
                found.Add($"{id} is missing");
                continue;
            }

            foreach (PropertyInfo field in fields.Where(field => !Equals(field.GetValue(one), field.GetValue(other))))
            {
                found.Add($"{id} {field.DeclaringType!.Name}.{field.Name}"); // not the values: they move
            }
        }
    }
}
