using System.Diagnostics;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Fuse;

/// <summary>The sample, as somebody who tries it uses it.</summary>
public sealed class HelloFuseTests(Subjects subjects) : LiveTest(subjects)
{
    [Fact]
    public void Mounts_reads_lists_and_ends_on_a_signal()
    {
        string root = Scratch.MakeFolder("hello");
        using Process sample = Process.Start(new ProcessStartInfo(Program(), [root]) { RedirectStandardError = true })!;
        Eventually(() => Mounts().Any(line => line.StartsWith($"hello {root} fuse ro,", StringComparison.Ordinal)), "it mounts");
        Assert.Equal("Hello from user space.\n", Command.Check("cat", $"{root}/hello"));
        Assert.Equal(".\n..\nhello\n", Command.Check("ls", "-a", root));
        Assert.Equal("regular file 444 23\n", Command.Check("stat", "-c", "%F %a %s", $"{root}/hello"));
        Assert.Equal(1, Command.Run(["cat", $"{root}/other"]).ExitCode);
        Assert.Equal(1, Command.Run(["touch", $"{root}/hello"]).ExitCode);
        Command.Check("kill", "-INT", $"{sample.Id}");
        Assert.True(sample.WaitForExit(20_000), "it ends");
        Assert.Equal((0, ""), (sample.ExitCode, sample.StandardError.ReadToEnd()));
        Assert.DoesNotContain(Mounts(), line => line.Contains(root, StringComparison.Ordinal));
    }

    private static string[] Mounts() => File.ReadAllLines("/proc/self/mounts");

    /// <summary>Built beside the tests, in the same configuration.</summary>
    private static string Program()
    {
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd('/'));
        string repository = framework.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return $"{repository}/samples/HelloFuse/bin/{framework.Parent.Name}/{framework.Name}/hello-fuse";
    }
}
