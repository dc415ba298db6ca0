using System.Globalization;
using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>Callers in another user namespace than the server's, which it cannot enter.</summary>
public class OtherUserNamespaces(Subjects subjects) : LiveTest(subjects)
{
    private const uint User = 1234;

    private static string[] AsUser => ["setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups"];

    [Theory, MemberData(nameof(Sides))]
    public void Ids_of_a_nested_one_are_given_by_its_parent(Side side)
    {
        Actor parent = StartActor("unshare", "--user", "--map-root-user");
        Actor nested = StartActor([.. Into(parent), "unshare", "--user"]);
        foreach (string name in new[] { "uid_map", "gid_map" })
        {
            int map = parent.Number("open", On(side)[$"{nested.Id}/{name}"], Native.O_WRONLY);
            Assert.Equal((name, Fidelity.Expect("nested-id-maps", side, Errno.None, Errno.EPERM)), (name, ErrnoOf(map)));
            if (map >= 0)
            {
                Assert.Equal((name, 5), (name, parent.Number("write", map, "0 0 1")));
            }
        }

        Assert.Equal(Fidelity.Expect("nested-id-maps", side, 3, 0), Native.Cat($"/proc/{nested.Id}/uid_map").Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_nested_one_gives_itself_its_ids(Side side)
    {
        Actor parent = StartActor("unshare", "--user", "--map-root-user");
        Actor nested = StartActor([.. Into(parent), "unshare", "--user", "--keep-caps"]);
        int map = nested.Check("open", On(side)["self/uid_map"], Native.O_WRONLY);
        Assert.Equal(5, nested.Number("write", map, "0 0 1"));
        Assert.Equal("0", nested.Ask("id")[2]);
    }

    [Theory, MemberData(nameof(Sides))]
    public void But_not_where_another_pid_namespace_is_shown(Side side)
    {
        Actor parent = StartActor("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child");
        using Subject mount = Subject.Mount(side, $"pidns={parent.Id}");
        Actor nested = StartActor("nsenter", $"--target={parent.Id}", "--user", "--pid", "--preserve-credentials", "unshare", "--user", "--keep-caps");
        int map = nested.Number("open", mount["self/uid_map"], Native.O_WRONLY);
        int written = map < 0 ? map : nested.Number("write", map, "0 0 1");
        Assert.Equal(Fidelity.Expect("nested-id-maps", side, 5, -(int)Errno.EPERM), written);
    }

    [Theory, MemberData(nameof(Sides))]
    public void Who_may_not_trace_is_told_so_in_the_kernels_words(Side side)
    {
        Actor target = Own(new Actor(null, AsUser)), caller = Own(new Actor(null, [.. AsUser, "unshare", "--user", "--map-root-user"]));
        foreach ((string name, Errno error) in new[] { ("syscall", Errno.EPERM), ("personality", Errno.EPERM), ("io", Errno.EACCES), ("stack", Errno.EACCES) })
        {
            // Its mode lets the same user open it; who reads it is asked who he is.
            int open = caller.Check("open", On(side)[$"{target.Id}/{name}"], Native.O_RDONLY);
            Assert.Equal((name, error), (name, ErrnoOf(caller.Number("read", open, 100))));
        }

        foreach (string name in new[] { "environ", "maps", "mem", "auxv" })
        {
            Assert.Equal((name, Errno.EACCES), (name, ErrnoOf(caller.Number("open", On(side)[$"{target.Id}/{name}"], Native.O_RDONLY))));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Who_made_the_namespace_has_no_capability_in_it_that_he_gave_up(Side side)
    {
        // Both are of the user who made it, to whom the kernel would grant everything from outside.
        Actor caller = Own(new Actor(null, [.. AsUser, "unshare", "--user", $"--map-user={User}", $"--map-group={User}"]));
        int open = caller.Check("fork");
        caller.Check("dumpable", 0);
        int closed = caller.Check("fork");
        caller.Check("dumpable", 1);
        foreach (string path in new[] { "exe", "cwd", "ns/net", "fd/0" })
        {
            Assert.NotEqual((path, "-13"), (path, caller.Ask("readlink", On(side)[$"{open}/{path}"])[0]));
            Assert.Equal((path, "-13"), (path, caller.Ask("readlink", On(side)[$"{closed}/{path}"])[0]));
        }

        foreach (string name in new[] { "environ", "maps", "io", "syscall", "smaps" })
        {
            Assert.NotEqual((name, "-13"), (name, caller.Ask("cat", On(side)[$"{open}/{name}"])[0]));
            Assert.Equal((name, "-13"), (name, caller.Ask("cat", On(side)[$"{closed}/{name}"])[0]));
        }

        Actor other = StartActor([.. Into(caller), "setpriv", "--bounding-set=-all", "--inh-caps=-all"]);
        Assert.Equal(["-13"], caller.Ask("readlink", On(side)[$"{other.Id}/exe"]));
        foreach (int id in new[] { open, closed, other.Id })
        {
            Assert.Equal(caller.Ask("cat", $"/proc/{id}/stat"), caller.Ask("cat", On(side)[$"{id}/stat"]));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void The_timer_slack_of_a_nested_ones_task(Side side)
    {
        Actor parent = StartActor("unshare", "--user", "--map-root-user");
        Actor nested = StartActor([.. Into(parent), "unshare", "--user"]), beside = StartActor(Into(parent));
        int near = parent.Check("open", On(side)[$"{beside.Id}/timerslack_ns"], Native.O_RDWR);
        Assert.Equal(5, parent.Number("write", near, "60000"));
        int below = parent.Check("open", On(side)[$"{nested.Id}/timerslack_ns"], Native.O_RDWR);
        Assert.Equal(Fidelity.Expect("nested-timerslack", side, 6, -(int)Errno.EPERM), parent.Number("read", below, 100));
        Assert.Equal(Fidelity.Expect("nested-timerslack", side, 5, -(int)Errno.EPERM), parent.Number("write", below, "70000"));
        Assert.Equal("60000\n", Native.Cat($"/proc/{beside.Id}/timerslack_ns").Text);
    }

    [Theory, MemberData(nameof(Sides))]
    public void What_is_hidden_is_what_may_not_be_traced(Side side)
    {
        Actor outside = Own(new Actor(null, AsUser)), root = StartActor();
        Actor caller = Own(new Actor(null, [.. AsUser, "unshare", "--user", "--map-root-user"]));

        // Which takes a capability in the namespace.
        Actor other = StartActor(Into(caller)), nested = StartActor([.. AsUser, .. Into(caller), "unshare", "--user"]);
        int child = caller.Check("fork");
        caller.Check("dumpable", 0);
        int closed = caller.Check("fork");
        caller.Check("dumpable", 1);
        foreach (string level in new[] { "2", "4" })
        {
            string mount = On(side, $"hidepid={level}").Root;
            string[] listed = caller.Ask("list", mount);
            foreach ((string what, int id, bool seen) in new[]
            {
                ("itself", caller.Id, true), ("its child", child, true), ("the same user's outside", outside.Id, false), ("root's outside", root.Id, false),
                ("a child that is not dumpable", closed, true), ("another user's inside", other.Id, true),
                ("one in a nested namespace", nested.Id, Fidelity.Expect("namespace-capabilities", side, true, false)),
            })
            {
                Assert.Equal((level, what, seen), (level, what, listed.Contains($"{id}")));
                Assert.Equal((level, what, seen), (level, what, caller.Ask("lstat", $"{mount}/{id}").Length > 1));
                Assert.Equal((level, what, seen), (level, what, caller.Ask("cat", $"{mount}/{id}/comm") is ["actor\n"]));
            }
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Settings_of_its_ipc_namespace_take_no_capability(Side side)
    {
        Actor caller = Own(new Actor(
            null, [.. AsUser, "unshare", "--user", "--map-root-user", "--ipc", "setpriv", "--bounding-set=-net_admin", "--inh-caps=-net_admin"]));
        foreach ((string path, string value) in new[] { ("sys/kernel/msgmax", "8191"), ("sys/kernel/shmmni", "4095"), ("sys/fs/mqueue/msg_max", "11") })
        {
            int[] written = [.. new[] { On(side)[path], $"/proc/{path}" }.Select(file =>
            {
                int open = caller.Number("open", file, Native.O_WRONLY);
                return open < 0 ? open : caller.Number("write", open, value);
            })];
            Assert.Equal((path, written[1]), (path, written[0])); // older kernels refuse
            Assert.Equal(caller.Ask("cat", $"/proc/{path}"), caller.Ask("cat", On(side)[path]));
        }

        Assert.Equal(Errno.EACCES, ErrnoOf(caller.Number("open", On(side)["sys/kernel/hostname"], Native.O_WRONLY)));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Settings_that_are_in_its_own_terms(Side side)
    {
        Actor caller = Own(new Actor(null, [.. AsUser, "unshare", "--user", "--map-root-user", "--net"]));
        const string ping = "sys/net/ipv4/ping_group_range", most = "sys/user/max_user_namespaces";
        Assert.Equal([Fidelity.Expect("user-namespace-settings", side, "65534\t65534\n", "1\t0\n")], caller.Ask("cat", On(side)[ping]));
        int open = caller.Number("open", On(side)[ping], Native.O_WRONLY);
        Assert.Equal(Fidelity.Expect("user-namespace-settings", side, Errno.None, Errno.EACCES), ErrnoOf(open));
        Assert.Equal([Fidelity.Expect("user-namespace-settings", side, int.MaxValue + "\n", Native.Cat("/proc/" + most).Text)], caller.Ask("cat", On(side)[most]));
        open = caller.Number("open", On(side)[most], Native.O_WRONLY);
        Assert.Equal(Fidelity.Expect("user-namespace-settings", side, Errno.None, Errno.EACCES), ErrnoOf(open));
    }

    private static string[] Into(Actor who) => ["nsenter", "--target=" + who.Id.ToString(CultureInfo.InvariantCulture), "--user", "--preserve-credentials"];
}
