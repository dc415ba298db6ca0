using Bobbin.Kernel.Linux;
using Bobbin.Tests.Cli;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Access;

/// <summary>The matrix where an ordinary user serves: with fusermount3, for that user alone, and in a user namespace.</summary>
[Collection(nameof(OrdinaryUser))]
public class AccessOfOrdinaryUsers(Subjects subjects) : LiveTest(subjects)
{
    [Theory, InlineData("owner"), InlineData("user-namespace"), InlineData("confined-owner")]
    public void A_users_own_mount(string caller)
    {
        Place place = MountAsUser(out int server);
        Targets targets = Targets.Start(this, server);
        Matrix.Compare(place, caller, [.. targets.Paths, .. MachinePaths.Static(), .. MachinePaths.BelowSys(oncePerKind: true)], targets);
    }

    [Theory, InlineData("root"), InlineData("stranger"), InlineData("group"), InlineData("set-uid"), InlineData("roots-user-namespace")]
    public void Nobody_else_has_anything_of_it(string caller)
    {
        Place place = MountAsUser(out int server);
        string[] paths = [".", "1", "1/stat", $"{server}/comm", "self/comm", "uptime", "sys/kernel/hostname", "fs/bobbin/stats", "nobody"];
        Dictionary<string, string> found = Prober.Run(place, place.Bobbin, caller, paths);
        found.Remove(".\tstat"); // the directory's attributes as the kernel has noted them
        Assert.True(found.Count > paths.Length);
        Assert.All(found, attempt => Assert.Equal((attempt.Key, "EACCES"), (attempt.Key, attempt.Value)));
    }

    [Theory, InlineData("inside"), InlineData("nested-user-namespace")]
    public void Inside_a_users_run(string caller)
    {
        string kernel = On(Side.Kernel).Root;
        HeldRun run = Own(new HeldRun(CliTest.Binary, [.. Prober.AsOwner]));
        Place place = new(kernel, "/proc", "", [.. Prober.AsOwner, "nsenter", $"--target={run.Id}", "--user", "--mount", "--preserve-credentials", "--"])
        {
            Way = Place.InsideUsersRun,
        };
        Targets targets = Targets.Start(this, run.Server);
        Matrix.Compare(place, caller, [.. targets.Paths, .. MachinePaths.Static(), .. MachinePaths.BelowSys(oncePerKind: true)], targets);
    }

    [Theory, MemberData(nameof(Sides))]
    public void Who_calls_may_not_be_traced_itself(Side side)
    {
        Subject mount = side == Side.Kernel ? On(side) : Own(Subject.MountAs(Prober.Owner, CliTest.Binary));
        Actor target = Own(new Actor(null, [.. Prober.AsOwner])), caller = Own(new Actor(null, [.. Prober.AsOwner]));
        string path = mount[$"{target.Id}/environ"];
        Assert.True(caller.Number("open", path, Native.O_RDONLY) >= 0);
        caller.Check("dumpable", 0);
        Errno expected = Fidelity.Expect("untraceable-caller", side, Errno.None, Errno.EACCES);
        Assert.Equal(expected, ErrnoOf(caller.Number("open", path, Native.O_RDONLY)));
        Assert.Equal(["actor\n"], caller.Ask("cat", mount[$"{target.Id}/comm"]));
    }

    private Place MountAsUser(out int server)
    {
        Subject mount = Own(Subject.MountAs(Prober.Owner, CliTest.Binary));
        server = mount.Server;
        return new Place(On(Side.Kernel).Root, mount.Root) { Way = Place.UsersMount };
    }
}
