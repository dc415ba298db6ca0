using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Table;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Procfs;

public sealed class LookupTests
{
    private static Proc Zoo(ProcView? view = null) => new(SampleTables.Zoo(TableClock.StoppedAt(0)), view);

    [Fact]
    public void Any_task_is_found_by_its_id_listed_or_not()
    {
        Proc proc = Zoo();
        Assert.DoesNotContain("12", proc.Names("/"));
        Assert.Equal("daemon-worker\n", proc.Read("/12/comm"));
        Assert.Equal("daemon-worker\n", proc.Read("/11/task/12/comm"));
        Assert.Equal("daemon\n", proc.Read("/11/comm"));
    }

    [Fact]
    public void A_thread_in_the_root_has_a_whole_directory()
    {
        Proc proc = Zoo();
        Assert.Equal(proc.Names("/11"), proc.Names("/12"));
        Assert.Equal([".", "..", "11", "12", "13"], proc.Names("/12/task"));
        Assert.DoesNotContain("task", proc.Names("/11/task/12"));
        Assert.Equal(Errno.ENOENT, proc.Find("/11/task/12/task", out _));
        Assert.Equal(Errno.ENOENT, proc.Find("/11/children", out _));
        Assert.Equal(Errno.None, proc.Find("/11/task/11/children", out _));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("00")]
    [InlineData("01")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("1 ")]
    [InlineData("0x1")]
    [InlineData("4294967295")]
    [InlineData("4294967297")]
    [InlineData("18446744073709551617")]
    [InlineData("20")]
    [InlineData("4194303")]
    [InlineData("nonsense")]
    [InlineData("SELF")]
    public void Other_names_are_not_there(string name)
    {
        Proc proc = Zoo();
        Assert.Equal(Errno.ENOENT, proc.Find("/" + name, out _));
        Assert.Equal(Errno.ENOENT, proc.Find("/1/task/" + name, out _));
        Assert.Equal(Errno.ENOENT, proc.Find("/1/" + name, out _));
        Assert.Equal(Errno.ENOENT, proc.Find("/" + new string('9', 256), out _));
    }

    [Fact]
    public void Task_holds_the_threads_of_the_group_only()
    {
        Proc proc = Zoo();
        Assert.Equal(Errno.None, proc.Find("/11/task/13", out _));
        Assert.Equal(Errno.ENOENT, proc.Find("/11/task/1", out _));
        Assert.Equal(Errno.ENOENT, proc.Find("/1/task/11", out _));
    }

    [Fact]
    public void Self_is_who_asks()
    {
        Proc proc = Zoo();
        proc.Caller = new Caller(13, 0, 0);
        Assert.Equal("11", proc.Link("/self"));
        Assert.Equal("11/task/13", proc.Link("/thread-self"));
        proc.Caller = new Caller(Proc.Root, 0, 0);
        Assert.Equal(Errno.ENOENT, proc.ReadLink("/self", out _));
        Assert.Equal(Errno.ENOENT, proc.ReadLink("/thread-self", out _));
        ProcAttributes self = proc.Stat("/self");
        Assert.Equal((FileType.Link | 0x1FFu, 0L, 1u, 4026531840UL), (self.Mode, self.Size, self.Links, self.Inode));
        Assert.Contains("self", proc.Names("/"));
    }

    [Fact]
    public void Self_in_a_nested_namespace_is_the_id_there()
    {
        TaskTable table = SampleTables.Zoo(TableClock.StoppedAt(0));
        Proc inner = new(table, inside: table.Find(18)!.PidNamespace) { Caller = new Caller(19, 0, 0) };
        Assert.Equal("2", inner.Link("/self"));
        Proc outer = new(table) { Caller = new Caller(19, 0, 0) };
        Assert.Equal("19", outer.Link("/self"));
        inner.Caller = new Caller(1, 0, 0);
        Assert.Equal(Errno.ENOENT, inner.ReadLink("/self", out _));
    }

    [Fact]
    public void Static_links_have_their_length_as_size()
    {
        Proc proc = Zoo();
        Assert.Equal("self/mounts", proc.Link("/mounts"));
        Assert.Equal("self/net", proc.Link("/net"));
        Assert.Equal((11L, 8L), (proc.Stat("/mounts").Size, proc.Stat("/net").Size));
    }

    [Fact]
    public void Answers_last_where_they_depend_on_a_tasks_life_alone()
    {
        Proc proc = Zoo();
        foreach (string path in (string[])["/1", "/11/task", "/11/task/12", "/11/stat", "/11/fd", "/11/ns/pid"])
        {
            Assert.Equal(Errno.None, proc.Find(path, out ProcEntry entry));
            Assert.True(entry.IsLasting, path);
        }

        proc.Table.Find(11)!.Open("/x"u8);
        Assert.Equal(Errno.None, proc.Find("/11/fd/0", out ProcEntry descriptor));
        Assert.False(descriptor.IsLasting);
        Proc hidden = Zoo(new ProcView { HidePid = HidePid.NoAccess });
        Assert.Equal(Errno.None, hidden.Find("/11/stat", out ProcEntry stat));
        Assert.False(stat.IsLasting);
        Assert.Equal(Errno.None, hidden.Find("/11", out ProcEntry directory));
        Assert.False(directory.IsLasting);
    }

    [Fact]
    public void Inodes_are_unique_and_as_listed()
    {
        Proc proc = Zoo();
        proc.Table.Find(11)!.Open("/x"u8);
        proc.Table.Find(11)!.Open("/y"u8, 0x8001);
        Dictionary<ulong, string> seen = [];
        foreach (string directory in (string[])["/11", "/11/fd", "/11/fdinfo", "/11/ns", "/11/net", "/11/task", "/11/task/12", "/11/task/12/fd", "/12"])
        {
            foreach (ListedEntry entry in proc.List(directory).Skip(2))
            {
                ProcAttributes attributes = proc.Stat(directory + "/" + entry.Name);
                Assert.Equal(entry.Inode, attributes.Inode);
                Assert.Equal((uint)entry.Type << 12, attributes.Mode & FileType.Mask);
                Assert.True(seen.TryAdd(entry.Inode, directory + "/" + entry.Name), directory + "/" + entry.Name);
            }

            Assert.Equal(proc.Stat(directory).Inode, proc.List(directory)[0].Inode);
        }

        Assert.Equal(1UL, proc.List("/11")[1].Inode);
        Assert.Equal(proc.Stat("/11").Inode, proc.List("/11/fd")[1].Inode);
        Assert.Equal(proc.Stat("/11").Inode, proc.List("/11/task")[1].Inode);
        Assert.Equal(proc.Stat("/11/task").Inode, proc.List("/11/task/12")[1].Inode);
    }

    [Fact]
    public void A_tasks_directory_lists_its_entries_in_the_kernels_order()
    {
        Proc proc = Zoo();
        Assert.Equal(
            [
                ".", "..", "task", "fd", "fdinfo", "ns", "net", "environ", "auxv", "status", "personality", "limits", "timens_offsets", "comm", "cmdline", "stat",
                "statm", "maps", "cwd", "root", "exe", "mounts", "mountinfo", "smaps", "smaps_rollup", "wchan", "schedstat", "cpuset", "cgroup",
                "oom_score", "oom_adj", "oom_score_adj", "loginuid", "sessionid", "coredump_filter", "io", "uid_map", "gid_map", "projid_map",
                "setgroups", "timers", "timerslack_ns", "arch_status", "ksm_merging_pages", "ksm_stat",
            ],
            proc.Names("/1"));
        Assert.Equal(
            [
                ".", "..", "fd", "fdinfo", "ns", "net", "environ", "auxv", "status", "personality", "limits", "comm", "cmdline", "stat",
                "statm", "maps", "children", "cwd", "root", "exe", "mounts", "mountinfo", "smaps", "smaps_rollup", "wchan", "schedstat", "cpuset",
                "cgroup", "oom_score", "oom_adj", "oom_score_adj", "loginuid", "sessionid", "io", "uid_map", "gid_map", "projid_map", "setgroups",
                "arch_status", "ksm_merging_pages", "ksm_stat",
            ],
            proc.Names("/1/task/1"));
        Assert.Equal(Enumerable.Range(1, 45).Select(next => (long)next), proc.List("/1").Select(entry => entry.Next));
    }
}
