using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Cli;

/// <summary>A shell on a terminal; <c>interactive.py</c> types.</summary>
public sealed class InteractiveTests : CliTest
{
    [Theory, MemberData(nameof(RootOrNot))]
    public void Jobs_are_stopped_resumed_and_interrupted(bool root) => Type("jobs", root);

    [Theory, MemberData(nameof(RootOrNot))]
    public void A_terminal_that_is_closed_leaves_nothing(bool root) => Type("close", root);

    private static void Type(string check, bool root)
    {
        Command result = Command.Run([.. Defaults, .. root ? [] : OrdinaryUser.Prefix, "/usr/bin/python3", Path.Combine(AppContext.BaseDirectory, "Cli/interactive.py"), check, Binary, "run", "--", "bash", "--norc", "-i"], 100);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        NothingIsLeft();
    }
}
