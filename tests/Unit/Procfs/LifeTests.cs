using System.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Table;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Procfs;

/// <summary>What files and directories say of tasks that end: the state tables of procfs.</summary>
public sealed class LifeTests
{
    private static Proc Make()
    {
        TaskTable table = TaskTable.Boot(TableClock.StoppedAt(0));
        table.Init.NoChildWait = false;
        TableTask task = table.Init.Spawn(new TableProgram
        {
            Path = "/bin/x"u8.ToArray(),
            Arguments = "/bin/x\0arg\0"u8.ToArray(),
            Environment = "A=1\0B=2\0"u8.ToArray(),
            Memory = new TaskMemory
            {
                Auxiliary = new byte[] { 1, 2, 3 },
                Areas = new[] { new MemoryArea(0x1000, 0x2000, "r--p"u8.ToArray(), 0, 0, 0, default) },
            },
        });
        task.Open("/dev/null"u8);
        return new Proc(table);
    }

    private static int Task(Proc proc) => proc.Table.Namespace.LastId;

    /// <summary>
    /// Of every file: fresh open and read of a zombie; then, reaped, a read at 0 of a file never read, and one that goes on. Data is "data".
    /// </summary>
    [Theory]
    [InlineData("status", "data", "ESRCH", "data")]
    [InlineData("personality", "data", "ESRCH", "data")]
    [InlineData("limits", "data", "ESRCH", "data")]
    [InlineData("comm", "data", "ESRCH", "data")]
    [InlineData("stat", "data", "ESRCH", "data")]
    [InlineData("statm", "data", "ESRCH", "data")]
    [InlineData("wchan", "data", "ESRCH", "0")]
    [InlineData("schedstat", "data", "ESRCH", "data")]
    [InlineData("cpuset", "data", "ESRCH", "data")]
    [InlineData("cgroup", "data", "ESRCH", "data")]
    [InlineData("oom_score", "data", "ESRCH", "data")]
    [InlineData("io", "data", "ESRCH", "data")]
    [InlineData("maps", "0", "ESRCH", "data")]
    [InlineData("smaps", "0", "ESRCH", "data")]
    [InlineData("timens_offsets", "0", "ESRCH", "data")]
    [InlineData("ksm_merging_pages", "0", "ESRCH", "data")]
    [InlineData("ksm_stat", "0", "ESRCH", "data")]
    [InlineData("smaps_rollup", "ESRCH", "ESRCH", "data")]
    [InlineData("cmdline", "0", "ESRCH", "ESRCH")]
    [InlineData("oom_adj", "data", "ESRCH", "ESRCH")]
    [InlineData("oom_score_adj", "data", "ESRCH", "ESRCH")]
    [InlineData("loginuid", "data", "ESRCH", "ESRCH")]
    [InlineData("sessionid", "data", "ESRCH", "ESRCH")]
    [InlineData("coredump_filter", "0", "ESRCH", "ESRCH")]
    [InlineData("environ", "ESRCH", "0", "0")]
    [InlineData("auxv", "ESRCH", "data", "data")]
    [InlineData("mounts", "EINVAL", "data", "data")]
    [InlineData("mountinfo", "EINVAL", "data", "data")]
    [InlineData("uid_map", "data", "data", "data")]
    [InlineData("gid_map", "data", "data", "data")]
    [InlineData("projid_map", "data", "data", "data")]
    [InlineData("setgroups", "data", "data", "data")]
    public void Files(string name, string zombie, string atStart, string goingOn)
    {
        Proc proc = Make();
        int id = Task(proc);
        string path = $"/{id}/{name}";
        ProcFile fresh = proc.Open(path);
        ProcFile begun = proc.Open(path);
        Assert.Equal("data", Describe(begun, proc.Caller, 0, 1)); // one byte

        TableTask task = proc.Table.Find(id)!;
        task.ExitGroup(1);
        Assert.Equal(zombie, Fresh(proc, path));

        Assert.True(proc.Table.Init.TryReap(task, out _));
        Assert.Equal(Errno.ENOENT, proc.TryOpen(path, 0, out _));
        Assert.Equal(atStart, Describe(fresh, proc.Caller, 0, 4096));
        Assert.Equal(goingOn, Describe(begun, proc.Caller, 1, 4096));

        // fstat goes on, as root's.
        ProcAttributes attributes = default;
        Assert.True(fresh.TryGetAttributes(proc.Caller, ref attributes, out Errno error));
        Assert.Equal((Errno.None, 0u, FileType.Regular), (error, attributes.UserId, attributes.Mode & FileType.Mask));

        // And an id that is used again does not bring it back.
        proc.Table.Namespace.LastId = id - 1;
        Assert.Equal(id, proc.Table.Init.Fork().Id);
        Assert.Equal(atStart, Describe(fresh, proc.Caller, 0, 4096));
        fresh.Release();
        begun.Release();
    }

    [Theory]
    [InlineData("", "ENOENT", "ESRCH", "None")]
    [InlineData("/task", "ENOENT", "ESRCH", "None")]
    [InlineData("/fd", "ENOENT", "ENOENT", "ENOENT")]
    [InlineData("/fdinfo", "ENOENT", "ESRCH", "None")]
    [InlineData("/ns", "ENOENT", "ENOENT", "None")]
    [InlineData("/task/@", "ENOENT", "ENOENT", "None")]
    [InlineData("/task/@/fd", "ENOENT", "ENOENT", "ENOENT")]
    public void Held_directories_of_a_task_that_is_gone(string below, string listing, string lookup, string stat)
    {
        Proc proc = Make();
        int id = Task(proc);
        ProcNode node = proc.Node($"/{id}{below.Replace("@", id.ToString(), StringComparison.Ordinal)}");
        Assert.Equal(Errno.None, proc.Tree.Open(proc.Caller, node, 0, directory: true, out ProcFile? directory));
        TableTask task = proc.Table.Find(id)!;
        task.ExitGroup();
        proc.Table.Init.TryReap(task, out _);

        for (int reused = 0; reused < 2; reused++)
        {
            Assert.Equal(listing, proc.ListOnce(node, directory, 0, 4096, []).ToString());
            ProcEntry entry = default;
            foreach (string name in (string[])["stat", "0", id.ToString(), "nonsense"])
            {
                Assert.Equal(lookup, proc.Tree.Lookup(proc.Caller, node, Encoding.ASCII.GetBytes(name), ref entry).ToString());
            }

            ProcAttributes attributes = default;
            Assert.Equal(Errno.ESTALE, proc.Tree.GetAttributes(proc.Caller, node, ref attributes));
            Assert.Equal(Errno.ESTALE, proc.Tree.Access(proc.Caller, node, 4));
            Assert.Equal(Errno.ESTALE, proc.Tree.Open(proc.Caller, node, 0, directory: true, out _));
            Assert.Equal(stat, proc.Tree.GetDeadAttributes(proc.Caller, node, directory, isDirectory: true, ref attributes).ToString());
            if (stat == "None")
            {
                Assert.Equal((0u, 0u, FileType.Directory), (attributes.UserId, attributes.GroupId, attributes.Mode & FileType.Mask));
            }

            proc.Table.Namespace.LastId = id - 1;
            proc.Table.Init.Fork();
        }

        directory?.Release();
    }

    [Fact]
    public void A_zombie_shows_what_is_left_of_it()
    {
        Proc proc = Make();
        int id = Task(proc);
        proc.Table.Find(id)!.ExitGroup(7);
        Assert.Contains(id.ToString(), proc.Names("/"));
        Assert.Equal([".", "..", id.ToString()], proc.Names($"/{id}/task"));
        Assert.Equal([".", ".."], proc.Names($"/{id}/fd"));
        Assert.Equal([".", ".."], proc.Names($"/{id}/fdinfo"));
        Assert.Equal(12, proc.Names($"/{id}/ns").Length);
        Assert.Equal(0, proc.Stat($"/{id}/fd").Size);
        foreach (string gone in (string[])["exe", "cwd", "root", "ns/net", "ns/mnt", "ns/cgroup"])
        {
            Assert.Equal(Errno.ENOENT, proc.ReadLink($"/{id}/{gone}", out _));
        }

        Assert.Equal("pid:[4026531836]", proc.Link($"/{id}/ns/pid"));
        Assert.Equal("user:[4026531837]", proc.Link($"/{id}/ns/user"));
        Assert.StartsWith($"{id} (x) Z ", proc.Read($"/{id}/stat"), StringComparison.Ordinal);
        Assert.EndsWith(" 1792\n", proc.Read($"/{id}/stat"), StringComparison.Ordinal);
        Assert.Equal("0 0 0 0 0 0 0\n", proc.Read($"/{id}/statm"));
    }

    [Fact]
    public void A_zombie_leader_has_live_threads()
    {
        Proc proc = Make();
        int id = Task(proc);
        TableTask leader = proc.Table.Find(id)!;
        TableTask thread = leader.CloneThread();
        leader.Exit();
        Assert.Equal([".", "..", id.ToString(), thread.Id.ToString()], proc.Names($"/{id}/task"));
        Assert.Equal(4u, proc.Stat($"/{id}/task").Links);
        Assert.Equal("", proc.Read($"/{id}/cmdline"));
        Assert.Equal("/bin/x\0arg\0", proc.Read($"/{thread.Id}/cmdline"));
        Assert.Equal("/bin/x\0arg\0", proc.Read($"/{id}/task/{thread.Id}/cmdline"));
        Assert.Equal(Errno.ESRCH, proc.TryOpen($"/{id}/environ", 0, out _));
        Assert.Equal("/bin/x", proc.Link($"/{id}/task/{thread.Id}/exe"));
    }

    [Fact]
    public void A_kernel_thread_has_no_memory()
    {
        Proc proc = Make();
        Assert.Equal(("", "", "", "/", "/"), (proc.Read("/2/maps"), proc.Read("/2/cmdline"), proc.Read("/2/coredump_filter"), proc.Link("/2/cwd"), proc.Link("/2/root")));
        Assert.Equal(Errno.ESRCH, proc.TryOpen("/2/environ", 0, out _));
        Assert.Equal(Errno.ENOENT, proc.ReadLink("/2/exe", out _));
        Assert.Contains("Kthread:\t1\n", proc.Read("/2/status"), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_follow_a_task_through_exec_but_not_into_its_new_memory()
    {
        Proc proc = Make();
        int id = Task(proc);
        TableTask task = proc.Table.Find(id)!;
        ProcFile comm = proc.Open($"/{id}/comm");
        ProcFile environ = proc.Open($"/{id}/environ");
        ProcFile auxv = proc.Open($"/{id}/auxv");
        TableTask thread = task.CloneThread();
        ProcFile ofThread = proc.Open($"/{thread.Id}/comm");
        int tid = thread.Id;
        thread.Exec(new TableProgram { Path = "/bin/secret"u8.ToArray(), Environment = "KEY=1\0"u8.ToArray() });
        Assert.Equal("secret\n", proc.ReadAll(comm));
        Assert.Equal("", proc.ReadAll(environ));
        Assert.Equal("\u0001\u0002\u0003", proc.ReadAll(auxv));
        Assert.Equal("ESRCH", Describe(ofThread, proc.Caller, 0, 100));
        Assert.Equal(Errno.ENOENT, proc.Find($"/{tid}", out _));
        foreach (ProcFile file in (ProcFile[])[comm, environ, auxv, ofThread])
        {
            file.Release();
        }
    }

    [Fact]
    public void A_text_is_a_snapshot_until_read_at_its_start_or_elsewhere()
    {
        Proc proc = Make();
        int id = Task(proc);
        TableTask task = proc.Table.Find(id)!;
        task.Name = "first"u8.ToArray();
        ProcFile file = proc.Open($"/{id}/comm");
        byte[] buffer = new byte[3];
        string At(long offset)
        {
            Assert.Equal(Errno.None, file.Read(proc.Caller, offset, buffer, out int count));
            return Encoding.ASCII.GetString(buffer, 0, count);
        }

        Assert.Equal("fir", At(0));
        task.Name = "second"u8.ToArray();
        Assert.Equal("st\n", At(3)); // goes on
        Assert.Equal("", At(6));
        Assert.Equal("sec", At(0));
        Assert.Equal("cond"[..3], At(2)); // elsewhere than where the last read ended
        task.Name = "third"u8.ToArray();
        Assert.Equal("d\n", At(5));
        Assert.Equal("d\n", At(4)); // elsewhere: written anew
        Assert.Equal("", At(1000));
        file.Release();
    }

    [Fact]
    public void A_record_file_gives_whole_lines_of_a_page_at_most()
    {
        Proc proc = Make();
        TableTask task = proc.Table.Find(Task(proc))!;
        MemoryArea[] areas = [.. Enumerable.Range(0, 200).Select(index =>
            new MemoryArea((ulong)index << 12, (ulong)(index + 1) << 12, "r--p"u8.ToArray(), 0, 0, 0, "/a/path/of/some/length"u8.ToArray()))];
        task.Memory = task.Memory! with { Areas = areas };
        ProcFile file = proc.Open($"/{task.Id}/maps");
        byte[] buffer = new byte[1 << 16];
        int offset = 0;
        int lines = 0;
        for (int count = 1; count > 0; offset += count)
        {
            Assert.Equal(Errno.None, file.Read(proc.Caller, offset, buffer, out count));
            Assert.InRange(count, 0, 4096);
            Assert.True(count == 0 || buffer[count - 1] == '\n');
            lines += buffer.AsSpan(0, count).Count((byte)'\n');
        }

        Assert.Equal(200, lines);
        file.Release();
    }

    private static string Fresh(Proc proc, string path)
    {
        Errno error = proc.TryOpen(path, 0, out ProcFile? file);
        if (error != Errno.None)
        {
            return error.ToString();
        }

        string answer = Describe(file!, proc.Caller, 0, 4096);
        file!.Release();
        return answer;
    }

    private static string Describe(ProcFile file, in Caller caller, long offset, int length)
    {
        Errno error = file.Read(caller, offset, new byte[length], out int count);
        return error != Errno.None ? error.ToString() : count > 0 ? "data" : "0";
    }
}
