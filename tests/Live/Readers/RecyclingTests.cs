using Bobbin.Snapshots;
using Bobbin.Sources;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Readers;

/// <summary>Reading again and again, into the memory of old snapshots.</summary>
public sealed class RecyclingTests(Subjects subjects) : LiveTest(subjects)
{
    [Theory]
    [InlineData(ReaderChoice.Proc, TaskFacets.None), InlineData(ReaderChoice.Proc, TaskFacets.Threads | TaskFacets.Credentials)]
    [InlineData(ReaderChoice.Bpf, TaskFacets.Threads | TaskFacets.Credentials)]
    public void Allocates_nothing_for_a_task(ReaderChoice choice, TaskFacets facets)
    {
        Actor actor = StartActor();
        for (int i = 0; i < 60; i++)
        {
            actor.Check("thread", "w");
        }

        using ITaskReader reader = TaskReaders.Open(choice);
        TaskSnapshot? last = null;
        long least = long.MaxValue;

        // Others may start and end meanwhile, which takes more room now and then.
        for (int round = 0; round < 50; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            last = reader.Read(facets, recycled: last);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // The snapshot itself, and its dictionary; the names of kernel threads alone once took 5 kB.
        Assert.InRange(least, 0, 400);
        Assert.True(last!.Threads.Count >= ((facets & TaskFacets.Threads) != 0 ? 60 : 1));
    }
}
