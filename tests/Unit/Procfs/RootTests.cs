using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Table;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Procfs;

public sealed class RootTests
{
    private const long End = 4194562;

    private static readonly string[] s_statics =
    [
        "fs", "net", "sys", "tty", "stat", "locks", "swaps", "mounts", "uptime", "vmstat", "cmdline", "cpuinfo", "loadavg", "meminfo", "version",
        "diskstats", "filesystems",
    ];

    private static Proc Zoo(ProcView? view = null) => new(SampleTables.Zoo(TableClock.StoppedAt(0)), view);

    [Fact]
    public void Lists_dots_statics_links_and_leaders_in_the_kernels_order()
    {
        List<ListedEntry> entries = Zoo().List("/");
        Assert.Equal([".", ".."], entries.Take(2).Select(entry => entry.Name));
        Assert.Equal([1UL, 1UL], entries.Take(2).Select(entry => entry.Inode));
        Assert.Equal(s_statics, entries.Skip(2).Take(s_statics.Length).Select(entry => entry.Name));
        Assert.Equal(
            ["self", "thread-self", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "14", "15", "17", "18", "19"],
            entries.Skip(2 + s_statics.Length).Select(entry => entry.Name));
    }

    [Fact]
    public void A_position_is_that_of_the_next_entry_that_exists()
    {
        List<ListedEntry> entries = Zoo().List("/");
        int statics = s_statics.Length;
        Assert.Equal(Enumerable.Range(1, 1 + statics).Select(next => (long)next), entries.Take(1 + statics).Select(entry => entry.Next));
        Assert.Equal(256, entries[1 + statics].Next);
        Assert.Equal(257, entries.Single(entry => entry.Name == "self").Next);
        Assert.Equal(259, entries.Single(entry => entry.Name == "thread-self").Next);
        Assert.Equal(258 + 14, entries.Single(entry => entry.Name == "11").Next);
        Assert.Equal(End, entries[^1].Next);
    }

    [Fact]
    public void Types_are_always_told_and_inodes_are_those_of_stat()
    {
        Proc proc = Zoo();
        foreach (ListedEntry entry in proc.List("/").Skip(2))
        {
            ProcAttributes attributes = proc.Stat("/" + entry.Name);
            Assert.Equal(entry.Inode, attributes.Inode);
            Assert.Equal((uint)entry.Type << 12, attributes.Mode & FileType.Mask);
        }

        Assert.Equal(DirectoryEntryType.Link, proc.List("/").Single(entry => entry.Name == "mounts").Type);
    }

    [Theory]
    [InlineData(258, 1)]
    [InlineData(259, 1)]
    [InlineData(270, 14)] // 12 and 13 are threads
    [InlineData(258 + 19, 19)]
    public void Seeking_to_a_task_resumes_at_the_first_from_there(long position, int expected)
    {
        Proc proc = Zoo();
        List<ListedEntry> entries = [];
        Assert.Equal(Errno.None, proc.ListOnce(ProcNode.Root, null, position, 4096, entries));
        Assert.Equal(expected.ToString(), entries[0].Name);
        Assert.Equal("19", entries[^1].Name);
    }

    [Theory]
    [InlineData(19)] // behind the last of 17 statics
    [InlineData(100)]
    [InlineData(255)]
    [InlineData(258 + 20)]
    [InlineData(End - 1)]
    [InlineData(End)]
    [InlineData(End + 5)]
    [InlineData(int.MaxValue)]
    public void Nothing_is_listed_from_behind_the_statics_nor_from_behind_the_tasks(long position)
    {
        List<ListedEntry> entries = [];
        Assert.Equal(Errno.None, Zoo().ListOnce(ProcNode.Root, null, position, 4096, entries));
        Assert.Empty(entries);
    }

    [Fact]
    public void A_buffer_of_any_size_gives_the_same_listing()
    {
        Proc proc = Zoo();
        List<ListedEntry> whole = proc.List("/", 1 << 16);
        foreach (int size in (int[])[32, 33, 40, 56, 64, 100, 256, 1000])
        {
            Assert.Equal(whole, proc.List("/", size));
        }
    }

    [Fact]
    public void With_list_threads_the_listing_holds_every_thread()
    {
        string[] names = Zoo(new ProcView { ListThreads = true }).Names("/");
        Assert.Equal(Enumerable.Range(1, 19).Select(id => id.ToString()), names[^19..]);
    }

    [Fact]
    public void With_only_pids_there_are_neither_statics_nor_dots()
    {
        Proc proc = Zoo(new ProcView { PidOnly = true });
        Assert.Equal(["self", "thread-self", "1"], proc.Names("/")[..3]);
        Assert.Equal(Errno.ENOENT, proc.Find("/uptime", out _));
        Assert.Equal(Errno.ENOENT, proc.Find("/sys", out _));
        Assert.Equal(Errno.None, proc.Find("/fs/bobbin", out _));
        Assert.Equal(Errno.None, proc.Find("/1/status", out _));
    }

    [Fact]
    public void The_roots_links_count_directories_and_processes()
    {
        ProcAttributes root = Zoo().Stat("/");
        Assert.Equal((1UL, FileType.Directory | 0x16Du, 2u + 3 + 16, 0L), (root.Inode, root.Mode, root.Links, root.Size));
    }

    [Fact]
    public void Inside_a_pid_namespace_only_its_tasks_are_there()
    {
        TaskTable table = SampleTables.Zoo(TableClock.StoppedAt(0));
        Proc proc = new(table, inside: table.Find(18)!.PidNamespace);
        Assert.Equal(["self", "thread-self", "1", "2"], proc.Names("/")[^4..]);
        Assert.Equal("inner-child\n", proc.Read("/2/comm"));
        Assert.Equal(Errno.ENOENT, proc.Find("/18", out _));
    }

    [Fact]
    public void Own_files_stand_beside_what_the_content_has_in_fs()
    {
        Proc proc = Zoo();
        proc.Tree.Bobbin.AddFile("version"u8, 0x124, (ref text) => text.Literal("1\n"u8));
        Assert.Equal([".", "..", "bobbin"], proc.Names("/fs"));
        Assert.Equal([".", "..", "version"], proc.Names("/fs/bobbin"));
        Assert.Equal("1\n", proc.Read("/fs/bobbin/version"));
        Assert.Equal(proc.Stat("/fs/bobbin").Inode, proc.List("/fs").Single(entry => entry.Name == "bobbin").Inode);
        Assert.Equal(Errno.EIO, proc.Write("/fs/bobbin/version", "x", out _));
        Assert.Equal(3u, proc.Stat("/fs").Links);
        Assert.Equal(proc.List("/fs"), proc.List("/fs", 32));
    }
}
