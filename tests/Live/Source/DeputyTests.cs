using Bobbin.Kernel.Linux;
using Bobbin.Live;
using Bobbin.Procfs;
using Bobbin.Tasks;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Source;

/// <summary>
/// A server that runs as root acts for everybody: each test tries a way to get through it what the kernel would refuse.
/// </summary>
public sealed class DeputyTests : IDisposable
{
    private const uint User = 4242;

    private readonly LiveTree _tree;
    private readonly List<Actor> _actors = [];

    public DeputyTests()
    {
        Assert.SkipUnless(Native.EffectiveUser == 0, "needs root");
        _tree = new LiveTree(linkBase: "");
    }

    public void Dispose()
    {
        _actors.ForEach(actor => actor.Dispose());
        _tree.Dispose();
    }

    [Theory]
    [InlineData("sys/kernel/core_pattern")]
    [InlineData("sys/vm/drop_caches")]
    [InlineData("sys/kernel/hostname")]
    public void Settings_are_closed_for_writing_to_users(string path)
    {
        Actor user = Start(AsUser);
        Assert.Equal(Errno.EACCES, _tree.Open(new Caller(user.Id, User, User), path, 1, false, out _));
        Actor boxed = Start([.. AsUser, "unshare", "-Ur"]);
        Assert.Equal(Errno.EACCES, _tree.Open(new Caller(boxed.Id, User, User), path, 1, false, out _));
    }

    [Fact]
    public void Root_of_a_new_user_namespace_has_no_capabilities_here()
    {
        Actor target = Start(AsUser);
        target.Check("dumpable", 0);
        Actor boxed = Start(["unshare", "-Ur"]);
        Caller caller = new(boxed.Id, 0, 0);
        Assert.Equal(0UL, _tree.Content.GetCapabilities(caller));
        Assert.Equal(Errno.EACCES, _tree.Cat(caller, $"{target.Id}/environ", out _));
        Assert.Equal(Errno.EACCES, _tree.ReadLink(caller, $"{target.Id}/exe", out _));
        Assert.Equal(Errno.EPERM, _tree.Write(caller, "sys/kernel/ns_last_pid", "1"));
    }

    [Fact]
    public void A_user_namespace_lets_nobody_see_who_lives_outside_though_the_user_is_the_same()
    {
        Actor outside = Start(AsUser);
        Actor boxed = Start([.. AsUser, "unshare", "-Ur"]);
        Caller caller = new(boxed.Id, User, User);
        Assert.Equal("-13", boxed.Ask("readlink", $"/proc/{outside.Id}/exe")[0]);
        Assert.Equal(Errno.EACCES, _tree.ReadLink(caller, $"{outside.Id}/exe", out _));
        Assert.Equal(Errno.EACCES, _tree.Cat(caller, $"{outside.Id}/environ", out _));
        Assert.Equal(Errno.EACCES, _tree.Cat(caller, $"{outside.Id}/maps", out _));
        Assert.Equal(Errno.None, _tree.Cat(caller, $"{boxed.Id}/environ", out string own));
        Assert.NotEqual("", own);
    }

    [Fact]
    public void Who_calls_with_other_ids_than_its_own_has_no_capabilities()
    {
        // As access(2) does in a set-uid program: the task may all, the call is made with the real user's ids.
        Actor root = Start([]);
        Actor target = Start([]);
        Assert.Equal(0UL, _tree.Content.GetCapabilities(new Caller(root.Id, User, User)));
        Assert.NotEqual(0UL, _tree.Content.GetCapabilities(new Caller(root.Id, 0, 0)));
        Assert.Equal(Errno.EACCES, _tree.Cat(new Caller(root.Id, User, User), $"{target.Id}/environ", out _));
        Assert.Equal(Errno.None, _tree.Cat(new Caller(root.Id, 0, 0), $"{target.Id}/environ", out _));
    }

    [Fact]
    public void A_caller_without_an_id_here_has_neither_groups_nor_capabilities()
    {
        Actor target = Start(AsUser);
        Caller nobody = new(0, 0, 0);
        Assert.Equal(0UL, _tree.Content.GetCapabilities(nobody));
        Assert.False(_tree.Content.IsInGroup(nobody, 5));
        Assert.Equal(Errno.EACCES, _tree.Cat(nobody, $"{target.Id}/environ", out _));
        Assert.Equal(Errno.None, _tree.Cat(nobody, $"{target.Id}/status", out _));
    }

    [Fact]
    public void A_thread_of_the_kernel_lends_its_capabilities_to_nobody()
    {
        Assert.Equal(0UL, _tree.Content.GetCapabilities(new Caller(2, 0, 0)));
        Assert.Equal(0UL, _tree.Content.GetCapabilities(new Caller(2, User, User)));
    }

    [Fact]
    public void The_server_is_no_way_to_the_server()
    {
        Actor user = Start(AsUser);
        Caller caller = new(user.Id, User, User);
        int own = Environment.ProcessId;
        foreach (string path in (string[])["environ", "maps", "mem", "auxv", "io", "syscall", "stack", "pagemap", "smaps", "fd/0", "fdinfo/0"])
        {
            Assert.NotEqual(Errno.None, _tree.Cat(caller, $"{own}/{path}", out _));
        }

        foreach (string path in (string[])["exe", "cwd", "root", "ns/net", "fd/0"])
        {
            Assert.Equal(Errno.EACCES, _tree.ReadLink(caller, $"{own}/{path}", out _));
        }

        Assert.Equal(Errno.EACCES, _tree.List(caller, $"{own}/fd", out _));
        int thread = Libc.GetThreadId();
        Assert.NotEqual(Errno.None, _tree.Write(caller, $"{own}/task/{thread}/comm", "stolen"));
        Assert.NotEqual(Errno.None, _tree.Write(caller, $"{own}/comm", "stolen"));
        Actor root = Start([]);
        Assert.NotEqual(Errno.None, _tree.Write(new Caller(root.Id, 0, 0), $"{own}/task/{thread}/comm", "stolen"));
    }

    [Fact]
    public void The_servers_own_stat_shows_no_addresses()
    {
        Actor user = Start(AsUser);
        Assert.Equal(Errno.None, _tree.Cat(new Caller(user.Id, User, User), $"{Environment.ProcessId}/stat", out string text));
        string[] mine = Fields(text);
        string[] kernels = Fields(user.Ask("cat", $"/proc/{Environment.ProcessId}/stat")[0]);
        Assert.Equal(kernels.Length, mine.Length);
        foreach (int number in (int[])[26, 27, 28, 29, 30, 35, 45, 46, 47, 48, 49, 50, 51, 52])
        {
            Assert.Equal((number, kernels[number - 3]), (number, mine[number - 3]));
        }

        Assert.Equal(Errno.None, _tree.Cat(new Caller(user.Id, User, User), $"{Environment.ProcessId}/wchan", out string channel));
        Assert.Equal("0", channel);
    }

    [Fact]
    public void What_a_reader_may_see_is_asked_of_the_reader_not_of_the_opener()
    {
        Actor target = Start([]);
        Actor root = Start([]);
        Actor user = Start(AsUser);
        Caller opener = new(root.Id, 0, 0);
        Caller reader = new(user.Id, User, User);
        Assert.Equal(Errno.None, _tree.Open(opener, $"{target.Id}/io", 0, false, out ProcFile? file));
        Assert.Equal(Errno.EACCES, file!.Read(reader, 0, new byte[100], out _));
        Assert.Equal(Errno.None, file.Read(opener, 0, new byte[100], out _));
        file.Release();
        Assert.Equal(Errno.None, _tree.Open(opener, $"{target.Id}/stat", 0, false, out file));
        Assert.Equal(Errno.None, LiveTree.ReadAll(reader, file!, out string text));
        Assert.Equal("0", Fields(text)[28 - 3]);
        file!.Release();

        // And once it is open, environ is the opener's.
        Assert.Equal(Errno.None, _tree.Open(opener, $"{target.Id}/environ", 0, false, out file));
        Assert.Equal(Errno.None, file!.Read(reader, 0, new byte[100], out int count));
        Assert.True(count > 0);
        file.Release();
    }

    [Fact]
    public void Settings_of_a_namespace_are_those_of_the_callers()
    {
        Actor there = Start(["unshare", "-n", "-u"]);
        Caller caller = new(there.Id, 0, 0);
        const string path = "sys/net/ipv4/conf/all/log_martians";
        string before = File.ReadAllText("/proc/" + path);
        string other = before.Trim() == "0" ? "1\n" : "0\n";
        Assert.Equal(Errno.None, _tree.Write(caller, path, other));
        Assert.Equal(before, File.ReadAllText("/proc/" + path));
        Assert.Equal(Errno.None, _tree.Cat(caller, path, out string seen));
        Assert.Equal(other, seen);
        Assert.Equal(other, there.Ask("cat", "/proc/" + path)[0]);
        Assert.Equal(Errno.None, _tree.Write(caller, "sys/kernel/hostname", "elsewhere"));
        Assert.NotEqual("elsewhere", File.ReadAllText("/proc/sys/kernel/hostname").Trim());
    }

    [Fact]
    public void Paths_of_cgroups_are_those_of_the_callers_namespace()
    {
        Actor there = Start(["unshare", "-C"]);
        Actor here = Start([]);
        string kernels = there.Ask("cat", $"/proc/{here.Id}/cgroup")[0];
        Assert.Equal(Errno.None, _tree.Cat(new Caller(there.Id, 0, 0), $"{here.Id}/cgroup", out string text));
        Assert.Equal(kernels, text);
        Assert.Equal(Errno.None, _tree.Cat(new Caller(here.Id, 0, 0), $"{here.Id}/cgroup", out text));
        Assert.Equal(here.Ask("cat", "/proc/self/cgroup")[0], text);
    }

    [Fact]
    public void Settings_of_a_pid_namespace_can_be_written_from_inside_by_nobody()
    {
        Actor there = Start(["unshare", "--fork", "--pid"]);
        Caller caller = new(there.Id, 0, 0);
        Errno expected = Fidelity.Expect("pid-namespace-settings", Side.Bobbin, Errno.None, Errno.EACCES);
        Assert.Equal(expected, _tree.Open(caller, "sys/kernel/ns_last_pid", 1, false, out _));
        Assert.Equal(Errno.None, _tree.Open(caller, "sys/kernel/ns_last_pid", 0, false, out ProcFile? file));
        file!.Release();
    }

    [Fact]
    public void Ids_in_a_text_are_the_servers()
    {
        Actor boxed = Start([.. AsUser, "unshare", "-Ur"]);
        Assert.Equal(Errno.None, _tree.Cat(new Caller(boxed.Id, User, User), $"{boxed.Id}/status", out string text));
        string kernels = boxed.Ask("cat", "/proc/self/status")[0];
        Assert.Contains(Fidelity.Expect("user-ids-text", Side.Kernel, "Uid:\t0\t", $"Uid:\t{User}\t"), kernels);
        Assert.Contains(Fidelity.Expect("user-ids-text", Side.Bobbin, "Uid:\t0\t", $"Uid:\t{User}\t"), text);
    }

    [Fact]
    public void A_thread_that_served_is_itself_again()
    {
        Actor user = Start(["setpriv", $"--reuid={User}", $"--regid={User}", "--groups=7,9"]);
        Caller caller = new(user.Id, User, User);
        Assert.True(_tree.Content.IsInGroup(caller, 9));
        string[] before = OwnCredentials();
        Assert.Equal(Errno.EACCES, _tree.Cat(caller, "2/environ", out _));
        Assert.Equal(Errno.None, _tree.Cat(caller, $"{user.Id}/environ", out _));
        Assert.Equal(Errno.None, _tree.Cat(caller, "sys/kernel/pid_max", out _));
        Assert.Equal(before, OwnCredentials());
    }

    [Fact]
    public void Ids_for_a_new_user_namespace_are_given_by_who_is_in_it_with_the_right_to()
    {
        Actor user = Start([.. AsUser, "unshare", "-U", "--keep-caps"]);
        Caller caller = new(user.Id, User, User);
        Assert.Equal(Errno.None, _tree.Write(caller, $"{user.Id}/setgroups", "deny"));
        Assert.Equal(Errno.None, _tree.Write(caller, $"{user.Id}/uid_map", $"0 {User} 1"));
        Assert.Equal(Errno.None, _tree.Write(caller, $"{user.Id}/gid_map", $"0 {User} 1"));
        Assert.Equal("0", user.Ask("id")[2]);

        Actor weak = Start([.. AsUser, "unshare", "-U"]);
        Assert.NotEqual(Errno.None, _tree.Write(new Caller(weak.Id, User, User), $"{weak.Id}/uid_map", $"0 {User} 1"));
    }

    private static string[] AsUser => ["setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups"];

    private static string[] Fields(string stat) => stat[(stat.LastIndexOf(')') + 2)..].TrimEnd('\n').Split(' ');

    private static string[] OwnCredentials() =>
        [.. File.ReadLines($"/proc/self/task/{Libc.GetThreadId()}/status").Where(line => line.StartsWith("Uid:", StringComparison.Ordinal)
            || line.StartsWith("Gid:", StringComparison.Ordinal) || line.StartsWith("Groups:", StringComparison.Ordinal) || line.StartsWith("Cap", StringComparison.Ordinal))];

    private Actor Start(string[] prefix)
    {
        Actor actor = new(null, prefix);
        _actors.Add(actor);
        return actor;
    }
}
