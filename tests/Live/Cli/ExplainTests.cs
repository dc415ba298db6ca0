using System.Text.Json;
using System.Text.RegularExpressions;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Cli;

public sealed class ExplainTests : CliTest
{
    [Fact]
    public void A_thread_that_is_no_leader()
    {
        using Actor actor = new(null, []);
        int thread = actor.Check("thread", "worker");
        JsonElement json = Explain(thread);
        Assert.Equal(("thread", "worker", actor.Id, false, true), (Text(json, "kind"), Text(json, "name"), json.GetProperty("process").GetInt32(), json.GetProperty("listed").GetBoolean(), json.GetProperty("found").GetBoolean()));
        Assert.Equal(
            $"{thread} is the thread \"worker\" of process {actor.Id} \"{Text(json, "processName")}\", not its leader.\n"
            + $"A listing of /proc walks thread groups and shows each by its leader, here {actor.Id}; so it omits {thread}.\n"
            + $"Lookup by id resolves any task, so the name {thread} is found all the same.\n"
            + $"Reached by: /proc/{thread} and /proc/{actor.Id}/task/{thread}\n",
            Bobbin(true, "explain", $"{thread}").Output);
        Assert.Contains("so it is in the listing", Bobbin(true, "run", "--list-threads", "--", Binary, "explain", $"{thread}").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_process_and_a_kernel_thread()
    {
        Assert.Equal("process", Text(Explain(1), "kind"));
        Assert.Equal("kernel-thread", Text(Explain(2), "kind"));
        Assert.Contains("it leads its thread group", string.Join('\n', Explain(1).GetProperty("why").EnumerateArray().Select(line => line.GetString())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_zombie()
    {
        using Actor actor = new(null, []);
        int zombie = actor.Check("zombie");
        Assert.Equal("zombie", Text(Explain(zombie), "kind"));
        Assert.Contains($"is a zombie until its parent {actor.Id} reaps it", Bobbin(true, "explain", $"{zombie}").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zombie_leader_with_live_threads()
    {
        const string Leave = "import ctypes,os,threading,time; threading.Thread(target=time.sleep,args=(1000,)).start(); print(os.getpid(),flush=True); ctypes.CDLL(None).syscall(60 if os.uname().machine=='x86_64' else 93,0)";
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("python3", ["-c", Leave]) { RedirectStandardOutput = true })!;
        try
        {
            int leader = int.Parse(process.StandardOutput.ReadLine()!);
            DateTime end = DateTime.UtcNow.AddSeconds(20);
            while (Text(Explain(leader), "kind") != "zombie-leader" && DateTime.UtcNow < end)
            {
                Thread.Sleep(20);
            }

            Assert.Contains("whose leader has ended while 1 of its threads live on: a zombie leader.", Bobbin(true, "explain", $"{leader}").Output, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact]
    public void An_id_in_a_nested_namespace()
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("unshare", ["-p", "--fork", "--kill-child", "sh", "-c", "echo in; read line"]) { RedirectStandardOutput = true, RedirectStandardInput = true })!;
        Assert.Equal("in", process.StandardOutput.ReadLine());
        int inner = int.Parse(Command.Run(["pgrep", "-P", $"{process.Id}"]).Output);
        Assert.Equal([inner, 1], Explain(inner).GetProperty("namespaceIds").EnumerateArray().Select(id => id.GetInt32()));
        Assert.Contains($"its ids are {inner}, 1, from this namespace inward.", Bobbin(true, "explain", $"{inner}").Output, StringComparison.Ordinal);
        process.StandardInput.Close();
        process.WaitForExit();
    }

    [Fact]
    public void A_hidden_one()
    {
        const string Hide = "mount -t proc -o hidepid=2 proc /proc && exec \"$@\"";
        Command result = Command.Run(["unshare", "-m", "sh", "-c", Hide, "sh", .. OrdinaryUser.Prefix, Binary, "explain", "1"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Equal("A task has the id 1 (a signal would reach it or be refused), but /proc does not let this user see it: No such file or directory (ENOENT).\n"
            + "/proc is mounted with hidepid=invisible, which keeps tasks of other users from this one; root, and members of the group that the mount option gid names, see them.\n", result.Output);
    }

    [Fact]
    public void One_that_does_not_exist()
    {
        int max = int.Parse(File.ReadAllText("/proc/sys/kernel/pid_max"));
        Command beyond = Bobbin(true, "explain", "4194304");
        Assert.Equal((1, $"No task can have the id 4194304: ids run from 1 to {max - 1} here (kernel.pid_max is {max}).\n", ""), (beyond.ExitCode, beyond.Output, beyond.Errors));
        Assert.Equal(1, Bobbin(true, "explain", "0").ExitCode);
        using System.Diagnostics.Process gone = System.Diagnostics.Process.Start("true");
        gone.WaitForExit();
        Assert.Matches($"^No task has the id {gone.Id} in this pid namespace: none had it yet, or its task has ended and was reaped\\.", Bobbin(true, "explain", $"{gone.Id}").Output);
    }

    [Fact]
    public void Doctor_names_every_check_and_demo_tells_the_story()
    {
        using JsonDocument findings = JsonDocument.Parse(Bobbin(true, "doctor", "--json").Output);
        string[] checks = [.. findings.RootElement.EnumerateArray().Select(finding => finding.GetProperty("check").GetString()!)];
        Assert.Equal(["kernel", "/dev/fuse", "mounting", "user namespaces", "fusermount3", "FUSE over io_uring", "procfs of our own", "links to pipes, sockets",
            "ends of tasks by BPF", "reader of ps", "BTF", "kprobes", "tracefs", "lockdown", "Yama", "/proc"], checks);
        Assert.All(findings.RootElement.EnumerateArray(), finding => Assert.Contains(finding.GetProperty("state").GetString(), (string[])["ok", "absent", "broken"]));
        Assert.DoesNotContain('\e', Bobbin(true, "doctor").Output);

        Command demo = Bobbin(true, "demo");
        Assert.Equal((0, ""), (demo.ExitCode, demo.Errors));
        Match ids = Regex.Match(demo.Output, @"main thread has the id (\d+), the second one (\d+)\.");
        (string first, string second) = (ids.Groups[1].Value, ids.Groups[2].Value);
        Assert.Contains($"  $ cat /proc/{second}/comm\n  demo-second\n", demo.Output, StringComparison.Ordinal);
        Assert.Contains($"  $ ls /proc | grep -x -e {first} -e {second}\n  {first}\nBobbin", demo.Output, StringComparison.Ordinal);
        Assert.Contains($"-- ls /proc | grep -x -e {first} -e {second}\n  {first}\n  {second}\nand", demo.Output, StringComparison.Ordinal);
        Assert.Contains($"  {second} is the thread \"demo-second\" of process {first} \"demo-main\", not its leader.\n", demo.Output, StringComparison.Ordinal);
        NothingIsLeft();
    }

    [Fact]
    public void Json_has_the_exact_name()
    {
        using Actor actor = new(null, []);
        int plain = actor.Check("thread", "a\e[1m\"\\b");
        JsonElement json = Explain(plain);
        Assert.Equal(("a\e[1m\"\\b", false), (Text(json, "name"), json.TryGetProperty("nameBytes", out _)));

        const string Rename = "import os,sys; open('/proc/self/comm','wb').write(b'x\\xff\\ny'); print('set',flush=True); sys.stdin.read()";
        using System.Diagnostics.Process odd = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("python3", ["-c", Rename]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Assert.Equal("set", odd.StandardOutput.ReadLine());
        JsonElement bytes = Explain(odd.Id);
        Assert.Equal(("x\uFFFD\ny", "78ff0a79"), (Text(bytes, "name"), Text(bytes, "nameBytes")));
        Assert.Equal(("x\uFFFD\ny", "78ff0a79"), (Text(bytes, "processName"), Text(bytes, "processNameBytes")));
        Assert.StartsWith($"{odd.Id} is process \"x\\xff\\ny\"", Bobbin(true, "explain", $"{odd.Id}").Output, StringComparison.Ordinal);
        odd.StandardInput.Close();
        odd.WaitForExit();
    }

    [Fact]
    public void Negative_ids_are_answered_as_other_numbers_are()
    {
        Command result = Bobbin(true, "explain", "-1");
        Assert.Equal((1, ""), (result.ExitCode, result.Errors));
        Assert.StartsWith("No task can have the id -1: ids run from 1 to ", result.Output, StringComparison.Ordinal);
    }

    private static JsonElement Explain(int id) => JsonDocument.Parse(Bobbin(true, "explain", "--json", $"{id}").Output).RootElement;

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}
