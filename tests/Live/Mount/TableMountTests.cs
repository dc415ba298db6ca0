using System.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Mount;
using Bobbin.Procfs;
using Bobbin.Table;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Mount;

/// <summary>A table mounted exactly: what the kernel asks, and what it may keep.</summary>
public sealed class TableMountTests : LiveTest
{
    private readonly TaskTable _table = TaskTable.Boot();
    private readonly MountedProc _mount;

    public TableMountTests(Subjects subjects)
        : base(subjects)
    {
        _mount = Own(MountedProc.Of(_table));
    }

    private TableTask StartProcess(string line = "/usr/bin/worker 1")
    {
        TableTask process = _table.Init.Spawn(TableProgram.Parse(Encoding.ASCII.GetBytes(line)));
        process.Open("/dev/null"u8);
        return process;
    }

    [Fact]
    public void A_thread_is_not_listed_and_yet_found()
    {
        TableTask process = StartProcess();
        TableTask thread = process.CloneThread();
        thread.Name = "helper"u8.ToArray();
        List<string> names = Listing.Of(_mount.Root);
        Assert.Contains($"{process.Id}", names);
        Assert.DoesNotContain($"{thread.Id}", names);
        Assert.Equal((0, "worker\n"), Native.Cat(_mount[$"{process.Id}/comm"]));
        Assert.Equal((0, "helper\n"), Native.Cat(_mount[$"{thread.Id}/comm"]));
        Assert.Equal((0, "helper\n"), Native.Cat(_mount[$"{process.Id}/task/{thread.Id}/comm"]));
        Assert.Equal([".", "..", $"{process.Id}", $"{thread.Id}"], Listing.Of(_mount[$"{process.Id}/task"]));
    }

    [Fact]
    public void Attributes_are_those_of_procfs()
    {
        TableTask process = StartProcess();
        Assert.Equal(0, Native.Stat(_mount.Root, out Status root));
        Assert.Equal((0x416Du, 1ul, 0L, 1024u, 0L), (root.Mode, root.Inode, root.Size, root.BlockSize, root.Blocks));
        Assert.Equal(0, Native.Stat(_mount[$"{process.Id}/stat"], out Status stat));
        Assert.Equal((0x8124u, 1u, 0L, 1024u, 0L), (stat.Mode, stat.Links, stat.Size, stat.BlockSize, stat.Blocks));
        Assert.Equal(0, Native.StatFs(_mount.Root, out var statistics));
        Assert.Equal((4096L, 0L, 255L, 4096L), (statistics.BlockSize, statistics.Counts, statistics.NameLength, statistics.FragmentSize));
    }

    [Fact]
    public void The_second_reading_of_a_thread_adds_no_lookup_at_all()
    {
        TableTask thread = StartProcess().CloneThread();
        string comm = _mount[$"{thread.Id}/comm"];
        long root = _mount.Count("root-lookup");
        Assert.Equal("worker\n", Native.Cat(comm).Text);
        Assert.True(_mount.Count("root-lookup") > root);
        _mount.Costs(0, () => _mount.Count("root-lookup"), () => Assert.Equal("worker\n", Native.Cat(comm).Text));
        _mount.Costs(0, () => _mount.Count("lookup"), () => Assert.Equal("worker\n", Native.Cat(comm).Text));
    }

    [Fact]
    public void Every_operation_is_counted_once()
    {
        string comm = _mount[$"{StartProcess().Id}/comm"];
        Assert.Equal("worker\n", Native.Cat(comm).Text);
        byte[] buffer = new byte[100];
        Dictionary<string, long> expected = new()
        {
            ["lookup"] = 0, ["getattr"] = 1, ["open"] = 1, ["read"] = 2, ["flush"] = 0, ["access"] = 1, ["readlink"] = 0, ["opendir"] = 0, ["readdir"] = 0,
        };
        foreach ((string name, long count) in expected)
        {
            _mount.Costs(count, () => _mount.Server.Counters![FuseOperations.Of(name)], () =>
            {
                int descriptor = MustOpen(comm);
                Assert.Equal(7, Native.Read(descriptor, buffer));
                Assert.Equal(0, Native.Read(descriptor, buffer));
                Native.Stat(comm, out _);
                Native.Access(comm, 4);
            });
        }
    }

    [Fact]
    public void A_reaped_task_is_gone_at_once_however_warm_the_caches()
    {
        for (int i = 0; i < 200; i++)
        {
            TableTask process = StartProcess();
            TableTask thread = process.CloneThread();
            string comm = _mount[$"{process.Id}/comm"], other = _mount[$"{process.Id}/task/{thread.Id}/comm"];
            Assert.Equal("worker\n", Native.Cat(comm).Text);
            Assert.Equal("worker\n", Native.Cat(other).Text);
            thread.Exit();
            Assert.Equal(-(int)Errno.ENOENT, Native.Cat(other).Error);
            process.ExitGroup();
            _table.Init.TryReap(process, out _);
            Assert.Equal(-(int)Errno.ENOENT, Native.Cat(comm).Error);
            Assert.Equal(-(int)Errno.ENOENT, Native.Stat(_mount[$"{process.Id}"], out _));
        }
    }

    [Fact]
    public void A_reused_id_never_answers_for_the_task_that_had_it()
    {
        TableTask task = StartProcess("/usr/bin/name-0");
        int id = task.Id;
        string comm = _mount[$"{id}/comm"];
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal((0, $"name-{i}\n"), Native.Cat(comm));
            task.ExitGroup();
            _table.Init.TryReap(task, out _);
            _table.Namespace.LastId = id - 1;
            task = StartProcess($"/usr/bin/name-{i + 1}");
            Assert.Equal(id, task.Id);
        }
    }

    [Fact]
    public void Ends_are_told_to_the_kernel_and_only_of_what_it_was_given()
    {
        TableTask seen = StartProcess(), unseen = StartProcess();
        Native.Cat(_mount[$"{seen.Id}/comm"]);
        long told = _mount.Server.Files.Lifetimes.Forgotten;
        foreach (TableTask task in (TableTask[])[unseen, seen])
        {
            task.ExitGroup();
            _table.Init.TryReap(task, out _);
        }

        Eventually(() => _mount.Server.Files.Lifetimes.Forgotten > told, "the end of the task that was seen is told");
        Assert.Equal(told + 1, _mount.Server.Files.Lifetimes.Forgotten);
    }

    [Fact]
    public void The_mounts_own_files_say_what_it_is()
    {
        Assert.Equal((0, "table: tasks in memory; ends told by the table\n"), Native.Cat(_mount["fs/bobbin/source"]));
        Assert.Equal((0, OwnFiles.Version + "\n"), Native.Cat(_mount["fs/bobbin/version"]));
        string[] view = Native.Cat(_mount["fs/bobbin/view"]).Text.Split('\n');
        Assert.Equal(["mode exact", "list-threads no", "hidepid off", "gid 0", "subset all", "read-only no"], view[..6]);
        Assert.Equal([".", "..", "view", "stats", "source", "version"], Listing.Of(_mount["fs/bobbin"]));
        Assert.Contains("fs", Listing.Of(_mount.Root));
    }
}
