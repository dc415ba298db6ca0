using System.Diagnostics;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Fuse;

/// <summary>What the server tells the kernel unasked, seen by which requests come afterwards.</summary>
[Collection("a FUSE server in this process")]
public sealed class FuseNotificationTests(Subjects subjects) : LiveTest(subjects)
{
    private const ulong FileNode = 2;

    [Fact]
    public void A_name_is_looked_up_again_after_its_invalidation()
    {
        Served served = Serve();
        Assert.Equal(0, Lookups(served));
        Assert.Equal(Errno.None, served.Server.Notifications.InvalidateEntry(FuseFileSystem.RootNode, "file"u8));
        Assert.Equal(1, Lookups(served));
        Assert.Equal(0, Lookups(served));
        Assert.Equal(Errno.None, served.Server.Notifications.InvalidateEntry(FuseFileSystem.RootNode, "file"u8, expireOnly: true));
        Assert.Equal(1, Lookups(served));
        Assert.Equal(Errno.None, served.Server.Notifications.Delete(FuseFileSystem.RootNode, FileNode, "file"u8));
        Assert.Equal(1, Lookups(served));
    }

    [Fact]
    public void Pruned_nodes_lose_their_names()
    {
        Served served = Serve();
        Assert.SkipUnless(served.Server.Protocol.MinorVersion >= 45, "the kernel has no FUSE_NOTIFY_PRUNE");
        Assert.Equal(Errno.None, served.Server.Notifications.Prune([FileNode, 12345]));
        Assert.Equal(1, Lookups(served));
        Assert.Equal(0, Lookups(served));
        ulong[] many = new ulong[1000];
        many[^1] = FileNode;
        Assert.Equal(Errno.None, served.Server.Notifications.Prune(many));
        Assert.Equal(1, Lookups(served));
    }

    [Fact]
    public void Attributes_are_asked_for_again_after_their_invalidation()
    {
        Served served = Serve();
        long before = served.Server.Counters[FuseOperation.GetAttributes];
        Command.Check("stat", served["file"]);
        Assert.Equal(before, served.Server.Counters[FuseOperation.GetAttributes]);
        Assert.Equal(Errno.None, served.Server.Notifications.InvalidateInode(FileNode, -1));
        Command.Check("stat", served["file"]);
        Assert.Equal(before + 1, served.Server.Counters[FuseOperation.GetAttributes]);
    }

    [Fact]
    public void What_the_kernel_does_not_know_is_ENOENT_and_what_cannot_be_a_name_EINVAL()
    {
        FuseNotifications notifications = Serve().Server.Notifications;
        Assert.Equal(Errno.ENOENT, notifications.InvalidateInode(999));
        Assert.Equal(Errno.ENOENT, notifications.InvalidateEntry(FuseFileSystem.RootNode, "unknown"u8));
        Assert.Equal(Errno.ENOENT, notifications.InvalidateEntry(999, "file"u8));
        Assert.Equal(Errno.EINVAL, notifications.InvalidateEntry(FuseFileSystem.RootNode, ""u8));
        Assert.Equal(Errno.EINVAL, notifications.InvalidateEntry(FuseFileSystem.RootNode, "a\0b"u8));
        Assert.Equal(Errno.EINVAL, notifications.Delete(FuseFileSystem.RootNode, FileNode, new byte[4096]));
    }

    [Fact]
    public void Who_polls_is_woken()
    {
        Served served = Serve();
        Process poller = served.StartClient("/usr/bin/python3", "-c", "import select, sys; f = open(sys.argv[1]); p = select.poll(); p.register(f, select.POLLIN); print(p.poll()[0][1])", served["file"]);
        Eventually(() => served.Files.PollHandle != 0, "it polls");
        Assert.False(poller.HasExited);
        served.Files.Ready = true;
        Assert.Equal(Errno.None, served.Server.Notifications.WakePoll(served.Files.PollHandle));
        Assert.True(poller.WaitForExit(20_000), "it is woken");
        Assert.Equal("1\n", poller.StandardOutput.ReadToEnd());
    }

    /// <summary>A mount whose names and attributes live long, with "file" known to the kernel.</summary>
    private Served Serve()
    {
        Served served = Own(new Served());
        served.Files.Lifetime = TimeSpan.FromHours(1);
        Command.Check("stat", served["file"]);
        return served;
    }

    /// <summary>How many lookups a stat(2) of "file" takes.</summary>
    private static long Lookups(Served served)
    {
        long before = served.Server.Counters[FuseOperation.Lookup];
        Command.Check("stat", served["file"]);
        return served.Server.Counters[FuseOperation.Lookup] - before;
    }
}
