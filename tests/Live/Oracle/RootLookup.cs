using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>Names that are looked up in the root, in task/, in fd/ and in fdinfo/.</summary>
public class RootLookup(Subjects subjects) : LiveTest(subjects)
{
    public static readonly string[] NoNumbers =
    [
        "0", "00", "01", "007", "+1", "-1", " 1", "1 ", "1\n", "\n", "0x1", "1a", "1.", "1.0", "٣", "1e0", "4294967294", "4294967295", "4294967296",
        "4294967297", "18446744073709551616", "18446744073709551617", "00000000000000000001", "99999999999999999999",
        "2147483647", "2147483648", "4194304", "4194305", "...", "Self", "self ", "selfx", "thread_self", "UPTIME", "uptime\n", ".1",
    ];

    [Theory, MemberData(nameof(Sides))]
    public void What_is_no_id_and_no_entry_does_not_exist(Side side)
    {
        foreach (string name in NoNumbers)
        {
            Assert.Equal((name, Errno.ENOENT), (name, ErrnoOf(Native.LStat(On(side)[name], out _))));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void The_same_names_are_nobody_in_task_fd_and_fdinfo(Side side)
    {
        Actor actor = StartActor();
        foreach (string name in NoNumbers.Where(name => name is not "0"))
        {
            foreach (string folder in new[] { "task", "fd", "fdinfo" })
            {
                string path = $"{actor.Id}/{folder}/{name}";
                Assert.Equal((path, Errno.ENOENT), (path, ErrnoOf(Native.LStat(On(side)[path], out _))));
            }
        }

        Assert.Equal(0, Native.LStat(On(side)[$"{actor.Id}/fd/0"], out _));
        Assert.Equal(0, Native.LStat(On(side)[$"{actor.Id}/fdinfo/0"], out _));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Ids_with_something_before_or_after_are_nobody(Side side)
    {
        Actor actor = StartActor();
        Assert.Equal(0, Native.LStat(On(side)[$"{actor.Id}"], out _));
        foreach (string name in new[] { $"0{actor.Id}", $"+{actor.Id}", $"-{actor.Id}", $" {actor.Id}", $"{actor.Id} ", $"{actor.Id}\n", $"{actor.Id + (1L << 32)}" })
        {
            Assert.Equal((name, Errno.ENOENT), (name, ErrnoOf(Native.LStat(On(side)[name], out _))));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Long_names_do_not_exist(Side side)
    {
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(On(side)[new string('a', 255)], out _)));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(On(side)[new string('1', 255)], out _)));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(On(side)[new string('a', 256)], out _)));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(On(side)[new string('a', 4000)], out _)));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(On(side)["1/" + new string('a', 255)], out _)));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(On(side)["1/" + new string('a', 256)], out _)));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Dots_lead_to_the_root_and_out_of_it(Side side)
    {
        Assert.Equal(0, Native.Stat(On(side)["."], out Status status));
        Assert.Equal(1ul, status.Inode);
        Assert.Equal(0, Native.Stat(On(side)["1/.."], out status));
        Assert.Equal(1ul, status.Inode);
        Native.Stat(On(side)["1"], out Status one);
        Assert.Equal(0, Native.Stat(On(side)["1/task/.."], out status));
        Assert.Equal(one.Inode, status.Inode);
        Native.Stat(On(side)[".."], out status);
        Native.Stat(Scratch.Folder, out Status outside);
        Assert.Equal((outside.Inode, outside.Device), (status.Inode, status.Device));
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_thread_has_a_directory_that_no_listing_shows(Side side)
    {
        Actor actor = StartActor();
        int thread = actor.Check("thread", "worker");
        Assert.Equal((0, "worker\n"), Native.Cat(On(side)[$"{thread}/comm"]));
        Assert.Equal((0, "actor\n"), Native.Cat(On(side)[$"{actor.Id}/comm"]));
        Assert.Equal(Listing.Names(On(side)[$"{actor.Id}"]), Listing.Names(On(side)[$"{thread}"]));
        Assert.Equal(Listing.Names(On(side)[$"{actor.Id}/task"]), Listing.Names(On(side)[$"{thread}/task"]));
        Native.Stat(On(side)[$"{thread}"], out Status status);
        Assert.Equal(9u, status.Links);
        Assert.Matches($"^{thread} \\(worker\\) [RS] ", Native.Cat(On(side)[$"{thread}/stat"]).Text); // it may still be on its way to sleep
        Assert.Contains($"\nTgid:\t{actor.Id}\n", Native.Cat(On(side)[$"{thread}/status"]).Text, StringComparison.Ordinal);
        Assert.Contains($"\nPid:\t{thread}\n", Native.Cat(On(side)[$"{thread}/status"]).Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_name_that_does_not_exist_is_asked_again(Side side)
    {
        Actor actor = StartActor();
        int child = actor.Check("fork");
        actor.Check("end", child);
        actor.Check("reap", child);
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(On(side)[$"{child}"], out _)));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(On(side)[$"{child}/comm"], out _)));
        int again = actor.Number("fork", child);
        Assert.SkipUnless(again == child, "the id was taken by somebody else");
        Assert.Equal((0, "actor\n"), Native.Cat(On(side)[$"{child}/comm"]));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Wrong_kinds_of_open_are_refused(Side side)
    {
        string file = On(side)["1/status"], folder = On(side)["1"];
        Assert.Equal(Errno.ENOTDIR, ErrnoOf(Native.Open(file, Native.O_DIRECTORY)));
        Assert.Equal(Errno.ENOTDIR, ErrnoOf(Native.Open(file + "/", 0)));
        Assert.Equal(Errno.ENOTDIR, ErrnoOf(Native.Open(file + "/x", 0)));
        Assert.Equal(Errno.EISDIR, ErrnoOf(Native.Open(folder, Native.O_WRONLY)));
        Assert.Equal(Errno.EISDIR, ErrnoOf(Native.Open(folder, Native.O_RDWR)));
        Assert.Equal(Errno.EISDIR, ErrnoOf(Native.Read(MustOpen(folder), new byte[10])));
        Assert.Equal(Errno.ELOOP, ErrnoOf(Native.Open(On(side)["self"], Native.O_NOFOLLOW)));
        Assert.Equal(Errno.EBADF, ErrnoOf(Native.Read(MustOpen(file, Native.O_PATH), new byte[10])));
        Assert.Equal(Errno.ENOTDIR, ErrnoOf(Native.GetDents(MustOpen(file), 100).Result));
    }
}
