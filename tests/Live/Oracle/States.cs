using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>Files of zombies, and of tasks that were reaped while the file was open: fresh, and partly read.</summary>
public class States(Subjects subjects) : LiveTest(subjects)
{
    /// <summary>Files that make their text at the first read and hand it out in parts.</summary>
    private static readonly string[] s_snapshots =
    [
        "status", "personality", "limits", "sched", "autogroup", "comm", "syscall", "stat", "statm", "wchan", "schedstat", "cpuset", "cgroup",
        "oom_score", "io", "timerslack_ns",
    ];

    [Theory, MemberData(nameof(Sides))]
    public void A_zombie_still_answers(Side side)
    {
        Actor actor = StartActor();
        string zombie = On(side)[$"{actor.Check("zombie")}"];
        foreach (string name in s_snapshots.Concat(["oom_adj", "oom_score_adj", "loginuid", "sessionid", "uid_map", "gid_map", "projid_map", "setgroups"]))
        {
            (int error, string text) = Native.Cat($"{zombie}/{name}");
            Assert.Equal((name, Errno.None, true), (name, ErrnoOf(error), text.Length > 0));
        }

        foreach (string name in new[] { "stack", "timens_offsets", "ksm_stat", "ksm_merging_pages", "maps", "smaps", "numa_maps", "cmdline", "coredump_filter", "timers" })
        {
            Assert.Equal((name, (0, "")), (name, Native.Cat($"{zombie}/{name}")));
        }

        foreach ((string names, Errno error) in new[] { ("smaps_rollup environ auxv mem pagemap", Errno.ESRCH), ("mounts mountinfo mountstats", Errno.EINVAL), ("net/dev", Errno.ENOENT) })
        {
            foreach (string name in names.Split(' '))
            {
                Assert.Equal((name, error), (name, ErrnoOf(Native.Open($"{zombie}/{name}"))));
            }
        }

        foreach (string name in new[] { "fd", "fdinfo", "map_files" })
        {
            Assert.Equal([".", ".."], Listing.Names($"{zombie}/{name}"));
        }

        Assert.Equal(Listing.Names(On(side)["self/ns"]), Listing.Names($"{zombie}/ns"));
        Assert.Equal([".", "..", Path.GetFileName(zombie)], Listing.Names($"{zombie}/task"));
        Assert.Equal(Errno.EINVAL, Listing.Read($"{zombie}/net").Error);
        Assert.DoesNotContain("VmSize", Native.Cat($"{zombie}/status").Text, StringComparison.Ordinal);
        Assert.Contains("FDSize:\t0\n", Native.Cat($"{zombie}/status").Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_kernel_thread_answers(Side side)
    {
        string thread = On(side)["2"];
        foreach (string name in new[] { "environ", "auxv", "mem", "pagemap", "smaps_rollup" })
        {
            Assert.Equal((name, Errno.ESRCH), (name, ErrnoOf(Native.Open($"{thread}/{name}"))));
        }

        foreach (string name in new[] { "maps", "smaps", "numa_maps", "cmdline" })
        {
            Assert.Equal((name, (0, "")), (name, Native.Cat($"{thread}/{name}")));
        }

        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.ReadLink($"{thread}/exe", out _)));
        Assert.True(Native.ReadLink($"{thread}/cwd", out string cwd) == 1 && cwd == "/");
        Assert.True(Native.ReadLink($"{thread}/root", out string root) == 1 && root == "/");
        Assert.Equal([".", ".."], Listing.Names($"{thread}/fd"));
        Assert.Contains("Kthread:\t1\n", Native.Cat($"{thread}/status").Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_file_opened_while_the_task_lived_and_read_when_it_is_gone(Side side)
    {
        (string Names, Errno Error, bool Text)[] rows =
        [
            (string.Join(' ', s_snapshots), Errno.ESRCH, false),
            ("stack maps smaps numa_maps smaps_rollup cmdline oom_adj oom_score_adj loginuid sessionid coredump_filter timers arch_status ksm_stat", Errno.ESRCH, false),
            ("environ mem pagemap", Errno.None, false),
            ("auxv mounts mountinfo mountstats uid_map gid_map projid_map setgroups net/dev", Errno.None, true),
        ];
        Actor actor = StartActor();
        int child = actor.Check("fork");
        string folder = On(side)[$"{child}"];
        Dictionary<string, int> open = rows.SelectMany(row => row.Names.Split(' ')).ToDictionary(name => name, name => MustOpen($"{folder}/{name}"));
        actor.Check("end", child);
        actor.Check("reap", child);
        foreach ((string names, Errno error, bool text) in rows)
        {
            foreach (string name in names.Split(' '))
            {
                (int result, string found) = Native.ReadAll(open[name]);
                Assert.Equal((name, error, text), (name, ErrnoOf(result), found.Length > 0));
                Assert.Equal((name, Errno.None), (name, ErrnoOf(Native.FStat(open[name], out Status status))));
                Assert.Equal((name, 0u), (name, status.Uid));
            }
        }

        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.Open($"{folder}/stat")));
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_file_partly_read_while_the_task_lived(Side side)
    {
        Actor actor = StartActor();
        int child = actor.Check("fork");
        string folder = On(side)[$"{child}"];
        string[] evaluated = ["oom_adj", "oom_score_adj", "loginuid", "sessionid", "cmdline", "coredump_filter"];
        Dictionary<string, (int Descriptor, string Whole)> open = [];
        foreach (string name in s_snapshots.Concat(evaluated))
        {
            int descriptor = MustOpen($"{folder}/{name}");
            string whole = Native.Cat($"{folder}/{name}").Text;
            Assert.Equal(1, Native.Read(descriptor, new byte[1]));
            open[name] = (descriptor, whole);
        }

        actor.Check("end", child);
        actor.Check("reap", child);
        foreach (string name in s_snapshots)
        {
            (int error, string rest) = Native.ReadAll(open[name].Descriptor);
            Assert.Equal((name, Errno.None), (name, ErrnoOf(error)));
            if (name is not "sched" and not "schedstat" and not "stat" and not "status" and not "oom_score")
            {
                Assert.Equal((name, open[name].Whole[1..]), (name, rest));
            }
        }

        foreach (string name in evaluated)
        {
            Assert.Equal((name, Errno.ESRCH), (name, ErrnoOf(Native.Read(open[name].Descriptor, new byte[100]))));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Maps_opened_before_the_end_are_empty_after_it(Side side)
    {
        Actor actor = StartActor();
        int child = actor.Check("fork");
        int descriptor = MustOpen(On(side)[$"{child}/maps"]);
        actor.Check("end", child);
        Assert.Equal(0, Native.Read(descriptor, new byte[4096]));
    }
}
