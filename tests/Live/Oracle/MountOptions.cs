using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary><c>hidepid</c>, <c>gid</c>, <c>subset=pid</c> and <c>pidns</c>, asked by another user.</summary>
public class MountOptions(Subjects subjects) : LiveTest(subjects)
{
    private const uint Owner = 1234, Stranger = 1235, Group = 4321;

    public static readonly TheoryData<Side, string, string> Spellings = MakeSpellings();

    private static TheoryData<Side, string, string> MakeSpellings()
    {
        TheoryData<Side, string, string> cases = [];
        foreach (Side side in new[] { Side.Kernel, Side.Bobbin })
        {
            foreach (string pair in new[] { "1 noaccess", "2 invisible", "4 ptraceable" })
            {
                cases.Add(side, pair.Split(' ')[0], pair.Split(' ')[0]);
                cases.Add(side, pair.Split(' ')[1], pair.Split(' ')[0]);
            }
        }

        return cases;
    }

    [Theory, MemberData(nameof(Spellings))]
    public void Other_users_processes(Side side, string spelling, string level)
    {
        Actor target = StartActorAs(Owner), stranger = StartActorAs(Stranger), member = StartActorAs(Stranger, Group), own = StartActorAs(Owner);
        int thread = target.Check("thread", "worker");
        string root = On(side, $"hidepid={spelling},gid={Group}").Root;
        string folder = $"{root}/{target.Id}";
        bool listed = level == "1";
        Errno inside = level == "1" ? Errno.EPERM : Errno.ENOENT;

        Assert.Equal(listed, stranger.Ask("list", root).Contains($"{target.Id}"));
        Assert.Equal(listed ? Errno.None : Errno.ENOENT, Asked(stranger, "lstat", folder));
        foreach (string name in new[] { "stat", "status", "task", "nobody", "fd", "ns", $"task/{thread}" })
        {
            Assert.Equal((name, inside), (name, Asked(stranger, "lstat", $"{folder}/{name}")));
        }

        // Its attributes are no secret where it is listed.
        Assert.Equal(listed ? Fidelity.Expect("dot", side, inside, Errno.None) : inside, Asked(stranger, "lstat", $"{folder}/."));
        Assert.Equal(inside, Asked(stranger, "list", folder));
        Assert.Equal(inside, Asked(stranger, "list", folder + "/task"));
        Assert.Equal(inside, Asked(stranger, "open", folder + "/comm", 0));
        Assert.Equal(listed ? Errno.None : Errno.ENOENT, Asked(stranger, "lstat", $"{root}/{thread}"));
        Assert.Equal(inside, Asked(stranger, "open", $"{root}/{thread}/comm", 0));

        // The exempt group: not at the level that asks for ptrace alone.
        bool exempt = level != "4";
        Assert.Equal(exempt, member.Ask("list", root).Contains($"{target.Id}"));
        Assert.Equal(exempt ? ["actor\n"] : ["-2"], member.Ask("cat", folder + "/comm"));

        // The same user, oneself, and root.
        Assert.Contains($"{target.Id}", own.Ask("list", root));
        Assert.Equal(["actor\n"], own.Ask("cat", folder + "/comm"));
        Assert.Equal(["actor\n"], stranger.Ask("cat", $"{root}/self/comm"));
        Assert.Contains($"{stranger.Id}", stranger.Ask("list", root));
        Assert.Contains($"{target.Id}", Listing.Names(root));
        Assert.Equal((0, "actor\n"), Native.Cat(folder + "/comm"));
        Assert.Equal(["-2"], stranger.Ask("lstat", $"{root}/4194000"));
    }

    [Theory, MemberData(nameof(Sides))]
    public void What_root_has_looked_up_stays_hidden_from_others(Side side)
    {
        Actor target = StartActorAs(Owner), stranger = StartActorAs(Stranger);
        foreach (string level in new[] { "2", "4" })
        {
            string root = On(side, $"hidepid={level},gid={Group}").Root;
            Assert.Equal((0, "actor\n"), Native.Cat($"{root}/{target.Id}/comm"));
            Assert.Equal(Errno.ENOENT, Asked(stranger, "lstat", $"{root}/{target.Id}"));

            // Under 4 a cached entry answers EPERM inside: the lookup that would hide it does not happen again.
            Errno inside = Asked(stranger, "lstat", $"{root}/{target.Id}/comm");
            Assert.Equal((level, level == "4" ? Fidelity.Expect("hidepid-cached", side, Errno.EPERM, Errno.ENOENT) : Errno.ENOENT), (level, inside));
            Assert.DoesNotContain($"{target.Id}", stranger.Ask("list", root));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Members_of_group_0_are_exempt_when_no_group_is_given(Side side)
    {
        Actor target = StartActorAs(Owner), member = StartActorAs(Stranger, 0), stranger = StartActorAs(Stranger);
        string root = On(side, "hidepid=2").Root;
        Assert.Contains($"{target.Id}", member.Ask("list", root));
        Assert.DoesNotContain($"{target.Id}", stranger.Ask("list", root));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Only_tasks_are_left_of_subset_pid(Side side)
    {
        string root = On(side, "subset=pid").Root;
        List<string> names = Listing.Names(root);
        // Not even the dots: they are the static entries' part of the listing.
        Assert.Equal(["self", "thread-self", "1"], names.Take(3));
        Assert.All(names.Skip(2), name => Assert.True(Listing.IsId(name), name));
        foreach (string name in new[] { "uptime", "sys", "mounts", "net", "cpuinfo", "stat" })
        {
            Assert.Equal((name, Errno.ENOENT), (name, ErrnoOf(Native.LStat($"{root}/{name}", out _))));
        }

        Assert.Equal(Fidelity.Expect("own-files", side, Errno.ENOENT, Errno.None), ErrnoOf(Native.LStat($"{root}/fs", out _)));
        Assert.Equal(0, Native.Cat($"{root}/1/stat").Error);
        Assert.Equal(0, Native.Cat($"{root}/self/net/dev").Error);
        Native.ReadLink($"{root}/self", out string self);
        Assert.Equal($"{Environment.ProcessId}", self);
    }

    [Theory, MemberData(nameof(Sides))]
    public void Another_pid_namespace_is_seen_from_inside(Side side)
    {
        Actor init = StartActor("unshare", "--pid", "--fork", "--kill-child");
        int child = init.Check("fork"), thread = init.Check("thread", "worker");
        using Subject mount = Subject.Mount(side, $"pidns={init.Id}");
        List<Dirent> records = Listing.Read(mount.Root).Records;
        Assert.Equal([1, child], Listing.Ids(records));
        Assert.Equal([".", "..", "1", $"{thread}"], Listing.Names(mount["1/task"]));
        Assert.Equal((0, "worker\n"), Native.Cat(mount[$"{thread}/comm"]));
        string status = Native.Cat(mount[$"{child}/status"]).Text;
        Assert.Contains($"\nPid:\t{child}\nPPid:\t1\n", status, StringComparison.Ordinal);
        Assert.Contains($"\nNSpid:\t{child}\n", status, StringComparison.Ordinal);
        Assert.StartsWith($"{child} (actor) S 1 ", Native.Cat(mount[$"{child}/stat"]).Text, StringComparison.Ordinal);
        Assert.Contains("\nPPid:\t0\n", Native.Cat(mount["1/status"]).Text, StringComparison.Ordinal);
        Assert.Equal((0, $"{child} "), Native.Cat(mount["1/task/1/children"]));
        Assert.Equal(["1"], init.Ask("readlink", mount["self"]));
        Assert.Equal(["1/task/1"], init.Ask("readlink", mount["thread-self"]));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(mount[$"{Environment.ProcessId}"], out _)));
        Native.Stat(mount.Root, out Status root);
        Assert.True(root.Links > 20, "links count processes of the whole machine");
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_dead_pid_namespace_is_empty(Side side)
    {
        using Actor init = new(null, "unshare", "--pid", "--fork", "--kill-child");
        using Subject mount = Subject.Mount(side, $"pidns={init.Id}");
        Assert.Equal([1], Listing.Ids(Listing.Read(mount.Root).Records));
        int id = init.Id;
        init.Dispose();
        Eventually(() => Native.LStat($"/proc/{id}", out _) < 0, "the end of the namespace's init");
        Assert.Empty(Listing.Ids(Listing.Read(mount.Root).Records));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(mount["1"], out _)));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.ReadLink(mount["self"], out _)));
        Assert.True(Native.Cat(mount["uptime"]).Text.Length > 0);
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_nested_namespaces_tasks_have_this_ones_ids(Side side)
    {
        Actor init = StartActor("unshare", "--pid", "--fork", "--kill-child");
        int inner = init.Check("fork");
        string children = Native.Cat(On(side)[$"{init.Id}/task/{init.Id}/children"]).Text;
        Assert.Equal(Native.Cat($"/proc/{init.Id}/task/{init.Id}/children").Text, children);
        Assert.Contains($"\nNSpid:\t{children.Trim()}\t{inner}\n", Native.Cat(On(side)[$"{children.Trim()}/status"]).Text, StringComparison.Ordinal);
        Assert.Contains(children.Trim(), Listing.Names(On(side).Root));
    }

    private static Errno Asked(Actor actor, params object[] words) =>
        actor.Ask(words) is [var first, ..] && first.StartsWith('-') ? (Errno)(-int.Parse(first, System.Globalization.CultureInfo.InvariantCulture)) : Errno.None;
}
