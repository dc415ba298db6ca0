using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>Reads that are only submitted (AIO, io_uring), and those that shall pass the page cache by (O_DIRECT).</summary>
public class LaterReads(Subjects subjects) : LiveTest(subjects)
{
    [Theory, MemberData(nameof(Sides))]
    public void By_aio(Side side)
    {
        Assert.SkipUnless(Submit("aio", "/etc/passwd", 0) is [[not '-', ..]], "no AIO here");
        string version = Native.Cat("/proc/version").Text;
        string[] found = Submit("aio", On(side)["version"], 0, 3);
        Assert.Equal("63 " + version[..63], found[0]);
        Assert.Equal(Fidelity.Expect("later-reads", side, "63 " + version[3..66], "0 "), found[1]);
        Assert.Equal([Fidelity.Expect("later-reads", side, $"-{(int)Errno.EINVAL} ", "7 submit")], Submit("aio", On(side)["self/comm"], 0));
    }

    [Theory, MemberData(nameof(Sides))]
    public void By_io_uring(Side side)
    {
        Assert.SkipUnless(Submit("uring", "/etc/passwd", 0) is [[not '-', ..]], "no io_uring here");
        string version = Native.Cat("/proc/version").Text;
        Assert.Equal(["63 " + version[..63]], Submit("uring", On(side)["version"], 0));
        Assert.Equal(["7 submit"], Submit("uring", On(side)["self/comm"], 0));
        Assert.Equal([Fidelity.Expect("later-reads", side, "63 " + version[3..66], "0 ")], Submit("uring", On(side)["version"], 3));
        Assert.Equal([Fidelity.Expect("later-reads", side, "4 mit", "0 ")], Submit("uring", On(side)["self/comm"], 3));

        // Where the file stands, which such a read does not move on over FUSE.
        Assert.Equal(["7 submit", Fidelity.Expect("later-reads", side, "0 ", "7 submit")], Submit("uring", On(side)["self/comm"], -1, -1));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Nothing_is_opened_for_direct_reads(Side side)
    {
        foreach (string path in new[] { "uptime", "version", "self/comm", "self/status", "1/stat", "sys/kernel/ostype", "self/net/dev", "fs", "self/fd", "self" })
        {
            Assert.Equal((path, Errno.EINVAL), (path, Hold(On(side)[path], Native.O_DIRECT).Error));
        }

        Assert.Equal(Errno.ENOENT, Hold(On(side)["nobody"], Native.O_DIRECT).Error);
        int open = MustOpen(On(side)["self/comm"]);
        Assert.Equal(Fidelity.Expect("direct", side, Errno.EINVAL, Errno.None), ErrnoOf(Native.SetStatusFlags(open, Native.O_DIRECT)));
        Assert.Equal("Bobbin", Native.ReadAll(open).Text[..6]);
        Assert.Equal(Errno.EINVAL, ErrnoOf(Native.SetStatusFlags(MustOpen(On(side)["self/fd"]), Native.O_DIRECT)));
    }

    private static string[] Submit(string how, string path, params int[] offsets) =>
        Command.Check([Scratch.Compile("submit.c"), how, path, .. offsets.Select(offset => $"{offset}")]).TrimEnd('\n').Split('\n');
}
