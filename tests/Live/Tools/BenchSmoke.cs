using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Tools;

/// <summary>The bench still runs: every kind of operation on every subject, a few times. Its figures say nothing here.</summary>
public sealed class BenchSmoke
{
    private static readonly string s_bench = Path.Combine(Product.Root, "bench/Bobbin.Bench/bin/Release/net10.0/Bobbin.Bench");

    [Fact]
    public void Every_operation_succeeds_on_every_subject()
    {
        Assert.SkipUnless(Native.EffectiveUser == 0, "needs root");
        Assert.SkipUnless(File.Exists(s_bench), "the bench is not built");
        string peers = Path.Combine(Product.Root, "artifacts/bench");
        Command made = Command.Run([Path.Combine(Product.Root, "bench/peer/build"), peers]);
        Assert.SkipUnless(File.Exists(Path.Combine(peers, "reader")), $"the reader does not compile here: {made.Errors}");

        // The bench takes the folder it is started in for the repository.
        Command ran = Command.Run(
            ["/bin/sh", "-c", "cd \"$1\" && exec \"$2\" --quick --turns 2 --processes 40 --threads 40 --only open,listing,uptime,ps", "sh",
                Product.Root, s_bench],
            seconds: 180,
            new Dictionary<string, string> { ["BOBBIN_BINARY"] = Product.Binary });

        Assert.Equal((0, ""), (ran.ExitCode, ran.ExitCode == 0 ? "" : ran.Output + ran.Errors));
        Assert.All(
            (string[])["kernel", "Bobbin, live", "bobbin run", "Bobbin, table, exact", "Bobbin, table, at rest", "round trips", "| Aim |"],
            words => Assert.Contains(words, ran.Output, StringComparison.Ordinal));
    }
}
