using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Table;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Procfs;

/// <summary>Who may what: modes and owners, the right to trace, hidepid.</summary>
public sealed class AccessTests
{
    private const int Mine = 2;       // user 1000, which the callers below are
    private const int Thread = 3;     // a thread of it
    private const int Undumpable = 4; // user 1000, must not be dumped
    private const int Capable = 5;    // user 1000, with a capability
    private const int Roots = 6;      // root's

    private readonly FakeCredentials _credentials = new();

    private Proc Make(ProcView? view = null)
    {
        TaskTable table = new(TableClock.StoppedAt(0));
        TableTask mine = Start(table, Credentials.OfUser(1000, 1000));
        Assert.Equal(Thread, mine.CloneThread().Id);
        TableTask undumpable = Start(table, Credentials.OfUser(1000, 1000));
        undumpable.Memory = undumpable.Memory! with { Dumpable = 0 };
        Start(table, Credentials.OfUser(1000, 1000) with { Permitted = 1UL << (int)Capability.CAP_NET_RAW });
        Start(table, Credentials.Root);
        return new Proc(table, view, _credentials) { Caller = Proc.User(1000) };
    }

    private static TableTask Start(TaskTable table, Credentials credentials)
    {
        TableTask task = table.Init.Spawn(new TableProgram { Path = "/bin/x"u8.ToArray(), Environment = "A=1\0"u8.ToArray() });
        task.Credentials = credentials;
        task.Open("/etc/passwd"u8);
        task.State = TaskState.Sleeping;
        task.WaitChannel = "here"u8.ToArray();
        return task;
    }

    [Theory]
    [InlineData("", Mine, 1000u)]
    [InlineData("", Undumpable, 1000u)]
    [InlineData("/task", Undumpable, 1000u)]
    [InlineData("/fdinfo", Undumpable, 1000u)]
    [InlineData("/net", Undumpable, 1000u)]
    [InlineData("/stat", Mine, 1000u)]
    [InlineData("/stat", Undumpable, 0u)]
    [InlineData("/fd", Undumpable, 0u)]
    [InlineData("/ns", Undumpable, 0u)]
    [InlineData("/fd/0", Undumpable, 0u)]
    [InlineData("/cwd", Undumpable, 0u)]
    [InlineData("/ns/pid", Mine, 1000u)]
    public void Owners(string below, int id, uint owner)
    {
        Proc proc = Make();
        proc.Caller = new Caller(Proc.Root, 0, 0);
        _credentials.Capabilities = Credentials.AllCapabilities;
        ProcAttributes attributes = proc.Stat($"/{id}{below}");
        Assert.Equal((owner, owner), (attributes.UserId, attributes.GroupId));
    }

    [Fact]
    public void Kernel_threads_and_zombies_belong_to_root()
    {
        TaskTable table = TaskTable.Boot(TableClock.StoppedAt(0));
        table.Init.NoChildWait = false;
        table.Find(3)!.Credentials = Credentials.OfUser(7, 7);
        TableTask zombie = Start(table, Credentials.OfUser(1000, 1000));
        Proc proc = new(table);
        zombie.ExitGroup();
        Assert.Equal((0u, 0u), (proc.Stat("/3").UserId, proc.Stat("/3/stat").UserId));
        Assert.Equal((1000u, 0u), (proc.Stat($"/{zombie.Id}").UserId, proc.Stat($"/{zombie.Id}/stat").UserId));
    }

    // For each entry: of one's own task, of one that must not be dumped, of one with more capabilities, of root's.
    [Theory]
    [InlineData("status", "None", "None", "None", "None")]
    [InlineData("stat", "None", "None", "None", "None")]
    [InlineData("cmdline", "None", "None", "None", "None")]
    [InlineData("limits", "None", "None", "None", "None")]
    [InlineData("wchan", "None", "None", "None", "None")]
    [InlineData("uid_map", "None", "None", "None", "None")]
    [InlineData("environ", "None", "EACCES", "EACCES", "EACCES")]
    [InlineData("auxv", "None", "EACCES", "EACCES", "EACCES")]
    [InlineData("maps", "None", "EACCES", "EACCES", "EACCES")]
    [InlineData("smaps_rollup", "None", "EACCES", "EACCES", "EACCES")]
    [InlineData("io", "None", "EACCES", "EACCES", "EACCES")]
    [InlineData("personality", "None", "EACCES", "EPERM", "EACCES")]
    [InlineData("timerslack_ns", "EPERM", "EPERM", "EPERM", "EPERM")]
    [InlineData("fdinfo/0", "None", "EACCES", "EACCES", "EACCES")]
    [InlineData("net/tcp", "None", "None", "None", "None")]
    public void Reading(string name, string mine, string undumpable, string capable, string roots)
    {
        Proc proc = Make();
        int[] ids = [Mine, Undumpable, Capable, Roots];
        Assert.Equal([mine, undumpable, capable, roots], ids.Select(id => proc.ErrnoOfRead($"/{id}/{name}").ToString()));

        // Whoever may trace everything and read everything may all; a thread of the group may too, as far as the mode lets it.
        _credentials.Capabilities = FakeCredentials.Set(Capability.CAP_SYS_PTRACE, Capability.CAP_DAC_READ_SEARCH, Capability.CAP_SYS_NICE);
        Assert.All(ids, id => Assert.Equal(Errno.None, proc.ErrnoOfRead($"/{id}/{name}")));

        // Permission bits alone do not make a tracer.
        _credentials.Capabilities = FakeCredentials.Set(Capability.CAP_DAC_OVERRIDE);
        proc.Caller = Proc.User(5);
        bool traced = mine != "None" || roots != "None";
        Assert.Equal(traced, proc.ErrnoOfRead($"/{Mine}/{name}") is Errno.EACCES or Errno.EPERM);
    }

    [Theory]
    [InlineData("cwd", "None", "EACCES", "EACCES")]
    [InlineData("exe", "None", "EACCES", "EACCES")]
    [InlineData("ns/pid", "None", "EACCES", "EACCES")]
    [InlineData("fd/0", "None", "EACCES", "EACCES")]
    public void Following_links(string name, string mine, string undumpable, string roots)
    {
        Proc proc = Make();
        int[] ids = [Mine, Undumpable, Roots];
        Assert.Equal([mine, undumpable, roots], ids.Select(id => proc.ReadLink($"/{id}/{name}", out _).ToString()));
    }

    [Fact]
    public void A_group_may_always_look_into_itself()
    {
        Proc proc = Make();
        TableTask mine = proc.Table.Find(Mine)!;
        mine.Memory = mine.Memory! with { Dumpable = 0 }; // all its files are root's now
        proc.Caller = new Caller(Thread, 1000, 1000);
        Assert.Equal([".", "..", "0"], proc.Names($"/{Mine}/fd"));
        Assert.Equal("/etc/passwd", proc.Link($"/{Mine}/fd/0"));
        Assert.Equal("/bin/x", proc.Link($"/{Mine}/exe"));
        Assert.Equal("here", proc.Read($"/{Mine}/wchan"));
        Assert.Equal(Errno.EACCES, proc.TryOpen($"/{Mine}/environ", 0, out _)); // its mode still binds
        Assert.Equal(Errno.EACCES, proc.Write($"/{Mine}/comm", "a", out _));
        Assert.Equal(Errno.None, proc.Write($"/{Mine}/task/{Mine}/comm", "b", out _));
        Assert.Equal("b\n", proc.Read($"/{Mine}/comm"));
        proc.Caller = Proc.User(1000);
        Assert.Equal(Errno.EACCES, proc.Find($"/{Mine}/fd/0", out _));
        Assert.Equal("0", proc.Read($"/{Mine}/wchan"));
    }

    [Fact]
    public void Directories_ask_at_the_door()
    {
        Proc proc = Make();
        Assert.Equal(Errno.EACCES, proc.Find($"/{Roots}/fd/0", out _));
        Assert.Equal(Errno.EACCES, proc.Find($"/{Roots}/fdinfo/0", out _));
        Assert.Equal(Errno.None, proc.Find($"/{Roots}/ns/pid", out _)); // --x for all
        Assert.Equal(Errno.EACCES, proc.Tree.Open(proc.Caller, proc.Node($"/{Roots}/ns"), 0, directory: true, out _));
        Assert.Equal(Errno.EACCES, proc.Tree.Open(proc.Caller, proc.Node($"/{Roots}/fdinfo"), 0, directory: true, out _));
        Assert.Equal(Errno.EACCES, proc.Tree.Access(proc.Caller, proc.Node($"/{Roots}/fdinfo"), 1));
        Assert.Equal([".", "..", "0"], proc.Names($"/{Mine}/fdinfo"));
    }

    [Fact]
    public void Access_of_what_nobody_may_change()
    {
        Proc proc = Make();
        proc.Caller = new Caller(Proc.Root, 0, 0);
        _credentials.Capabilities = Credentials.AllCapabilities;
        Assert.Equal(Errno.EPERM, proc.Tree.Access(proc.Caller, proc.Node($"/{Mine}"), 2));
        Assert.Equal(Errno.None, proc.Tree.Access(proc.Caller, ProcNode.Root, 2));
        Assert.Equal(Errno.None, proc.Tree.Access(proc.Caller, proc.Node($"/{Mine}/stat"), 6));
        Assert.Equal(Errno.None, proc.Tree.Access(proc.Caller, proc.Node("/uptime"), 6));
        Assert.Equal(Errno.EACCES, proc.Tree.Access(proc.Caller, proc.Node("/uptime"), 1));
        proc.Caller = Proc.User(1000);
        _credentials.Capabilities = 0;
        Assert.Equal(Errno.EPERM, proc.Tree.Access(proc.Caller, proc.Node($"/{Mine}"), 2));
        Assert.Equal(Errno.None, proc.Tree.Access(proc.Caller, proc.Node($"/{Roots}"), 5));
        Assert.Equal(Errno.EACCES, proc.Tree.Access(proc.Caller, ProcNode.Root, 2));
        Assert.Equal(Errno.EACCES, proc.Tree.Access(proc.Caller, proc.Node("/uptime"), 2));
        Assert.Equal(Errno.None, proc.Tree.Access(proc.Caller, proc.Node("/uptime"), 4));
    }

    [Fact]
    public void Changing_attributes()
    {
        Proc proc = Make();
        proc.Caller = new Caller(Proc.Root, 0, 0);
        _credentials.Capabilities = Credentials.AllCapabilities;
        ProcAttributes values = default;
        Assert.Equal(Errno.EPERM, proc.Tree.SetAttributes(proc.Caller, proc.Node($"/{Mine}/stat"), 1, values)); // chmod
        Assert.Equal(Errno.EPERM, proc.Tree.SetAttributes(proc.Caller, proc.Node("/uptime"), 1, values));
        Assert.Equal(Errno.None, proc.Tree.SetAttributes(proc.Caller, proc.Node($"/{Mine}/stat"), 2, values)); // chown
        Assert.Equal(Errno.EPERM, proc.Tree.SetAttributes(proc.Caller, proc.Node($"/{Mine}"), 2, values)); // immutable
        Assert.Equal(Errno.EPERM, proc.Tree.SetAttributes(proc.Caller, proc.Node($"/{Mine}"), 16 | 32, values));
        Assert.Equal(Errno.None, proc.Tree.SetAttributes(proc.Caller, proc.Node($"/{Mine}/comm"), 8, values)); // truncate
        proc.Caller = Proc.User(5);
        _credentials.Capabilities = 0;
        Assert.Equal(Errno.EPERM, proc.Tree.SetAttributes(proc.Caller, proc.Node($"/{Mine}/stat"), 2, values));
        Assert.Equal(Errno.EACCES, proc.Tree.SetAttributes(proc.Caller, proc.Node($"/{Mine}/comm"), 8, values));
        Assert.Equal(Errno.EPERM, proc.Tree.SetAttributes(proc.Caller, proc.Node($"/{Mine}/comm"), 16 | 32, values));
    }

    [Theory]
    [InlineData(HidePid.Off, true, "None", "None", "None")]
    [InlineData(HidePid.NoAccess, true, "None", "EPERM", "EPERM")]
    [InlineData(HidePid.Invisible, false, "ENOENT", "ENOENT", "ENOENT")]
    [InlineData(HidePid.Ptraceable, false, "ENOENT", "ENOENT", "ENOENT")]
    public void Hidepid(HidePid hidePid, bool listed, string stat, string inside, string list)
    {
        Proc proc = Make(new ProcView { HidePid = hidePid, Gid = 4 });
        Assert.Equal(listed, proc.Names("/").Contains(Roots.ToString()));
        Assert.Contains(Mine.ToString(), proc.Names("/"));
        Assert.Equal(stat, proc.Find($"/{Roots}", out _).ToString());
        Assert.Equal(inside, proc.Find($"/{Roots}/stat", out _).ToString());
        Assert.Equal(inside == "None" ? "ENOENT" : inside, proc.Find($"/{Roots}/nonsense", out _).ToString());
        Assert.Equal(inside, proc.Find($"/{Roots}/task/{Roots}", out _).ToString());
        Assert.Equal(Errno.None, proc.Find($"/{Mine}/task/{Thread}/stat", out _));

        // Who has the directory already, from when it could be seen.
        ProcNode node = ProcNode.OfTask(Key(proc, Roots), thread: false);
        string held = hidePid == HidePid.Ptraceable ? "EPERM" : list;
        Assert.Equal(held, proc.Tree.Open(proc.Caller, node, 0, directory: true, out _).ToString());
        Assert.Equal(hidePid == HidePid.Ptraceable ? "ENOENT" : stat == "None" ? inside : stat, proc.Tree.Access(proc.Caller, node, 4).ToString());

        // The exempt group counts for all but ptraceable; a tracer for all.
        _credentials.Groups = [4];
        Assert.Equal(hidePid != HidePid.Ptraceable, proc.Find($"/{Roots}/stat", out _) == Errno.None);
        Assert.Equal(hidePid != HidePid.Ptraceable, proc.Names("/").Contains(Roots.ToString()));
        _credentials.Groups = [];
        _credentials.Capabilities = FakeCredentials.Set(Capability.CAP_SYS_PTRACE);
        Assert.Equal(Errno.None, proc.Find($"/{Roots}/stat", out _));
        Assert.Contains(Roots.ToString(), proc.Names("/"));
    }

    [Fact]
    public void A_hidden_listing_has_the_positions_of_what_is_shown()
    {
        TaskTable table = SampleTables.Many(300, 1, TableClock.StoppedAt(0));
        foreach (int id in Enumerable.Range(9, 300).Where(id => id % 7 != 0))
        {
            table.Find(id)!.Credentials = Credentials.OfUser(2000, 2000);
        }

        Proc proc = new(table, new ProcView { HidePid = HidePid.Invisible, Gid = 4 }, _credentials) { Caller = Proc.User(1000) };
        List<ListedEntry> entries = proc.List("/", 64);
        int[] shown = [.. Enumerable.Range(9, 300).Where(id => id % 7 == 0)];
        Assert.Equal(shown.Select(id => id.ToString()), entries.Select(entry => entry.Name).Where(name => char.IsAsciiDigit(name[0])));
        Assert.Equal(258 + shown[0], entries.Single(entry => entry.Name == "thread-self").Next);
        Assert.Equal(4194562, entries[^1].Next);
    }

    [Fact]
    public void Read_only()
    {
        Proc proc = Make(new ProcView { ReadOnly = true });
        proc.Caller = new Caller(Mine, 1000, 1000);
        Assert.Equal(Errno.EROFS, proc.Write($"/{Mine}/comm", "x", out _));
        Assert.Equal(Errno.EROFS, proc.Write("/sys/kernel/hostname", "x", out _));
        Assert.Equal(Errno.EROFS, proc.TryOpen($"/{Mine}/comm", 2, out _));
        Assert.Equal(Errno.EROFS, proc.Tree.Access(proc.Caller, proc.Node($"/{Mine}/comm"), 2));
        Assert.Equal("x\n", proc.Read($"/{Mine}/comm"));
    }

    [Fact]
    public void Who_has_no_capabilities_is_bound_by_modes_even_as_root()
    {
        Proc proc = Make();
        proc.Caller = new Caller(Proc.Root, 0, 0);
        Assert.Equal(Errno.EACCES, proc.TryOpen($"/{Mine}/io", 0, out _));
        Assert.Equal(Errno.EACCES, proc.TryOpen($"/{Roots}/stat", 1, out _));
        Assert.Equal(Errno.None, proc.TryOpen("/sys/kernel/hostname", 1, out _)); // root's own by its mode
    }

    private static TaskKey Key(Proc proc, int id)
    {
        Assert.True(proc.Source.TryFind(id, out TaskKey key));
        return key;
    }
}
