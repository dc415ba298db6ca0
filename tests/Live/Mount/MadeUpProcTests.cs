using System.Diagnostics;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Mount;

/// <summary>The sample that serves a table of tasks, and ordinary tools on it.</summary>
public sealed class MadeUpProcTests(Subjects subjects) : LiveTest(subjects)
{
    [Fact]
    public void Ps_top_and_htop_show_the_tasks_that_were_thought_up()
    {
        string root = Scratch.MakeFolder("made-up");
        using Process sample = Process.Start(new ProcessStartInfo(Program(), [root]) { RedirectStandardError = true })!;
        Eventually(() => Mounts().Any(line => line.StartsWith($"made-up {root} fuse", StringComparison.Ordinal)), "it mounts");
        try
        {
            Command ps = Inside(root, "ps -eLo pid=,ppid=,lwp=,stat=,time=,comm=,args=");
            Assert.Equal((0, ""), (ps.ExitCode, ps.Errors));
            Assert.Equal(
                [
                    "9 1 9 Sl 00:01:33 shop /usr/bin/shop --port 80", "9 1 10 Rl 00:01:33 checkout /usr/bin/shop --port 80",
                    "11 9 11 Z 00:00:00 thumbnail [thumbnail] <defunct>",
                ],
                Lines(ps.Output)[^3..]);

            Command top = Inside(root, "top -bn1 -H -w 200");
            Assert.Equal((0, ""), (top.ExitCode, top.Errors));
            Assert.Contains(Lines(top.Output), line => line.StartsWith("10 ", StringComparison.Ordinal) && line.EndsWith(" R 0.0 0.0 1:33.00 checkout", StringComparison.Ordinal));

            Command htop = Inside(root, "(sleep 2; printf q; sleep 2) | TERM=xterm script -qec 'stty rows 30 cols 120; htop -C' /dev/null");
            Assert.Equal((0, ""), (htop.ExitCode, htop.Errors));
            Assert.Contains("/usr/bin/shop --port 80", htop.Output, StringComparison.Ordinal);
        }
        finally
        {
            Command.Check("kill", "-TERM", $"{sample.Id}");
            Assert.True(sample.WaitForExit(20_000), "it ends");
        }

        Assert.Equal((0, ""), (sample.ExitCode, sample.StandardError.ReadToEnd()));
        Assert.DoesNotContain(Mounts(), line => line.Contains(root, StringComparison.Ordinal));
    }

    // In a pid namespace of its own: ps looks its own id up.
    private static Command Inside(string root, string command) =>
        Command.Run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", $"mount --bind {root} /proc && {command}"]);

    private static string[] Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];

    private static string[] Mounts() => File.ReadAllLines("/proc/self/mounts");

    /// <summary>Built beside the tests, in the same configuration.</summary>
    private static string Program()
    {
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd('/'));
        string repository = framework.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return $"{repository}/samples/MadeUpProc/bin/{framework.Parent.Name}/{framework.Name}/made-up-proc";
    }
}
