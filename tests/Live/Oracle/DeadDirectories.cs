using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>Directories and links of a task, held while it is reaped; and the next task with its id.</summary>
public class DeadDirectories(Subjects subjects) : LiveTest(subjects)
{
    public static readonly TheoryData<Side, string, Errno, Errno, Errno> Cases = MakeCases();

    private static TheoryData<Side, string, Errno, Errno, Errno> MakeCases()
    {
        TheoryData<Side, string, Errno, Errno, Errno> cases = [];
        foreach (Side side in new[] { Side.Kernel, Side.Bobbin })
        {
            cases.Add(side, "", Errno.ENOENT, Errno.ESRCH, Errno.None);
            cases.Add(side, "task", Errno.ENOENT, Errno.ESRCH, Errno.None);
            cases.Add(side, "fd", Errno.ENOENT, Errno.ENOENT, Errno.ENOENT);
            cases.Add(side, "fdinfo", Errno.ENOENT, Errno.ESRCH, Errno.None);
            cases.Add(side, "ns", Errno.ENOENT, Errno.ENOENT, Errno.None);
            cases.Add(side, "attr", Errno.ENOENT, Errno.ENOENT, Errno.None);
            cases.Add(side, "map_files", Errno.ENOENT, Errno.ENOENT, Errno.None);
            cases.Add(side, "task/ID", Errno.ENOENT, Errno.ENOENT, Errno.None);
            cases.Add(side, "net", Errno.EINVAL, Errno.ENOENT, Errno.None);
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_directory_of_a_reaped_task(Side side, string name, Errno list, Errno lookup, Errno status)
    {
        Actor actor = StartActor();
        int child = actor.Check("fork");
        string path = On(side)[$"{child}/{name.Replace("ID", $"{child}", StringComparison.Ordinal)}"].TrimEnd('/');
        int listed = MustOpen(path), held = MustOpen(path);
        string[] names = [.. Listing.Names(path).Skip(2).Take(1), "nobody"];
        actor.Check("end", child);
        actor.Check("reap", child);
        Assert.Equal(list, ErrnoOf(Native.GetDents(listed, 4096).Result));
        foreach (string inside in names)
        {
            Assert.Equal((inside, lookup), (inside, ErrnoOf(Native.StatAt(held, inside, Native.AT_SYMLINK_NOFOLLOW, out _))));
            Assert.Equal((inside, lookup), (inside, ErrnoOf(Native.OpenAt(held, inside))));
        }

        Errno found = ErrnoOf(Native.FStat(held, out Status after));
        Assert.Equal(status, found);
        if (found == Errno.None)
        {
            Assert.Equal((0u, 0u), (after.Uid, after.Gid));
        }

        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(path, out _)));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Dots_in_a_dead_task_directory(Side side)
    {
        Actor actor = StartActor();
        int child = actor.Check("fork");
        int held = actor.Check("open", On(side)[$"{child}"], 0);
        actor.Check("end", child);
        actor.Check("reap", child);
        Assert.Equal(Errno.ESRCH, ErrnoOf(actor.Number("openat", held, ".", 0)));
        Assert.Equal(Fidelity.Expect("dot", side, Errno.ESRCH, Errno.None), ErrnoOf(actor.Number("openat", held, "..", 0)));
        Assert.Equal(Errno.ESRCH, ErrnoOf(actor.Number("fchdir", held)));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Held_links_of_a_reaped_task(Side side)
    {
        Actor actor = StartActor();
        int child = actor.Check("fork");
        string[] names = ["cwd", "root", "exe", "fd/0", "ns/net", "ns/pid"];
        int[] held = [.. names.Select(name => MustOpen(On(side)[$"{child}/{name}"], Native.O_PATH | Native.O_NOFOLLOW))];
        actor.Check("end", child);
        actor.Check("reap", child);
        for (int i = 0; i < names.Length; i++)
        {
            Errno expected = names[i].StartsWith("ns/", StringComparison.Ordinal) ? Errno.EACCES : Errno.ENOENT;
            Assert.Equal((names[i], expected), (names[i], ErrnoOf(Native.ReadLinkAt(held[i], "", out _))));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void What_is_known_of_a_closed_descriptor_is_gone(Side side)
    {
        Actor actor = StartActor();
        int number = actor.Check("open-kind", "pipe");
        int link = MustOpen(On(side)[$"{actor.Id}/fd/{number}"], Native.O_PATH | Native.O_NOFOLLOW);
        int info = MustOpen(On(side)[$"{actor.Id}/fdinfo/{number}"]);
        Assert.True(Native.ReadLinkAt(link, "", out _) > 0);
        actor.Check("close", number);
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.ReadLinkAt(link, "", out _)));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.Read(info, new byte[100])));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(On(side)[$"{actor.Id}/fd/{number}"], out _)));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(On(side)[$"{actor.Id}/fdinfo/{number}"], out _)));
    }

    [Theory, MemberData(nameof(Sides))]
    public void The_next_task_with_the_same_id_is_another(Side side)
    {
        Actor actor = StartActor();
        int child = actor.Check("fork");
        string path = On(side)[$"{child}"];
        int file = MustOpen($"{path}/stat"), read = MustOpen($"{path}/comm"), folder = MustOpen(path), listed = MustOpen(path);
        Assert.Equal(3, Native.Read(read, new byte[3]));
        Native.Stat(path, out Status before);
        actor.Check("end", child);
        actor.Check("reap", child);
        Assert.SkipUnless(actor.Number("fork", child) == child, "the id was taken by somebody else");

        // While the new one lives, what was held stays that of the old one.
        Assert.Equal((0, "actor\n"), Native.Cat($"{path}/comm"));
        Assert.Equal(Errno.ESRCH, ErrnoOf(Native.Read(file, new byte[100])));
        Assert.Equal((0, "or\n"), Native.ReadAll(read));
        Assert.Equal(Errno.ESRCH, ErrnoOf(Native.OpenAt(folder, "stat")));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.GetDents(listed, 4096).Result));
        Native.Stat(path, out Status after);
        Assert.Equal(Fidelity.Expect("reused-inode", side, false, true), before.Inode == after.Inode);
        Assert.Equal((0, "actor\n"), Native.Cat($"{path}/comm"));
        Native.ReadLink($"/proc/self/fd/{folder}", out string text);
        Assert.Equal($"{path} (deleted)", text);
    }

    [Theory, MemberData(nameof(Sides))]
    public void When_another_thread_than_the_leader_executes_it_takes_the_leaders_id(Side side)
    {
        Actor actor = StartActor();
        (int leader, int thread) = actor.Pair("exec-child");
        string process = On(side)[$"{leader}"];
        int stat = MustOpen($"{process}/cmdline"), folder = MustOpen(process), old = MustOpen($"{process}/environ");
        int threadStat = MustOpen($"{process}/task/{thread}/stat"), threadFolder = MustOpen($"{process}/task/{thread}");
        Assert.Equal(0, actor.Number("exec-go", leader));
        Assert.StartsWith("after-exec\0wait\0", Native.ReadAll(stat).Text, StringComparison.Ordinal);
        Assert.Equal((0, "after-exec\0wait\0"), Native.Cat($"{process}/cmdline"));
        int again = Native.OpenAt(folder, "comm");
        Assert.True(again >= 0);
        Assert.Equal((0, "actor\n"), Native.ReadAll(again));
        Native.Close(again);
        Assert.Equal(0, Native.Read(old, new byte[100]));
        Assert.Equal(Errno.ESRCH, ErrnoOf(Native.Read(threadStat, new byte[100])));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.OpenAt(threadFolder, "stat")));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(On(side)[$"{thread}"], out _)));
        Assert.Equal([".", "..", $"{leader}"], Listing.Names($"{process}/task"));
    }
}
