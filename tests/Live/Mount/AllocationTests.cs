using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Mount;
using Bobbin.Table;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Mount;

/// <summary>Runs with no other test, since what is measured is the whole process.</summary>
[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationCollection;

/// <summary>In a steady state a mount allocates nothing.</summary>
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests(Subjects subjects) : LiveTest(subjects, seconds: 120)
{
    private const int Operations = 20_000;

    [Fact]
    public void Opening_reading_and_closing_a_tables_file() => Measure(Own(MountedProc.Of(SampleTables.Many(100))), "50");

    [Fact]
    public void Opening_reading_and_closing_a_file_of_this_machine() =>
        Measure(Own(new MountedProc(ProcServer.ForLive(new ProcServerOptions { IsShared = true }), new FuseMountOptions { AllowOther = true })), "1");

    [Fact]
    public void Listing_a_tables_root()
    {
        MountedProc mount = Own(MountedProc.Of(SampleTables.Many(1000)));
        int root = MustOpen(mount.Root, Native.O_DIRECTORY);
        byte[] buffer = new byte[65536];
        AssertNothingAllocated(1000, () =>
        {
            Native.LSeek(root, 0, Native.SEEK_SET);
            while (Native.ListRaw(root, buffer) > 0)
            {
            }
        });
    }

    private static void Measure(MountedProc mount, string id)
    {
        string stat = mount[$"{id}/stat"];
        byte[] buffer = new byte[1024];
        AssertNothingAllocated(Operations, () =>
        {
            int descriptor = Native.Open(stat);
            Native.Read(descriptor, buffer);
            Native.Close(descriptor);
        });
    }

    /// <summary>The runtime itself allocates a little now and then, so the best of several rounds counts; one object an operation is 24 bytes.</summary>
    private static void AssertNothingAllocated(int count, Action operation)
    {
        for (int i = 0; i < count / 4; i++)
        {
            operation();
        }

        long best = long.MaxValue;
        for (int round = 0; round < 5 && best >= count; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < count; i++)
            {
                operation();
            }

            best = Math.Min(best, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.InRange(best, 0, count - 1);
    }
}
