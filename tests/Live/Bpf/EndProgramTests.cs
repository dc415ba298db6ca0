using System.Collections.Concurrent;
using System.Diagnostics;
using Bobbin.Sources;
using Xunit;

namespace Bobbin.Tests.Bpf;

public sealed class EndProgramTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly BpfExits _exits;
    private readonly ConcurrentDictionary<int, bool> _ended = new();

    public EndProgramTests()
    {
        _exits = BpfExits.TryOpen(out string reason) ?? throw new InvalidOperationException(reason);
        Assert.Equal("BPF sched_process_free", reason);
        _exits.ThreadEnded += id => _ended[id] = true;
    }

    public void Dispose() => _exits.Dispose();

    [Fact]
    public void Tells_the_end_of_each_process()
    {
        List<int> ids = [];
        for (int i = 0; i < 10; i++)
        {
            using Process child = Process.Start("/bin/true");
            child.WaitForExit();
            ids.Add(child.Id);
        }

        ids.ForEach(WaitForEndOf);
    }

    [Fact]
    public void Tells_the_end_of_a_thread()
    {
        int id = 0;
        Thread thread = new(() => id = int.Parse(Path.GetFileName(File.ResolveLinkTarget("/proc/thread-self", false)!.FullName)));
        thread.Start();
        thread.Join();
        Assert.NotEqual(Environment.ProcessId, id);
        WaitForEndOf(id);
        Assert.False(_ended.ContainsKey(Environment.ProcessId));
    }

    [Fact]
    public void A_zombie_ends_when_it_is_reaped()
    {
        // The shell starts a child, and becomes a program that never waits for it.
        using Process parent = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "sleep 0 & echo $!; exec sleep 1000"]) { RedirectStandardOutput = true })!;
        int zombie = int.Parse(parent.StandardOutput.ReadLine()!);
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{zombie}/stat").Contains(") Z ", StringComparison.Ordinal), Deadline));
        using (Process other = Process.Start("/bin/true"))
        {
            other.WaitForExit();
            WaitForEndOf(other.Id); // told later than the zombie's exit
        }

        Assert.False(_ended.ContainsKey(zombie));
        parent.Kill();
        WaitForEndOf(zombie);
    }

    [Fact]
    public void When_a_thread_executes_its_own_id_ends_and_the_leaders_stays()
    {
        const string script = """
            import os, threading
            def run():
                print(os.getpid(), threading.get_native_id(), flush=True)
                os.execv('/bin/sleep', ['sleep', '1000'])
            threading.Thread(target=run).start()
            """;
        using Process python = Process.Start(new ProcessStartInfo("python3", ["-c", script]) { RedirectStandardOutput = true })!;
        int[] ids = [.. python.StandardOutput.ReadLine()!.Split(' ').Select(int.Parse)];
        WaitForEndOf(ids[1]);
        Assert.False(_ended.ContainsKey(ids[0]));
        python.Kill();
        WaitForEndOf(ids[0]);
    }

    private void WaitForEndOf(int id) =>
        Assert.True(SpinWait.SpinUntil(() => _ended.ContainsKey(id), Deadline), $"the end of {id} was not told");
}
