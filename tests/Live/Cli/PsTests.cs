using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Cli;

/// <summary><c>bobbin ps</c>, beside ps(1) and /proc.</summary>
public sealed class PsTests : CliTest
{
    [Theory, MemberData(nameof(RootOrNot))]
    public void Fields_are_those_of_ps(bool root)
    {
        using Actor actor = new(null, "nice", "-n", "3");
        using Actor other = Actor.As(4242, 4343);
        using Actor realTime = new(null, "chrt", "-f", "7");
        const string Same = "pid,ppid,pgid,sid,tpgid,uid,ruid,gid,user,s,ni,vsz,nlwp,psr,cls,rtprio,comm,args";
        string[] ids = [$"{actor.Id}", $"{other.Id}", $"{realTime.Id}"];
        Command theirs = Command.Run(["ps", "-o", Same, "-p", string.Join(',', ids)]);
        Command ours = Bobbin(root, ["ps", "-o", Same, .. ids]);
        Assert.Equal(0, ours.ExitCode);
        Assert.Equal(Words(theirs.Output), Words(ours.Output));

        // Nice of who is in real time, and the real-time priority of all others, are 0 here and - there.
        static string[] Words(string table) =>
            [.. Lines(table).Skip(1).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((word, column) => column is 10 or 15 && word == "-" ? "0" : word)))
                .OrderBy(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture))];
    }

    [Theory, MemberData(nameof(RootOrNot))]
    public void Threads_stand_under_their_process(bool root)
    {
        using Actor actor = new();
        int[] threads = [.. Enumerable.Range(0, 5).Select(i => actor.Check("thread", $"w{i}"))];
        Command ps = Bobbin(root, "ps", "-T", "-o", "pid,tid,comm", $"{actor.Id}");
        string[][] lines = [.. Lines(ps.Output).Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Assert.Equal([$"{actor.Id}", "-", "actor"], lines[0]);
        Assert.Equal(threads.Prepend(actor.Id).Order().Select(id => $"{actor.Id} {id}"), lines.Skip(1).Select(line => $"{line[0]} {line[1]}"));
        Assert.Equal("w3", lines.Single(line => line[1] == $"{threads[3]}")[2]);

        // A thread's id finds the thread, and for other programs every line is a thread.
        Assert.Equal($"[\n{{\"pid\":{actor.Id},\"tid\":{threads[3]},\"comm\":\"w3\"}}\n]\n", Bobbin(root, "ps", "-T", "--json", "-o", "pid,tid,comm", $"{threads[3]}").Output);
        Assert.Equal($"pid,tid,comm\r\n{actor.Id},{threads[3]},w3\r\n", Bobbin(root, "ps", "-T", "--csv", "-o", "pid,tid,comm", $"{threads[3]}").Output);
    }

    [Theory, InlineData("bpf"), InlineData("proc")]
    public void Where_the_root_lists_threads_they_are_no_processes(string reader)
    {
        using Actor actor = new();
        int thread = actor.Check("thread", "w");
        string[] ids = [.. Lines(Bobbin(true, "run", "--list-threads", "--", Binary, "ps", "-o", "pid", $"--reader={reader}").Output).Skip(1).Select(line => line.Trim())];
        Assert.Contains($"{actor.Id}", ids);
        Assert.DoesNotContain($"{thread}", ids);
    }

    [Fact]
    public void Names_are_escaped_in_a_table_and_exact_in_JSON()
    {
        using Actor actor = new();
        actor.Check("name", "\x1b[31m\n\"a,");
        Assert.Equal(["\\x1b[31m\\n\"a,"], Lines(Bobbin(true, "ps", "-o", "comm", $"{actor.Id}").Output).Skip(1));
        using JsonDocument json = JsonDocument.Parse(Bobbin(true, "ps", "--json", "-o", "comm", $"{actor.Id}").Output);
        Assert.Equal("\x1b[31m\n\"a,", json.RootElement[0].GetProperty("comm").GetString());
        Assert.Equal("comm\r\n\"\x1b[31m\n\"\"a,\"\r\n", Bobbin(true, "ps", "--csv", "-o", "comm", $"{actor.Id}").Output);
        actor.Check("name", "a\xff");
        using JsonDocument invalid = JsonDocument.Parse(Bobbin(true, "ps", "--json", "-o", "comm", $"{actor.Id}").Output);
        Assert.Equal(("a\ufffd", "61ff"), (invalid.RootElement[0].GetProperty("comm").GetString(), invalid.RootElement[0].GetProperty("comm_hex").GetString()));
    }

    [Fact]
    public void A_tree_has_children_under_their_parents()
    {
        using Actor actor = new();
        int child = actor.Check("fork", 0);
        int second = actor.Check("fork", 0);
        string[] lines = [.. Lines(Bobbin(true, "ps", "--tree", "-o", "pid,comm").Output)];
        int at = Array.FindIndex(lines, line => line.TrimStart().StartsWith($"{actor.Id} ", StringComparison.Ordinal));
        int depth = lines[at].IndexOf("actor", StringComparison.Ordinal);
        Assert.Equal($"{child}", lines[at + 1].TrimStart().Split(' ')[0]);
        Assert.Equal($"{second}", lines[at + 2].TrimStart().Split(' ')[0]);
        Assert.Equal("\\_ actor", lines[at + 1][(depth - 1)..]);
        Assert.Equal("\\_ actor", lines[at + 2][(depth - 1)..]);
    }

    [Fact]
    public void What_narrows_the_list()
    {
        using Actor actor = new();
        using Actor other = Actor.As(4242);
        int zombie = actor.Check("zombie", 0);
        Assert.Equal([$"{other.Id}"], Ids("-u", "4242"));
        Assert.Contains($"{zombie}", Ids("--state", "Z"));
        Assert.DoesNotContain($"{actor.Id}", Ids("--state", "Z"));
        Assert.DoesNotContain("2", Ids());
        Assert.Contains("2", Ids("--kernel"));
        Assert.Equal(["2"], Ids("2"));
        Assert.Equal(["2"], Ids("--kernel", "kthreadd"));
        Assert.Contains($"{actor.Id}", Ids("ACTO"));
        Assert.Contains($"{actor.Id}", Ids("*act?r"));
        Assert.DoesNotContain($"{actor.Id}", Ids("act?"));
        string group = File.ReadAllText($"/proc/{actor.Id}/cgroup").Split('\n')[0].Split(':', 3)[2];
        Assert.Contains($"{actor.Id}", Ids("--cgroup", group));
        Assert.Equal(1, Bobbin(true, "ps", "--cgroup", "/no/such/*").ExitCode);
        Assert.Equal(1, Bobbin(true, "ps", "no-such-process-anywhere").ExitCode);

        static string[] Ids(params string[] arguments) => [.. Lines(Bobbin(true, ["ps", "-o", "pid", .. arguments]).Output).Skip(1).Select(line => line.Trim())];
    }

    [Fact]
    public void Lines_are_sorted_by_any_field()
    {
        using Actor actor = new();
        int[] children = [.. Enumerable.Range(0, 4).Select(_ => actor.Check("fork", 0))];
        string[] ids = [.. children.Select(id => $"{id}")];
        Assert.Equal(ids.Reverse(), Ids("--sort", "-pid"));
        Assert.Equal(ids.OrderBy(int.Parse), Ids("--sort=pid"));
        Assert.Equal(ids.OrderBy(int.Parse), Ids("--sort=comm"));
        double[] sizes = [.. Lines(Bobbin(true, "ps", "-o", "rss", "--sort", "-rss").Output).Skip(1).Select(double.Parse)];
        Assert.Equal(sizes.OrderDescending(), sizes);

        string[] Ids(string sort, params string[] more) => [.. Lines(Bobbin(true, ["ps", "-o", "pid", sort, .. more, .. ids]).Output).Skip(1).Select(line => line.Trim())];
    }

    [Theory]
    [InlineData(new[] { "-o", "pid,rsss" }, "bobbin: ps: unknown field rsss; did you mean rss?; see bobbin ps -o help\n", 2)]
    [InlineData(new[] { "--sort", "-cpuu" }, "bobbin: ps: unknown field cpuu; did you mean cpu?; see bobbin ps -o help\n", 2)]
    [InlineData(new[] { "-u", "no-such-user" }, "bobbin: ps: there is no user no-such-user\n", 1)]
    [InlineData(new[] { "--watch=x" }, "bobbin: ps: --watch=x: seconds from 0.1 to 86400 are wanted\n", 2)]
    public void What_makes_no_sense_is_one_line(string[] arguments, string error, int status)
    {
        Command ps = Bobbin(true, ["ps", .. arguments]);
        Assert.Equal((status, "", error), (ps.ExitCode, ps.Output, ps.Errors));
    }

    [Fact]
    public void A_reader_that_is_not_to_be_had_is_said_to_be_that()
    {
        Command ps = Bobbin(false, "ps", "--reader=bpf");
        Assert.Equal((1, "bobbin: --reader=bpf: BPF is not allowed: it takes CAP_BPF and CAP_PERFMON\n"), (ps.ExitCode, ps.Errors));
        Assert.Equal(0, Bobbin(false, "ps", "--reader=auto").ExitCode);
    }

    [Fact]
    public void Every_field_has_a_line_of_help_and_can_be_shown()
    {
        string[] names = [.. Lines(Bobbin(true, "ps", "-o", "help").Output).Select(line => line.Split(' ')[0])];
        Assert.True(names.Length > 40);
        Command all = Bobbin(true, "ps", "-T", "--json", "-o", string.Join(',', names), "1");
        using JsonDocument json = JsonDocument.Parse(all.Output);
        Assert.Equal(names, json.RootElement[0].EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public void On_a_terminal_lines_fit()
    {
        using Actor actor = new();
        string output = Command.Check("script", "-qc", $"stty cols 50; {Binary} ps -o pid,args,comm {Environment.ProcessId} {actor.Id}", "/dev/null");
        string[] lines = [.. output.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)];
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.True(line.Length <= 50, line));
        Assert.Contains(lines, line => line.Length == 50);
    }

    [Fact]
    public void Watched_it_shows_what_ran_since()
    {
        using Process busy = Process.Start(new ProcessStartInfo("sh", ["-c", "while :; do :; done"]))!;
        using Process watch = Process.Start(new ProcessStartInfo(Binary, ["ps", "--watch=0.3", "-o", "pid,%cpu,comm", $"{busy.Id}"]) { RedirectStandardOutput = true })!;
        try
        {
            // Tables one after another, each with its header, and an empty line between them.
            for (int table = 0; table < 2; table++)
            {
                Assert.Equal("PID %CPU COMMAND", string.Join(' ', watch.StandardOutput.ReadLine()!.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
                string[] words = watch.StandardOutput.ReadLine()!.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                Assert.Equal(($"{busy.Id}", "sh"), (words[0], words[2]));
                Assert.InRange(double.Parse(words[1], CultureInfo.InvariantCulture), 0.5, 110);
                Assert.Equal("", watch.StandardOutput.ReadLine());
            }
        }
        finally
        {
            busy.Kill();
            busy.WaitForExit();
            watch.Kill();
            watch.WaitForExit();
        }
    }

    private static string[] Lines(string output) => output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
