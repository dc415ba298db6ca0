using System.Diagnostics;
using System.Text.RegularExpressions;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Readers;

/// <summary>The sample of the library, as somebody who tries it uses it.</summary>
public sealed class SampleTests(Subjects subjects) : LiveTest(subjects)
{
    [Fact]
    public void The_busiest_threads_are_shown()
    {
        using Process busy = Process.Start(new ProcessStartInfo("sh", ["-c", "while :; do :; done"]))!;
        try
        {
            // Others may be busier for a while.
            string line = "";
            Eventually(() =>
            {
                string output = Command.Check(Program(), "0.5");
                Assert.StartsWith("Read by BPF task iterator.\n", output, StringComparison.Ordinal);
                Assert.Matches(@"\n\d+ processes were born, \d+ ended\.\n$", output);
                line = output.Split('\n').FirstOrDefault(one => one.Contains($"thread {busy.Id} (sh) of {busy.Id} (sh), user 0, 1 threads", StringComparison.Ordinal), "");
                return line.Length > 0;
            }, "the busy process among the busiest", seconds: 60);
            Assert.True(int.Parse(Regex.Match(line, @"^ *(\d+)").Groups[1].Value) > 0, line);
        }
        finally
        {
            busy.Kill();
            busy.WaitForExit();
        }
    }

    /// <summary>Built beside the tests, in the same configuration.</summary>
    private static string Program()
    {
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd('/'));
        string repository = framework.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return $"{repository}/samples/BusyThreads/bin/{framework.Parent.Name}/{framework.Name}/busy-threads";
    }
}
