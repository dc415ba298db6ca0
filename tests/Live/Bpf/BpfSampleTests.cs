using System.Collections.Concurrent;
using System.Diagnostics;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Bpf;

/// <summary>The samples of the library, as somebody who tries them uses them.</summary>
public sealed class BpfSampleTests
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public void Execs_shows_what_is_run_and_by_whom()
    {
        string program = Path.Combine(Scratch.MakeFolder("execs"), "bobbin-sample");
        File.Copy("/bin/true", program);
        using Process execs = Process.Start(new ProcessStartInfo(Sample("Execs", "execs")) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        ConcurrentQueue<string> lines = new();
        execs.OutputDataReceived += (_, line) => lines.Enqueue(line.Data ?? "");
        execs.BeginOutputReadLine();
        Assert.True(SpinWait.SpinUntil(() => lines.Contains("    PID  PARENT  NAME"), s_deadline));
        Command.Check(program);
        Assert.True(SpinWait.SpinUntil(() => lines.Any(line => line.EndsWith($" {Environment.ProcessId,7}  bobbin-sample", StringComparison.Ordinal)), s_deadline),
            string.Join('\n', lines));
        Command.Check("kill", "-INT", $"{execs.Id}");
        Assert.True(execs.WaitForExit(s_deadline));
        execs.WaitForExit(); // until all that it wrote has come
        Assert.Equal(0, execs.ExitCode);
        Assert.Contains("0 lost", lines);
        Assert.Equal("", execs.StandardError.ReadToEnd());
    }

    [Fact]
    public void SystemCalls_counts_them()
    {
        using Process busy = Process.Start(new ProcessStartInfo("dd", ["if=/dev/zero", "of=/dev/null", "bs=1", "status=none"]))!;
        try
        {
            string output = "";
            Assert.True(SpinWait.SpinUntil(() =>
            {
                output = Command.Check(Sample("SystemCalls", "system-calls"), "0.3");
                return output.Split('\n').Any(line => line.EndsWith($"  {busy.Id}", StringComparison.Ordinal) && int.Parse(line[..10]) > 1000);
            }, s_deadline), output);
            Assert.Matches(@"\n *\d+  of \d+ processes\n$", output);
        }
        finally
        {
            busy.Kill();
            busy.WaitForExit();
        }
    }

    [Theory]
    [InlineData("-all,+bpf", "execs: bpf(ProgramLoad on_exec): Operation not permitted (EPERM). This thread lacks CAP_PERFMON. Run it as root, or give its file what it takes: setcap cap_perfmon+ep PROGRAM.\n")]
    [InlineData("-all", "lacks CAP_BPF")]
    public void Without_a_capability_they_end_with_a_line_that_says_so(string bounding, string words)
    {
        Assert.SkipUnless(Native.EffectiveUser == 0, "needs root");
        Command execs = Command.Run(["setpriv", $"--bounding-set={bounding}", "--inh-caps=-all", Sample("Execs", "execs")]);
        Assert.Equal((1, ""), (execs.ExitCode, execs.Output));
        Assert.Contains(words, execs.Errors, StringComparison.Ordinal);
        Assert.Single(execs.Errors.TrimEnd('\n').Split('\n'));
    }

    /// <summary>Built beside the tests, in the same configuration.</summary>
    private static string Sample(string folder, string name)
    {
        DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd('/'));
        string repository = framework.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
        return $"{repository}/samples/{folder}/bin/{framework.Parent.Name}/{framework.Name}/{name}";
    }
}
