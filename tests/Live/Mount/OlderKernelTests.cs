using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Live;
using Bobbin.Mount;
using Bobbin.Procfs;
using Bobbin.Table;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Mount;

/// <summary>How entries are taken back where the kernel or the machine offers less.</summary>
public sealed class OlderKernelTests(Subjects subjects) : LiveTest(subjects)
{
    private readonly TaskTable _table = TaskTable.Boot();

    [Fact]
    public void Names_are_taken_back_one_by_one_before_protocol_7_45()
    {
        MountedProc mount = MountTable(EndNotice.InvalidateEntry);
        for (int i = 0; i < 50; i++)
        {
            TableTask process = _table.Init.Spawn(TableProgram.Parse("/usr/bin/worker"u8));
            TableTask thread = process.CloneThread();
            string path = mount[$"{process.Id}"], other = mount[$"{process.Id}/task/{thread.Id}/comm"];
            int held = MustOpen(path, Native.O_DIRECTORY);
            Assert.Equal("worker\n", Native.Cat(path + "/comm").Text);
            Assert.Equal("worker\n", Native.Cat(other).Text);
            mount.Costs(0, () => mount.Server.Counters![FuseOperation.Lookup], () => Assert.Equal("worker\n", Native.Cat(other).Text));
            long told = mount.Server.Files.Lifetimes.Forgotten;
            thread.Exit();
            process.ExitGroup();
            _table.Init.TryReap(process, out _);
            Eventually(() => mount.Server.Files.Lifetimes.Forgotten == told + 2, "both ends are told");
            Assert.Equal(Errno.ENOENT, ErrnoOf(Native.Cat(other).Error));
            Assert.Equal(Errno.ENOENT, ErrnoOf(Native.Stat(path, out _)));
            Assert.Equal(0, Native.FStat(held, out _));
            Assert.Equal(Errno.ESRCH, ErrnoOf(Native.OpenAt(held, "comm")));
        }
    }

    [Fact]
    public void Without_anybody_to_tell_ends_every_name_is_asked_for()
    {
        MountedProc mount = MountTable(EndNotice.None);
        TableTask process = _table.Init.Spawn(TableProgram.Parse("/usr/bin/worker"u8));
        string comm = mount[$"{process.Id}/comm"];
        int held = MustOpen(mount[$"{process.Id}"], Native.O_DIRECTORY);
        long root = mount.Server.RootLookups;
        Assert.Equal("worker\n", Native.Cat(comm).Text);
        Assert.Equal("worker\n", Native.Cat(comm).Text);
        Assert.Equal(root + 2, mount.Server.RootLookups);
        process.ExitGroup();
        _table.Init.TryReap(process, out _);
        Assert.Equal(0, Native.FStat(held, out _));
        Assert.Equal(Errno.ESRCH, ErrnoOf(Native.OpenAt(held, "comm")));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.Cat(comm).Error));
    }

    [Fact]
    public void Under_hidepid_every_name_is_asked_for()
    {
        MountedProc mount = Own(MountedProc.Of(_table, new ProcServerOptions { View = new ProcView { HidePid = HidePid.NoAccess } }));
        Native.Cat(mount["1/comm"]);
        long root = mount.Server.RootLookups;
        Native.Cat(mount["1/comm"]);
        Assert.Equal(root + 1, mount.Server.RootLookups);
        Assert.Contains("entry-lifetime none\n", Native.Cat(mount["fs/bobbin/view"]).Text);
    }

    [Fact]
    public void Without_BPF_pidfds_tell_the_ends_of_as_many_as_are_watched()
    {
        MountedProc mount = Own(new MountedProc(ProcServer.ForLive(new ProcServerOptions(), -1, "", new PidfdExits(1), "ends told by pidfds")));
        Actor first = StartActor(), second = StartActor();
        for (int i = 0; i < 2; i++)
        {
            Native.Cat(mount[$"{first.Id}/stat"]);
            Native.Cat(mount[$"{second.Id}/stat"]);
        }

        mount.Costs(0, () => mount.Server.RootLookups, () => Native.Cat(mount[$"{first.Id}/stat"]));
        mount.Costs(1, () => mount.Server.RootLookups, () => Native.Cat(mount[$"{second.Id}/stat"]));
        first.Kill();
        Eventually(() => mount.Server.Files.Lifetimes.Forgotten == 1, "the end of the one that was watched is told");
        mount.Costs(0, () => mount.Server.RootLookups, () => Native.Cat(mount[$"{second.Id}/stat"]));
    }

    private MountedProc MountTable(EndNotice notice)
    {
        TableSource source = new(_table);
        ProcView view = new();
        ProcTree tree = new(source, new GeneratedContent(source, view, BareCredentials.CapableRoot), view, BareCredentials.CapableRoot);
        return Own(new MountedProc(new ProcServer(tree, "a table", null, null, _ => notice)));
    }
}
