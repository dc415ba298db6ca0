using Bobbin.Kernel.Linux;
using Bobbin.Tests.Cli;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Access;

/// <summary>Callers that have put themselves into a domain of Landlock (confine.c): they may trace who is in it, and nobody else.</summary>
[Collection(nameof(OrdinaryUser))]
public class ConfinedCallers(Subjects subjects) : LiveTest(subjects)
{
    // A process that is asked something and answers is where it is to be.
    private const string Script = """
        try() { if readlink "$root/$2/ns/net" >/dev/null; then echo "$1: read"; else echo "$1: refused"; fi; }
        # CAP_PERFMON alone opens what is in memory; links take tracing.
        root=$1 confine=$2 outside=$3
        sleep 60 & same=$!
        coproc "$confine" d cat
        echo x >&"${COPROC[1]}"; read -r -u "${COPROC[0]}" answer
        try self $$
        try same $same
        try nested $COPROC_PID
        try outside $outside
        "$confine" d bash -c "$(declare -f try); root='$root'; try 'parent of the nested' $$"
        kill $same $COPROC_PID
        """;

    [Theory, InlineData(Side.Kernel, false), InlineData(Side.Kernel, true), InlineData(Side.Bobbin, false), InlineData(Side.Bobbin, true)]
    public void A_domain_holds_those_that_are_nested_in_it(Side side, bool asOwner)
    {
        string confine = Scratch.Compile("confine.c");
        Actor outside = asOwner ? Own(new Actor(null, [.. Prober.AsOwner])) : StartActor();
        string[] words = asOwner ? [.. Prober.AsOwner, confine, "nd"] : [confine, "d"];
        Command result = Command.Run([.. words, "bash", "-c", Script, "script", On(side).Root, confine, $"{outside.Id}"]);
        Assert.Equal(
            (0, "self: read\nsame: read\nnested: read\noutside: refused\nparent of the nested: refused\n", ""),
            (result.ExitCode, result.Output, result.Errors));
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_server_that_cannot_tell_serves_nobody_who_may_be_confined(Side side)
    {
        string confine = Scratch.Compile("confine.c");
        Subject mount = side == Side.Kernel ? On(side) : Own(Subject.MountAs(Prober.Owner, CliTest.Binary));
        Actor target = Own(new Actor(null, [.. Prober.AsOwner]));
        Errno Open(string steps) =>
            ErrnoOf(Own(new Actor(null, [.. Prober.AsOwner, confine, steps])).Number("open", mount[$"{target.Id}/environ"], Native.O_RDONLY));
        Assert.Equal(Errno.EACCES, Open("nd"));
        Assert.Equal(Fidelity.Expect("landlock", side, Errno.None, Errno.EACCES), Open("n"));
        Assert.Equal(Errno.None, Open(""));
    }
}
