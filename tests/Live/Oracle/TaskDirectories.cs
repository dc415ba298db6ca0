using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>The entries of /proc/PID and of /proc/PID/task/TID: order, positions, attributes, group and thread variants.</summary>
public class TaskDirectories(Subjects subjects) : LiveTest(subjects)
{
    [Theory, MemberData(nameof(Sides))]
    public void Entries_stand_in_the_kernels_order(Side side)
    {
        Actor actor = StartActor();
        int thread = actor.Check("thread", "worker");
        foreach (string path in new[] { $"{actor.Id}", $"{thread}", $"{actor.Id}/task/{thread}", $"{actor.Id}/task/{actor.Id}" })
        {
            var expected = Listing.Read($"/proc/{path}").Records.Select(record => (record.Name, record.Type));
            var found = Listing.Read(On(side)[path]).Records.Select(record => (record.Name, record.Type));
            Assert.Equal(expected, found);
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_position_is_the_index(Side side)
    {
        int descriptor = MustOpen(On(side)[$"{StartActor().Id}"]);
        List<Dirent> all = Listing.Rest(descriptor);
        Assert.Equal(Enumerable.Range(1, all.Count).Select(i => (long)i), all.Select(record => record.Next));
        Assert.Equal(5, Native.LSeek(descriptor, 5, Native.SEEK_SET));
        Assert.Equal(all.Skip(5).Select(record => record.Name), Listing.Rest(descriptor).Select(record => record.Name));
        Assert.Equal(1000, Native.LSeek(descriptor, 1000, Native.SEEK_SET));
        Assert.Empty(Listing.Rest(descriptor));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Only_a_process_has_these_and_only_a_thread_those(Side side)
    {
        Actor actor = StartActor();
        List<string> process = Listing.Names(On(side)[$"{actor.Id}"]), thread = Listing.Names(On(side)[$"{actor.Id}/task/{actor.Id}"]);
        Assert.Equal(["autogroup", "coredump_filter", "map_files", "mountstats", "task", "timens_offsets", "timers", "timerslack_ns"],
            process.Except(thread).Order(StringComparer.Ordinal));
        Assert.Equal(["children"], thread.Except(process));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Every_entry_has_the_kernels_attributes(Side side)
    {
        Actor actor = StartActor();
        int thread = actor.Check("thread", "worker");
        int zombie = actor.Check("zombie");
        foreach (string folder in new[] { $"{actor.Id}", $"{thread}", $"{actor.Id}/task/{thread}", $"{zombie}", $"{zombie}/task/{zombie}", "2" })
        {
            foreach (string name in Listing.Names($"/proc/{folder}").Where(name => name != ".."))
            {
                int expected = Native.LStat($"/proc/{folder}/{name}", out Status kernel);
                int found = Native.LStat(On(side)[$"{folder}/{name}"], out Status status);
                Assert.Equal((folder, name, ErrnoOf(expected), kernel.Mode, kernel.Uid, kernel.Gid, kernel.Size, kernel.Blocks),
                    (folder, name, ErrnoOf(found), status.Mode, status.Uid, status.Gid, status.Size, status.Blocks));
                Assert.Equal((folder, name, kernel.Links), (folder, name, status.Links));
            }
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Records_carry_the_inodes_that_stat_shows(Side side)
    {
        Actor actor = StartActor();
        foreach (string folder in new[] { $"{actor.Id}", $"{actor.Id}/task", $"{actor.Id}/fd", $"{actor.Id}/ns", $"{actor.Id}/net" })
        {
            HashSet<ulong> seen = [];
            int descriptor = MustOpen(On(side)[folder]);
            foreach (Dirent record in Listing.Rest(descriptor).Where(record => record.Name is not "." and not ".."))
            {
                Assert.Equal((record.Name, 0), (record.Name, Native.StatAt(descriptor, record.Name, Native.AT_SYMLINK_NOFOLLOW, out Status status)));
                Assert.Equal((folder, record.Name, status.Inode), (folder, record.Name, record.Inode));
                Assert.True(seen.Add(status.Inode), $"{folder}/{record.Name}: inode {status.Inode} twice");
            }
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Inodes_stay_while_something_is_open(Side side)
    {
        Actor actor = StartActor();
        string path = On(side)[$"{actor.Id}/stat"];
        int descriptor = MustOpen(path);
        Native.FStat(descriptor, out Status one);
        Native.Stat(path, out Status two);
        Assert.Equal((one.Inode, one.Device), (two.Inode, two.Device));
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_process_speaks_for_its_group_and_a_thread_for_itself(Side side)
    {
        Actor actor = StartActor();
        int thread = actor.Check("thread", "worker");
        string Field(string path, int index) => Native.Cat(On(side)[path]).Text.Split(") ")[1].Split(' ')[index - 3];
        Assert.Equal("2", Field($"{actor.Id}/stat", 20));
        Assert.Equal("2", Field($"{actor.Id}/task/{thread}/stat", 20));
        Assert.Equal("17", Field($"{actor.Id}/stat", 38));
        Assert.Equal("-1", Field($"{thread}/stat", 38));
        Assert.StartsWith($"{thread} (worker) ", Native.Cat(On(side)[$"{actor.Id}/task/{thread}/stat"]).Text, StringComparison.Ordinal);
        foreach (string name in new[] { "limits", "cmdline", "oom_score_adj", "coredump_filter" })
        {
            Assert.Equal((name, Native.Cat(On(side)[$"{actor.Id}/{name}"])), (name, Native.Cat(On(side)[$"{thread}/{name}"])));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Quiet_files_say_what_the_kernel_says(Side side)
    {
        // In a mount namespace of its own, so that nobody else's mounts disturb.
        Actor actor = StartActor("unshare", "--mount");
        int thread = actor.Check("thread", "wor ker)\n\\");
        int child = actor.Check("fork");
        Asleep(actor.Id, thread, child);
        string[] names =
        [
            "cmdline", "comm", "environ", "auxv", "maps", "limits", "cgroup", "cpuset", "loginuid", "sessionid", "oom_score_adj", "oom_adj", "personality",
            "uid_map", "gid_map", "projid_map", "setgroups", "mountinfo", "mounts", "timers", "timerslack_ns", "coredump_filter", "statm", "wchan",
            "fdinfo/0", "net/unix", "net/protocols", "timens_offsets", "stack", "syscall",
        ];
        foreach (string folder in new[] { $"{actor.Id}", $"{thread}", $"{actor.Id}/task/{thread}", $"{child}" })
        {
            foreach (string name in names)
            {
                if (name is "net/unix" or "net/protocols")
                {
                    Assert.Equal((name, 0), (name, Native.Cat(On(side)[$"{folder}/{name}"]).Error));
                    continue;
                }

                Assert.Equal((folder, name, Native.Cat($"/proc/{folder}/{name}")), (folder, name, Native.Cat(On(side)[$"{folder}/{name}"])));
            }
        }

        Assert.Equal((0, "wor ker)\n\\\n"), Native.Cat(On(side)[$"{thread}/comm"]));
        Assert.StartsWith("Name:\twor ker)\\n\\\\\n", Native.Cat(On(side)[$"{thread}/status"]).Text, StringComparison.Ordinal);
        Assert.Equal((0, $"{child} "), Native.Cat(On(side)[$"{actor.Id}/task/{actor.Id}/children"]));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Owners_follow_the_task_and_what_may_be_dumped(Side side)
    {
        Actor actor = StartActorAs(1234);
        (uint, uint) Owner(string path)
        {
            Assert.Equal((path, 0), (path, Native.LStat(On(side)[$"{actor.Id}/{path}"], out Status status)));
            return (status.Uid, status.Gid);
        }

        foreach (string name in new[] { "", "task", "fdinfo", "net", "attr", "stat", "comm", "fd", "ns", "cwd" })
        {
            Assert.Equal((name, (1234u, 1234u)), (name, Owner(name)));
        }

        Assert.Equal(0, actor.Number("dumpable", 0));
        foreach (string name in new[] { "", "task", "fdinfo", "net", "attr" })
        {
            Assert.Equal((name, (1234u, 1234u)), (name, Owner(name)));
        }

        foreach (string name in new[] { "stat", "comm", "fd", "ns", "cwd" })
        {
            Assert.Equal((name, (0u, 0u)), (name, Owner(name)));
        }

        Assert.Equal(0, actor.Number("dumpable", 1));
        Assert.Equal((1234u, 1234u), Owner("stat"));
    }
}
