using System.Text.Json;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Cli;

/// <summary>Machines on which much of what bobbin looks for is missing: one line still says what, and doctor blames the right thing.</summary>
public sealed class BareMachineTests : CliTest
{
    private const string NoProc = "mount -t tmpfs none /proc || exit 99; exec \"$@\"";

    [Fact]
    public void Without_a_procfs()
    {
        Command run = Without(NoProc, "run", "--", "true");
        Assert.Equal((1, "bobbin: /proc/self/exe: No such file or directory (ENOENT); bobbin needs a /proc to find itself\n"), (run.ExitCode, run.Errors));
        Assert.EndsWith("\nNo procfs is mounted on /proc: as root, mount -t proc proc /proc.\n", Without(NoProc, "explain", "1").Output, StringComparison.Ordinal);
        JsonElement kernel = Finding(Without(NoProc, "doctor", "--json"), "kernel");
        Assert.Equal("ok", kernel.GetProperty("state").GetString());
        Assert.StartsWith(string.Join('.', Environment.OSVersion.Version.ToString(2)), kernel.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_sysfs()
    {
        Command doctor = Without("mount -t tmpfs none /sys || exit 99; exec \"$@\"", "doctor", "--json");
        Assert.DoesNotContain("IO_", doctor.Output, StringComparison.Ordinal);
        Assert.Equal("no sysfs is mounted on /sys", Finding(doctor, "BTF").GetProperty("remedy").GetString());
        Assert.Equal("no sysfs is mounted on /sys", Finding(doctor, "FUSE over io_uring").GetProperty("detail").GetString());
    }

    [Fact]
    public void Without_a_PATH_demo_says_what_it_misses()
    {
        Command demo = Without("PATH=/nonexistent exec \"$@\"", "demo");
        Assert.Equal((1, "bobbin: demo: cat: No such file or directory (ENOENT); is it in a directory of PATH?\n"), (demo.ExitCode, demo.Errors));
    }

    [Fact]
    public void Fusermount3_wants_users_with_a_name()
    {
        string folder = Scratch.MakeFolder("nameless");
        Assert.Equal(0, Command.Run(["chown", "61234:61234", folder]).ExitCode);
        Command result = Command.Run([.. Defaults, "setpriv", "--reuid", "61234", "--regid", "61234", "--clear-groups", "--inh-caps=-all", Binary, "mount", folder]);
        Assert.Equal((1, "bobbin: fusermount3: it does not mount for a user without a name; uid 61234 needs an entry in /etc/passwd\n"), (result.ExitCode, result.Errors));
    }

    // With fewer still the runtime itself does not start, and says nothing: status 255.
    [Fact]
    public void Too_few_processes_are_said_to_be_too_few()
    {
        string[] other = ["setpriv", "--reuid", "61235", "--regid", "61235", "--clear-groups", "--inh-caps=-all"];
        List<string> said = [];
        for (int limit = 3; limit <= 8; limit++)
        {
            Command result = Command.Run([.. Defaults, .. other, "prlimit", $"--nproc={limit}", Binary, "run", "--", "true"]);
            Assert.Contains(result.ExitCode, (int[])[0, 1, 255]);
            said.AddRange(result.ExitCode == 1 ? [result.Errors] : []);
        }

        Assert.NotEmpty(said);
        Assert.All(said, errors => Assert.Matches("^bobbin: [^\n]*; the limit of processes is too low: ulimit -u 256\n$", errors));
        NothingIsLeft();
    }

    private static Command Without(string script, params string[] words) =>
        Command.Run([.. Defaults, "unshare", "--mount", "sh", "-c", script, "sh", Binary, .. words]);

    private static JsonElement Finding(Command doctor, string check) =>
        JsonDocument.Parse(doctor.Output).RootElement.EnumerateArray().Single(finding => finding.GetProperty("check").GetString() == check);
}
