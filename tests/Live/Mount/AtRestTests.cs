using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Mount;
using Bobbin.Table;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Mount;

/// <summary>A still table at rest: asked once, answered from the kernel's caches ever after.</summary>
public sealed class AtRestTests : LiveTest
{
    private readonly TaskTable _table;
    private readonly MountedProc _mount;

    public AtRestTests(Subjects subjects)
        : base(subjects)
    {
        _table = SampleTables.Many(10_000);
        _mount = Own(MountedProc.Of(_table, new ProcServerOptions { Mode = MountMode.AtRest }));
    }

    [Fact]
    public void The_second_time_nothing_is_asked()
    {
        string stat = _mount["5000/stat"];
        string text = Native.Cat(stat).Text;
        Assert.StartsWith("5000 (worker) S 1 ", text);
        Assert.Equal(0, Native.Stat(stat, out Status status));
        Assert.Equal(text.Length, status.Size);
        _mount.Costs(0, () => _mount.Server.Counters!.Total - _mount.Server.Counters[FuseOperation.Forget] - _mount.Server.Counters[FuseOperation.BatchForget], () =>
        {
            Assert.Equal(text, Native.Cat(stat).Text);
            Assert.Equal(0, Native.Stat(stat, out _));
        });
    }

    [Fact]
    public void No_open_is_sent_but_the_first()
    {
        Native.Cat(_mount["1/stat"]);
        Listing.Of(_mount["1"]);
        for (int id = 2000; id < 2010; id++)
        {
            Native.Cat(_mount[$"{id}/stat"]);
            Listing.Of(_mount[$"{id}"]);
        }

        Assert.Equal(1, _mount.Server.Counters![FuseOperation.Open]);
        Assert.Equal(1, _mount.Server.Counters[FuseOperation.OpenDirectory]);
        Assert.Equal(0, _mount.Server.Counters[FuseOperation.Release]);
        Assert.Equal(0, _mount.Server.Files.Handles.Count);
    }

    [Fact]
    public void A_listing_of_ten_thousand_is_whole_and_kept()
    {
        List<string> first = Listing.Of(_mount.Root);
        int[] ids = [.. first.Where(name => char.IsAsciiDigit(name[0])).Select(int.Parse)];
        Assert.Equal(_table.GroupCount, ids.Length);
        Assert.Equal(ids.Order(), ids);
        _mount.Costs(0, () => _mount.Server.Counters![FuseOperation.ReadDirectory], () => Assert.Equal(first, Listing.Of(_mount.Root)));
    }

    [Fact]
    public void The_mounts_own_counters_are_not_kept()
    {
        long first = _mount.Count("lookup");
        Native.Cat(_mount["3000/stat"]);
        Eventually(() => _mount.Count("lookup") > first, "the counters are read anew");
    }

    [Fact]
    public void Nothing_can_be_written()
    {
        string comm = _mount["4000/comm"];
        (Errno error, int descriptor) = Hold(comm, Native.O_WRONLY);
        Assert.Equal(Errno.EROFS, error == Errno.None ? ErrnoOf(Native.Write(descriptor, "x")) : error);
        Assert.Equal("worker\n", Native.Cat(comm).Text);
    }

    [Fact]
    public void A_shared_mount_is_refused() =>
        Assert.Throws<ArgumentException>(() => ProcServer.ForTable(new TableSource(_table), new ProcServerOptions { Mode = MountMode.AtRest, IsShared = true }));
}
