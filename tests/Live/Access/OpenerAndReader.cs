using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Access;

/// <summary>Files that one opens and another reads: some rules are about the opener, some about the reader, some about both.</summary>
public class OpenerAndReader(Subjects subjects) : LiveTest(subjects)
{
    private const uint Owner = 1234, Stranger = 1235;

    public static readonly TheoryData<Side, string, string> Cases = MakeCases();

    private static TheoryData<Side, string, string> MakeCases()
    {
        // Opened by root, read by somebody else: what that says.
        TheoryData<Side, string, string> cases = [];
        foreach (Side side in new[] { Side.Kernel, Side.Bobbin })
        {
            foreach (string name in new[] { "environ", "auxv", "status", "stat", "limits", "maps", "comm" })
            {
                cases.Add(side, name, "");
            }

            cases.Add(side, "io", "Permission denied");
            cases.Add(side, "syscall", "Operation not permitted");
            cases.Add(side, "personality", "Operation not permitted");
            cases.Add(side, "stack", "Operation not permitted");
            cases.Add(side, "timerslack_ns", "Operation not permitted");
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Opened_by_root_and_read_by_a_stranger(Side side, string name, string error)
    {
        Actor target = StartActorAs(Owner);
        Command result = Command.Run(
        [
            "bash", "-c", $"exec setpriv --reuid={Stranger} --regid={Stranger} --clear-groups cat <\"$0\"", On(side)[$"{target.Id}/{name}"],
        ]);
        if (error.Length == 0)
        {
            Assert.Equal((name, 0, ""), (name, result.ExitCode, result.Errors));
            Assert.NotEqual("", result.Output);
        }
        else
        {
            Assert.Equal((name, 1), (name, result.ExitCode));
            Assert.Contains(error, result.Errors, StringComparison.Ordinal);
            Assert.Equal("", result.Output);
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Stat_hides_addresses_from_whom_the_reader_is(Side side)
    {
        Actor target = StartActor();
        string Read(string path) =>
            Command.Check("bash", "-c", $"exec setpriv --reuid={Stranger} --regid={Stranger} --clear-groups cat <\"$0\"", path);
        Assert.Equal(Read($"/proc/{target.Id}/stat"), Read(On(side)[$"{target.Id}/stat"]));
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_set_uid_program_asks_access_for_who_started_it(Side side)
    {
        // access(2) uses the real id: what the program may open, its user may not.
        Actor program = Own(Actor.As(Owner, program: Programs.SetUid(Scratch.Compile("actor.c"), 0)));
        Actor target = StartActor();
        string parameter = On(side)["sys/vm/drop_caches"], own = On(side)[$"{target.Id}/environ"];
        Assert.True(program.Number("open", parameter, Native.O_WRONLY) >= 0);

        // Parameters of the kernel look at the effective id all the same.
        Assert.Equal(Fidelity.Expect("set-uid-access", side, 0, -13), program.Number("access", parameter, 2));
        Assert.Equal(-13, program.Number("access", own, 4));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Capabilities_of_another_user_namespace_are_worth_nothing(Side side)
    {
        Actor root = StartActor("unshare", "--user", "--map-root-user");
        Actor user = Own(new Actor(null, "setpriv", $"--reuid={Owner}", $"--regid={Owner}", "--clear-groups", "unshare", "--user", "--map-root-user"));
        Actor target = StartActorAs(Stranger);
        foreach (Actor caller in new[] { root, user })
        {
            foreach (string path in new[] { $"{target.Id}/environ", $"{target.Id}/mem", $"{target.Id}/fd", "1/environ" })
            {
                Assert.Equal((path, -13), (path, caller.Number("open", On(side)[path], 0)));
            }
        }

        foreach (string path in new[] { "sys/kernel/core_pattern", "sys/vm/drop_caches", "sys/kernel/hostname" })
        {
            Assert.Equal((path, -13), (path, user.Number("open", On(side)[path], Native.O_WRONLY)));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Groups_that_the_caller_has_dropped_open_nothing(Side side)
    {
        Actor plain = StartActorAs(Owner), target = StartActorAs(Stranger);
        foreach (string name in new[] { "environ", "fd/0", "cwd", "mem", "auxv" })
        {
            int result = name.StartsWith("fd/", StringComparison.Ordinal) || name == "cwd"
                ? int.Parse(plain.Ask("readlink", On(side)[$"{target.Id}/{name}"])[0], System.Globalization.CultureInfo.InvariantCulture)
                : plain.Number("open", On(side)[$"{target.Id}/{name}"], 0);
            Assert.Equal((name, -13), (name, result));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void The_server_gives_nothing_of_itself_away(Side side)
    {
        int server = On(Side.Bobbin).Server;
        Actor stranger = StartActorAs(Owner);
        foreach (string name in new[] { "mem", "maps", "environ", "fd", "io", "syscall", "stack", "auxv", "pagemap", "smaps" })
        {
            string path = $"{server}/{name}";
            Assert.Equal((name, stranger.Number("open", $"/proc/{path}", 0) < 0), (name, stranger.Number("open", On(side)[path], 0) < 0));
        }

        foreach (string name in new[] { "comm", "oom_score_adj", "mem", "clear_refs", "coredump_filter" })
        {
            string path = $"{server}/{name}";
            Assert.Equal((name, stranger.Number("open", $"/proc/{path}", Native.O_WRONLY) < 0), (name, stranger.Number("open", On(side)[path], Native.O_WRONLY) < 0));
        }

        bool refused = stranger.Number("open", On(side)[$"{server}/timerslack_ns"], Native.O_WRONLY) < 0;
        Assert.Equal(Fidelity.Expect("server-itself", side, false, true), refused);
        Assert.Equal(stranger.Ask("readlink", $"/proc/{server}/exe"), stranger.Ask("readlink", On(side)[$"{server}/exe"]));
        Assert.Equal("-13", stranger.Ask("readlink", On(side)[$"{server}/fd/3"])[0]);

        // Its own name: the kernel lets only the group itself write it, and the server is not who asks.
        int name1 = Native.Open(On(side)[$"{server}/comm"], Native.O_WRONLY);
        Assert.True(name1 < 0 || Native.Write(name1, "stolen") < 0, "root may not rename the server through itself");
        if (name1 >= 0)
        {
            Native.Close(name1);
        }
    }
}
