using Bobbin.Sources;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Finding;

/// <summary>The BPF program that runs through all ids finds those that the system call finds, whoever's they are.</summary>
public sealed class PidTableTests(Subjects subjects) : LiveTest(subjects)
{
    private static readonly int s_limit = int.Parse(File.ReadAllText("/proc/sys/kernel/pid_max"), System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public void It_finds_what_the_system_call_finds()
    {
        using Actor actor = new();
        int thread = actor.Check("thread", "worker");
        int zombie = actor.Check("zombie", 3);
        using PidTable table = PidTable.TryOpen() ?? throw new InvalidOperationException("no BPF");

        // Tasks come and go: what was there all the while is found each time, and what was not there at all, never.
        IdSet before = ByCall();
        IdSet found = new();
        table.Find(s_limit, found, null, TestContext.Current.CancellationToken);
        IdSet after = ByCall();
        Assert.DoesNotContain(before.Ids, id => after.Contains(id) && !found.Contains(id) && !IsOfFirst(id));
        Assert.All((int[])[actor.Id, thread, zombie, Environment.ProcessId], id => Assert.True(found.Contains(id)));
        Assert.DoesNotContain(found.Ids, id => id >= s_limit);
    }

    [Fact]
    public void Only_below_the_limit()
    {
        using Actor actor = new();
        using PidTable table = PidTable.TryOpen() ?? throw new InvalidOperationException("no BPF");
        IdSet found = new();
        table.Find(actor.Id, found, null, TestContext.Current.CancellationToken);
        Assert.False(found.Contains(actor.Id));
        table.Find(actor.Id + 1, found, null, TestContext.Current.CancellationToken);
        Assert.True(found.Contains(actor.Id));
    }

    private static IdSet ByCall()
    {
        IdSet found = new();
        new IdScan(TaskViews.Existence, null, TestContext.Current.CancellationToken).Run(s_limit, null, Existence.Has, found);
        return found;
    }

    // Some virtual machines' kernels keep it from BPF.
    private static bool IsOfFirst(int id) => Directory.Exists($"/proc/1/task/{id}");
}
