using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Source;

/// <summary>hidepid, gid, subset and pidns against the kernel's own mounts with the same options.</summary>
public sealed class HidingTests : IDisposable
{
    private const uint User = 4242;
    private const uint Other = 4343;

    private readonly List<IDisposable> _owned = [];

    public HidingTests() => Assert.SkipUnless(Native.EffectiveUser == 0, "needs root");

    public void Dispose()
    {
        _owned.Reverse();
        _owned.ForEach(one => one.Dispose());
    }

    [Theory]
    [InlineData(HidePid.NoAccess, 0u)]
    [InlineData(HidePid.Invisible, 0u)]
    [InlineData(HidePid.Invisible, 777u)]
    [InlineData(HidePid.Ptraceable, 777u)]
    public void Others_are_hidden_as_the_kernel_hides_them(HidePid hiding, uint group)
    {
        string options = $"hidepid={(int)hiding}" + (group == 0 ? "" : $",gid={group}");
        Subject kernel = Own(Subject.Mount(Side.Kernel, options));
        LiveTree tree = Own(new LiveTree(new ProcView { HidePid = hiding, Gid = group }));
        Actor target = Start(Other);
        (string, Actor, Caller)[] callers =
        [
            ("user", Start(User), default),
            ("member", Own(Actor.As(User, 777)), default),
            ("owner", Start(Other), default),
            ("root", Own(new Actor()), default),
        ];
        foreach ((string name, Actor actor, _) in callers)
        {
            uint user = name switch { "root" => 0, "owner" => Other, _ => User };
            Caller caller = new(actor.Id, user, user);
            foreach (string path in (string[])[$"{target.Id}", $"{target.Id}/stat", $"{target.Id}/nothing", $"{target.Id}/task", $"{target.Id}/task/{target.Id}", $"{actor.Id}", $"{actor.Id}/stat"])
            {
                string[] stat = actor.Ask("lstat", kernel[path]);
                Errno error = tree.Stat(caller, path, out _);
                Errno expected = stat.Length == 1 ? (Errno)(-int.Parse(stat[0], null)) : Errno.None;
                Assert.Equal((name, path, expected), (name, path, error));
            }

            Assert.Equal(Errno.None, tree.List(caller, "", out List<string> names));
            string[] listed = actor.Ask("list", kernel.Root);
            Assert.Equal((name, listed.Contains($"{target.Id}")), (name, names.Contains($"{target.Id}")));
            Assert.Contains($"{actor.Id}", names);
        }
    }

    [Fact]
    public void Every_thread_is_listed_of_those_that_are_not_hidden()
    {
        LiveTree tree = Own(new LiveTree(new ProcView { HidePid = HidePid.Invisible, Gid = 777, ListThreads = true }));
        Actor actor = Start(User);
        int thread = actor.Check("thread", "second");
        Actor other = Start(Other);
        int hidden = other.Check("thread", "second");
        Assert.Equal(Errno.None, tree.List(new Caller(actor.Id, User, User), "", out List<string> names));
        Assert.Contains($"{thread}", names);
        Assert.DoesNotContain($"{hidden}", names);
        Assert.DoesNotContain($"{other.Id}", names);
    }

    [Fact]
    public void A_root_of_a_user_namespace_sees_none_but_itself()
    {
        LiveTree tree = Own(new LiveTree(new ProcView { HidePid = HidePid.Invisible, Gid = 777 }));
        Actor target = Start(User);
        Actor boxed = Own(new Actor(null, "setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups", "unshare", "-Ur"));
        Caller caller = new(boxed.Id, User, User);
        Assert.Equal(Errno.ENOENT, tree.Stat(caller, $"{target.Id}", out _));
        Assert.Equal(Errno.None, tree.Stat(caller, $"{boxed.Id}/stat", out _));
    }

    [Fact]
    public void A_pid_namespace_is_seen_with_its_own_ids()
    {
        Actor inside = Own(new Actor(null, "unshare", "--fork", "--pid"));
        int descriptor = Native.Open($"/proc/{inside.Id}/ns/pid", Native.O_RDONLY);
        LiveTree tree;
        try
        {
            tree = Own(new LiveTree(new ProcView(), pidNamespace: descriptor));
        }
        catch (LinuxException refused) when (refused.Errno is Errno.EINVAL)
        {
            Assert.Skip("procfs has no pidns option on this kernel");
            return;
        }
        finally
        {
            Native.Close(descriptor);
        }

        Caller caller = new(inside.Id, 0, 0);
        Assert.Equal(Errno.None, tree.ReadLink(caller, "self", out string self));
        Assert.Equal($"{inside.IdHere}", self);
        Assert.Equal(Errno.None, tree.List(caller, "", out List<string> names));
        Assert.Contains($"{inside.IdHere}", names);
        Assert.DoesNotContain($"{Environment.ProcessId}", names);
        Assert.Equal(Errno.None, tree.Cat(caller, $"{inside.IdHere}/comm", out string name));
        Assert.Equal("actor\n", name);
        Assert.Equal(Errno.ENOENT, tree.ReadLink(new Caller(Environment.ProcessId, 0, 0), "self", out _));
    }

    [Fact]
    public void A_view_of_tasks_alone_has_nothing_else()
    {
        LiveTree tree = Own(new LiveTree(new ProcView { PidOnly = true }));
        Assert.Equal(Errno.ENOENT, tree.Stat(default, "uptime", out _));
        Assert.Equal(Errno.None, tree.Stat(default, "1/net/dev", out _));
    }

    private Actor Start(uint user) => Own(Actor.As(user));

    private T Own<T>(T one)
        where T : IDisposable
    {
        _owned.Add(one);
        return one;
    }
}
