using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>Writing to files: what works, and what each refusal says.</summary>
public class WriteErrors(Subjects subjects) : LiveTest(subjects)
{
    private static Errno Write(string path, string text)
    {
        int descriptor = Native.Open(path, Native.O_WRONLY);
        if (descriptor < 0)
        {
            return ErrnoOf(descriptor);
        }

        long result = Native.Write(descriptor, text);
        Native.Close(descriptor);
        if (result >= 0)
        {
            Assert.Equal((path, text.Length), (path, (int)result));
        }

        return ErrnoOf(result);
    }

    [Theory, MemberData(nameof(Sides))]
    public void Files_that_cannot_be_written(Side side)
    {
        Actor actor = StartActor();
        foreach (string name in new[] { "stat", "cmdline", "maps", "status", "environ", "limits", "io", "wchan", "cgroup" })
        {
            Assert.Equal((name, Errno.EINVAL), (name, Write(On(side)[$"{actor.Id}/{name}"], "x")));
        }

        foreach (string name in new[] { "uptime", "version", "meminfo", "loadavg", "filesystems" })
        {
            Assert.Equal((name, Errno.EIO), (name, Write(On(side)[name], "x")));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Descriptors_go_one_way(Side side)
    {
        string comm = On(side)[$"self/comm"];
        Assert.Equal(Errno.EBADF, ErrnoOf(Native.Write(MustOpen(comm), "x")));
        Assert.Equal(Errno.EBADF, ErrnoOf(Native.Read(MustOpen(comm, Native.O_WRONLY), new byte[10])));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Only_the_group_itself_writes_a_name(Side side)
    {
        Actor actor = StartActor();
        int thread = actor.Check("thread", "worker");
        Assert.Equal(Errno.EINVAL, Write(On(side)[$"{actor.Id}/comm"], "x"));
        int own = actor.Check("open", On(side)["self/comm"], Native.O_RDWR);
        string Name() => Native.Cat($"/proc/{actor.Id}/comm").Text;
        (string Text, int Result, string Name)[] writes =
        [
            ("named", 5, "named\n"), ("a b", 3, "a b\n"), ("line\n", 5, "line\n\n"), ("0123456789abcdefXYZ", 19, "0123456789abcde\n"),
            ("nul\0rest", 8, "nul\n"), ("\u00e4\u00ff", 2, "\u00e4\u00ff\n"),
        ];
        foreach ((string text, int result, string name) in writes)
        {
            Assert.Equal((text, result), (text, actor.Number("write", own, text)));
            Assert.Equal((text, name), (text, Name()));
        }

        // A write of nothing is a write.
        Assert.Equal(0, actor.Number("write", own, ""));
        Assert.Equal("\n", Name());
        int others = actor.Check("open", On(side)[$"self/task/{thread}/comm"], Native.O_WRONLY);
        Assert.Equal(7, actor.Number("write", others, "renamed"));
        Assert.Equal("renamed\n", Native.Cat($"/proc/{thread}/comm").Text);
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_text_file_takes_no_pwrite(Side side)
    {
        int descriptor = MustOpen(On(side)["self/comm"], Native.O_RDWR);
        Assert.Equal(Errno.ESPIPE, ErrnoOf(Native.PWrite(descriptor, "x", 3)));
        Assert.True(Native.PRead(descriptor, new byte[3], 1) > 0);
    }

    [Theory, MemberData(nameof(Sides))]
    public void Oom_score_adj_is_read_as_the_kernel_reads_numbers(Side side)
    {
        Actor actor = StartActor();
        string path = On(side)[$"{actor.Id}/oom_score_adj"];
        (string Text, Errno Error, string Now)[] writes =
        [
            ("100", Errno.None, "100\n"), ("0x80", Errno.None, "128\n"), ("0300\n", Errno.None, "192\n"), ("  200 ", Errno.None, "200\n"), ("+300", Errno.None, "300\n"),
            ("1001", Errno.EINVAL, "300\n"), ("-1001", Errno.EINVAL, "300\n"), ("x", Errno.EINVAL, "300\n"), ("1 2", Errno.EINVAL, "300\n"),
            ("99999999999", Errno.ERANGE, "300\n"), ("1000", Errno.None, "1000\n"),
        ];
        foreach ((string text, Errno error, string now) in writes)
        {
            Assert.Equal((text, error), (text, Write(path, text)));
            Assert.Equal((text, now), (text, Native.Cat($"/proc/{actor.Id}/oom_score_adj").Text));
            Assert.Equal((text, now), (text, Native.Cat(path).Text));
        }

        Assert.Equal(Errno.EINVAL, Write(On(side)[$"{actor.Id}/oom_adj"], "16"));
        Assert.Equal(Errno.EINVAL, Write(On(side)[$"{actor.Id}/oom_adj"], "-18"));
        Assert.Equal(Errno.None, Write(On(side)[$"{actor.Id}/oom_adj"], "15"));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Other_small_files(Side side)
    {
        Actor actor = StartActor();
        string process = On(side)[$"{actor.Id}"];
        (string Name, string Text, Errno Error)[] writes =
        [
            ("coredump_filter", "0x23", Errno.None), ("coredump_filter", "x", Errno.EINVAL),
            ("timerslack_ns", "60000", Errno.None), ("timerslack_ns", "x", Errno.EINVAL),
            ("clear_refs", "1", Errno.None), ("clear_refs", "0", Errno.EINVAL), ("clear_refs", "6", Errno.EINVAL), ("clear_refs", "x", Errno.EINVAL),
            ("loginuid", "0", Errno.EPERM), ("autogroup", "x", Errno.EINVAL), ("sched", "anything", Errno.None),
            ("attr/current", "x", Errno.EACCES), ("uid_map", "0 0 1", Errno.EPERM), ("setgroups", "deny", Errno.EPERM),
        ];
        foreach ((string name, string text, Errno error) in writes)
        {
            Errno kernel = Write($"/proc/{actor.Id}/{name}", text);
            if (kernel != error)
            {
                // Written in the semantics for another configuration; the kernel at hand decides.
                Assert.Equal((name, text, kernel), (name, text, Write($"{process}/{name}", text)));
                continue;
            }

            Assert.Equal((name, text, error), (name, text, Write($"{process}/{name}", text)));
        }

        Assert.Equal(Fidelity.Expect("write-nothing", side, Errno.EINVAL, Errno.None), Write($"{process}/coredump_filter", ""));
        Assert.Equal((0, "00000023\n"), Native.Cat($"{process}/coredump_filter"));
        Assert.Equal((0, "60000\n"), Native.Cat($"{process}/timerslack_ns"));
        Assert.Equal(Errno.None, Write($"{process}/timerslack_ns", "0"));
        Assert.Equal((0, "50000\n"), Native.Cat($"{process}/timerslack_ns"));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Writing_to_the_dead(Side side)
    {
        Actor actor = StartActor();
        int child = actor.Check("fork");
        (string Name, string Good, string Bad)[] files =
            [("coredump_filter", "0x33", "x"), ("oom_score_adj", "5", "x"), ("oom_adj", "5", "x"), ("timerslack_ns", "5", "x")];
        int[] open = [.. files.Select(file => MustOpen(On(side)[$"{child}/{file.Name}"], Native.O_RDWR))];
        int comm = MustOpen(On(side)[$"{child}/comm"], Native.O_RDWR), clear = MustOpen(On(side)[$"{child}/clear_refs"], Native.O_WRONLY);
        int memory = MustOpen(On(side)[$"{child}/mem"], Native.O_RDWR), login = MustOpen(On(side)[$"{child}/loginuid"], Native.O_RDWR);
        actor.Check("end", child);
        actor.Check("reap", child);
        for (int i = 0; i < files.Length; i++)
        {
            Assert.Equal((files[i].Name, Errno.ESRCH), (files[i].Name, ErrnoOf(Native.Write(open[i], files[i].Good))));
            Assert.Equal((files[i].Name, Errno.EINVAL), (files[i].Name, ErrnoOf(Native.Write(open[i], files[i].Bad))));
        }

        Assert.Equal(Errno.ESRCH, ErrnoOf(Native.Write(comm, "x")));
        Assert.Equal(Errno.ESRCH, ErrnoOf(Native.Write(clear, "1")));
        Assert.Equal(0, Native.Write(memory, "x"));
        Assert.Equal(Errno.EPERM, ErrnoOf(Native.Write(login, "0")));
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_parameter_of_the_kernel_can_be_written_back(Side side)
    {
        string path = On(side)["sys/kernel/ostype"];
        Assert.Equal(ErrnoOf(Native.Open("/proc/sys/kernel/ostype", Native.O_WRONLY)), ErrnoOf(Native.Open(path, Native.O_WRONLY)));
        string before = Native.Cat("/proc/sys/kernel/printk_ratelimit_burst").Text;
        Assert.Equal(Errno.None, Write(On(side)["sys/kernel/printk_ratelimit_burst"], before));
        Assert.Equal(Errno.EINVAL, Write(On(side)["sys/kernel/printk_ratelimit_burst"], "no number"));
        Assert.Equal(before, Native.Cat(On(side)["sys/kernel/printk_ratelimit_burst"]).Text);
    }
}
