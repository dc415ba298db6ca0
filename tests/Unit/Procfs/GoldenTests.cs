using System.Text;
using Bobbin.Procfs;
using Bobbin.Table;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Procfs;

/// <summary>Every file to the byte, of one task that has a bit of everything.</summary>
public sealed partial class GoldenTests
{
    private const ulong Second = 1_000_000_000;

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>A machine with init, and task 2 with a thread 3 and a child 4.</summary>
    private static Proc Make()
    {
        TaskTable table = new(TableClock.StoppedAt(5 * Second));
        table.Init.Exec(new TableProgram { Path = Bytes("/sbin/init"), Arguments = Bytes("/sbin/init\0") });
        table.Clock.Uptime = 12 * Second + 345_678_901;
        TableTask task = table.Init.Spawn(new TableProgram
        {
            Path = Bytes("/usr/bin/worker"),
            Arguments = Bytes("worker\0--fast\0"),
            Environment = Bytes("HOME=/\0LANG=C\0"),
            Memory = MakeMemory(),
        });
        task.Credentials = Credentials.OfUser(1000, 100, 24, 27, 1000) with { EffectiveUserId = 1001, SavedUserId = 1002, FileSystemUserId = 1003 };
        task.SetSession();
        task.State = TaskState.Sleeping;
        task.WaitChannel = Bytes("hrtimer_nanosleep");
        task.ControlGroups = new[]
        {
            new ControlGroup(3, Bytes("cpu,cpuacct"), Bytes("/a b")),
            new ControlGroup(0, default, Bytes("/user.slice")),
        };
        task.Put(new OpenFile { Number = 0, Target = Bytes("/dev/pts/0"), Flags = 0x8002, Position = 12, MountId = 24, Inode = 3 });
        task.Put(new OpenFile { Number = 7, Target = Bytes("pipe:[4242]"), Flags = 0x8_0001, MountId = 15, Inode = 4242, Details = Bytes("extra:\t1\n") });
        task.Scheduling = new Scheduling(SchedulingPolicy.SCHED_BATCH, 5, 0, 0);
        task.Signals = new Signals(0x1, 0x2, 0x80000004, 0x1000, 0x4000_0000_0000_0002, 3);
        task.Spend(2 * Second, Second / 2);
        task.Fault(100, 5);
        task.Transfer(new TaskIo { ReadCharacters = 1, WrittenCharacters = 2, ReadCalls = 3, WriteCalls = 4, ReadBytes = 5, WrittenBytes = 6, CancelledBytes = 7 });
        task.Switch(11, 12);
        task.FileCreationMask = 0x3F; // 0077
        TableTask thread = task.CloneThread();
        thread.Name = Bytes("worker:io");
        thread.Spend(Second);
        thread.Fault(1);
        thread.Transfer(new TaskIo { ReadCharacters = 10 });
        task.Fork();
        return new Proc(table);
    }

    private static TaskMemory MakeMemory() => new()
    {
        Size = 2000, PeakSize = 2100, ResidentAnonymous = 100, ResidentFile = 200, ResidentShared = 50, PeakResident = 400, Text = 10,
        Library = 300, Data = 120, Stack = 33, Locked = 1, Pinned = 2, Swapped = 3, PageTableBytes = 49152, HugePageBytes = 2 << 20,
        StartCode = 0x400000, EndCode = 0x40a000, StartData = 0x60b000, EndData = 0x60c000, StartHeap = 0x70000,
        Auxiliary = new byte[] { 3, 0, 255 },
        Areas = new[]
        {
            new MemoryArea(0x400000, 0x40a000, Bytes("r-xp"), 0x1000, 0xFE00, 331651, Bytes("/usr/bin/worker")),
            new MemoryArea(0x70000, 0x91000, Bytes("rw-p"), 0, 0, 0, Bytes("[heap]")),
            new MemoryArea(0x7f6b2c26e000, 0x7f6b2c270000, Bytes("r--p"), 0x31000, 0x10_0801, 18446744073709551615, Bytes("/a\nb (deleted)")),
            new MemoryArea(0x7ffe32c2c000, 0x7ffe32c4d000, Bytes("---p"), 0, 0, 0, default),
        },
    };

    [Fact]
    public void Limits() => Assert.Equal(
        "Limit                     Soft Limit           Hard Limit           Units     \n"
        + "Max cpu time              unlimited            unlimited            seconds   \n"
        + "Max file size             unlimited            unlimited            bytes     \n"
        + "Max data size             unlimited            unlimited            bytes     \n"
        + "Max stack size            8388608              unlimited            bytes     \n"
        + "Max core file size        0                    unlimited            bytes     \n"
        + "Max resident set          unlimited            unlimited            bytes     \n"
        + "Max processes             10000                10000                processes \n"
        + "Max open files            1024                 4096                 files     \n"
        + "Max locked memory         8388608              8388608              bytes     \n"
        + "Max address space         unlimited            unlimited            bytes     \n"
        + "Max file locks            unlimited            unlimited            locks     \n"
        + "Max pending signals       10000                10000                signals   \n"
        + "Max msgqueue size         819200               819200               bytes     \n"
        + "Max nice priority         0                    0                    \n"
        + "Max realtime priority     0                    0                    \n"
        + "Max realtime timeout      unlimited            unlimited            us        \n",
        Make().Read("/2/limits"));

    [Fact]
    public void Maps() => Assert.Equal(
        "00400000-0040a000 r-xp 00001000 fe:00 331651                             /usr/bin/worker\n"
        + "00070000-00091000 rw-p 00000000 00:00 0                                  [heap]\n"
        + "7f6b2c26e000-7f6b2c270000 r--p 00031000 08:101 18446744073709551615      /a\\012b (deleted)\n"
        + "7ffe32c2c000-7ffe32c4d000 ---p 00000000 00:00 0 \n",
        Make().Read("/2/maps"));

    [Fact]
    public void Smaps()
    {
        string smaps = Make().Read("/2/smaps");
        Assert.StartsWith(
            "00400000-0040a000 r-xp 00001000 fe:00 331651                             /usr/bin/worker\nSize:                 40 kB\nKernelPageSize:        4 kB\n",
            smaps,
            StringComparison.Ordinal);
        Assert.Contains("\nTHPeligible:           0\nVmFlags: rd ex mr mw me \n00070000-", smaps, StringComparison.Ordinal);
        Assert.EndsWith("\nVmFlags: mr mw me \n", smaps, StringComparison.Ordinal);
        Assert.Equal(4 * 25, smaps.Count(character => character == '\n'));
    }

    [Fact]
    public void Smaps_rollup()
    {
        string[] lines = Make().Read("/2/smaps_rollup").Split('\n');
        Assert.Equal("00400000-7ffe32c4d000 ---p 00000000 00:00 0                              [rollup]", lines[0]);
        Assert.Equal(["Rss:                1400 kB", "Pss:                1400 kB", "Pss_Dirty:           400 kB"], lines[1..4]);
        Assert.Equal("Private_Hugetlb:    2048 kB", lines[19]);
        Assert.Equal(["Swap:                 12 kB", "SwapPss:              12 kB", "Locked:                4 kB", ""], lines[20..]);
    }

    [Theory]
    [InlineData("/2/statm", "2000 350 250 10 0 153 0\n")]
    [InlineData("/2/comm", "worker\n")]
    [InlineData("/2/task/3/comm", "worker:io\n")]
    [InlineData("/2/cmdline", "worker\0--fast\0")]
    [InlineData("/3/cmdline", "worker\0--fast\0")]
    [InlineData("/2/environ", "HOME=/\0LANG=C\0")]
    [InlineData("/2/auxv", "\u0003\0\u00ff")]
    [InlineData("/2/cgroup", "3:cpu,cpuacct:/a b\n0::/user.slice\n")]
    [InlineData("/2/cpuset", "/\n")]
    [InlineData("/2/io", "rchar: 11\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\nwrite_bytes: 6\ncancelled_write_bytes: 7\n")]
    [InlineData("/2/task/2/io", "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\nwrite_bytes: 6\ncancelled_write_bytes: 7\n")]
    [InlineData("/2/schedstat", "2500000000 0 1\n")]
    [InlineData("/2/wchan", "hrtimer_nanosleep")]
    [InlineData("/1/wchan", "0")]
    [InlineData("/2/oom_score_adj", "0\n")]
    [InlineData("/2/oom_adj", "0\n")]
    [InlineData("/2/loginuid", "4294967295")]
    [InlineData("/2/sessionid", "4294967295")]
    [InlineData("/2/personality", "00000000\n")]
    [InlineData("/2/timerslack_ns", "50000\n")]
    [InlineData("/2/coredump_filter", "00000033\n")]
    [InlineData("/2/uid_map", "         0          0 4294967295\n")]
    [InlineData("/2/timens_offsets", "monotonic           0         0\nboottime            0         0\n")]
    [InlineData("/2/timers", "")]
    [InlineData("/2/arch_status", "")]
    [InlineData("/2/ksm_merging_pages", "0\n")]
    [InlineData("/2/ksm_stat", "ksm_rmap_items 0\nksm_zero_pages 0\nksm_merging_pages 0\nksm_process_profit 0\nksm_merge_any: no\nksm_mergeable: no\n")]
    [InlineData("/2/setgroups", "allow\n")]
    [InlineData("/2/task/2/children", "4 ")]
    [InlineData("/2/task/3/children", "")]
    [InlineData("/1/task/1/children", "2 ")]
    [InlineData("/2/fdinfo/0", "pos:\t12\nflags:\t0100002\nmnt_id:\t24\nino:\t3\n")]
    [InlineData("/2/fdinfo/7", "pos:\t0\nflags:\t02000001\nmnt_id:\t15\nino:\t4242\nextra:\t1\n")]
    [InlineData("/sys/kernel/ostype", "Linux\n")]
    [InlineData("/sys/kernel/osrelease", "6.18.0\n")]
    [InlineData("/sys/kernel/hostname", "bobbin\n")]
    [InlineData("/sys/kernel/pid_max", "32768\n")]
    [InlineData("/sys/kernel/threads-max", "65536\n")]
    [InlineData("/uptime", "12.34 8.84\n")]
    [InlineData("/loadavg", "0.00 0.00 0.00 3/4 4\n")]
    [InlineData("/version", "Linux version 6.18.0 (bobbin@bobbin) (cc) #1 SMP Thu Jan  1 00:00:00 UTC 2026\n")]
    [InlineData("/filesystems", "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tcgroup2\nnodev\tdevtmpfs\nnodev\tdevpts\n\text4\nnodev\tfuse\n")]
    public void Files(string path, string expected) => Assert.Equal(expected, Make().Read(path));

    [Fact]
    public void Every_file_reads_the_same_in_pieces_of_any_size()
    {
        Proc proc = Make();
        foreach (ListedEntry entry in proc.List("/2").Where(entry => entry.Type == Kernel.Linux.DirectoryEntryType.Regular && entry.Name != "timerslack_ns"))
        {
            string whole = proc.Read("/2/" + entry.Name);
            Assert.Equal(whole, proc.Read("/2/" + entry.Name, 1));
            Assert.Equal(whole, proc.Read("/2/" + entry.Name, 7));
        }
    }

    [Fact]
    public void Sets_of_processors_print_as_bitmaps()
    {
        Proc proc = Make();
        TableTask task = proc.Table.Find(2)!;
        task.AllowedProcessors = new ulong[] { 0xF00000000000000B, 1 };
        ProcText text = new(stackalloc byte[256]);
        Bobbin.Procfs.Files.BitLists.Mask(ref text, task.AllowedProcessors.Span, 66);
        text.Space();
        Bobbin.Procfs.Files.BitLists.List(ref text, task.AllowedProcessors.Span);
        Assert.Equal("1,f0000000,0000000b 0-1,3,60-64", Encoding.Latin1.GetString(text.Written));
    }
}
