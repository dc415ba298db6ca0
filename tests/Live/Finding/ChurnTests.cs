using System.Diagnostics;
using Bobbin.Kernel.Linux;
using Bobbin.Tests.Cli;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Finding;

/// <summary>What starts and ends meanwhile is never taken for hidden, and an id may be any that the kernel gives.</summary>
public sealed class ChurnTests : CliTest
{
    private const int Runs = 50;
    private const string Forks = "while :; do : & : & wait; done";
    private const string Threads = """
        import threading
        while True:
            some = [threading.Thread(target=int) for _ in range(20)]
            for one in some: one.start()
            for one in some: one.join()
        """;

    [Fact]
    public void Nothing_is_found_in_fifty_runs_while_tasks_come_and_go()
    {
        Process[] storms = [Start("sh", "-c", Forks), Start("python3", "-c", Threads)];
        try
        {
            for (int run = 0; run < Runs; run++)
            {
                Search search = Search.Run(root: run % 2 == 0);
                Assert.True(search.Command.ExitCode == 0, $"run {run}: {search.Command.Output}");
            }
        }
        finally
        {
            Array.ForEach(storms, End);
        }
    }

    [Fact]
    public void Every_id_that_there_may_be_is_asked_about()
    {
        const string PidMax = "/proc/sys/kernel/pid_max";
        string before = File.ReadAllText(PidMax);
        string last = File.ReadAllText("/proc/sys/kernel/ns_last_pid");
        try
        {
            File.WriteAllText(PidMax, "4194304");
            File.WriteAllText("/proc/sys/kernel/ns_last_pid", "4194000");
            using Actor actor = new();
            Assert.InRange(actor.Id, 4194001, 4194303);
            Search all = Search.Run(true);
            Assert.Equal((0, "", 4194303), (all.Command.ExitCode, all.Rows, all.Json.GetProperty("highestId").GetInt32()));
            FindsIt(actor.Id, root: true);
            FindsIt(actor.Id, root: false);
            Interrupt();

            // It lives on above the limit, where only another view can know of it.
            File.WriteAllText(PidMax, before);
            Search lowered = Search.Run(true);
            Assert.Equal((0, ""), (lowered.Command.ExitCode, lowered.Rows));
            FindsIt(actor.Id, root: true);
        }
        finally
        {
            File.WriteAllText(PidMax, before);
            File.WriteAllText("/proc/sys/kernel/ns_last_pid", last.Trim());
        }
    }

    private static void FindsIt(int id, bool root)
    {
        Search search = Search.Under($"mount -t tmpfs tmpfs /proc/{id}", root);
        Assert.Equal((3, $"{id}"), (search.Command.ExitCode, search.Rows));
    }

    // Every id looked up takes seconds; a signal ends it at once.
    private static void Interrupt()
    {
        using Process search = Start([.. Defaults, Binary, "find", "--hidden", "--exhaustive"]);
        DateTime end = DateTime.UtcNow.AddSeconds(20);
        while (File.ReadAllText($"/proc/{search.Id}/comm") != "bobbin\n" || File.ReadAllText($"/proc/{search.Id}/status").Contains("\nThreads:\t1\n", StringComparison.Ordinal))
        {
            Assert.True(DateTime.UtcNow < end, "it does not search");
            Thread.Sleep(1);
        }

        Assert.Equal(0, Command.Run(["kill", "-INT", $"{search.Id}"]).ExitCode);
        search.WaitForExit();
        Assert.Equal(128 + 2, search.ExitCode);
    }

    private static Process Start(params string[] command) =>
        Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;

    private static void End(Process process)
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
