using System.Text.Json;
using Bobbin.Tests.Cli;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Finding;

/// <summary><c>bobbin find --hidden</c> finds what is hidden, whoever hides it and whoever looks, and nothing else.</summary>
public sealed class HiddenTests : CliTest
{
    private static readonly string[] s_inProc = ["listing", "lookup", "task"];

    [Theory, MemberData(nameof(RootOrNot))]
    public void Nothing_is_hidden_where_nothing_hides(bool root)
    {
        using Actor actor = new();
        for (int i = 0; i < 20; i++)
        {
            actor.Check("thread", $"worker-{i}");
        }

        actor.Check("zombie", 3);
        Search all = Search.Run(root);
        Assert.Equal((0, ""), (all.Command.ExitCode, all.Rows));
        Assert.InRange(all.Json.GetProperty("otherThreads").GetInt32(), 20, int.MaxValue);
        Assert.Equal(int.Parse(File.ReadAllText("/proc/sys/kernel/pid_max")) - 1, all.Json.GetProperty("highestId").GetInt32());
        Assert.False(all.Json.GetProperty("exhaustive").GetBoolean());
        string[] bpf = root ? ["bpf"] : [];
        Assert.Equal([.. s_inProc, .. bpf, "existence"], all.Compared);
        Assert.Equal(root ? "" : "BPF is not allowed: it takes CAP_BPF and CAP_PERFMON", all.WhyNot("bpf"));

        Search exhaustive = Search.Run(root, "--exhaustive");
        Assert.Equal((0, ""), (exhaustive.Command.ExitCode, exhaustive.Rows));
        Assert.True(exhaustive.Json.GetProperty("exhaustive").GetBoolean());

        Command text = Bobbin(root, "find", "--hidden");
        Assert.Equal((0, ""), (text.ExitCode, text.Errors));
        Assert.Matches("^Nothing is hidden\\. [0-9]+ processes are in every view, and [0-9]+ other threads in all but the listing, which shows processes\\. "
            + "Views: listing of /proc, lookup in /proc of ids that a view has, task/ folders, "
            + (root ? "BPF task iterator" : "no BPF task iterator \\(BPF is not allowed: it takes CAP_BPF and CAP_PERFMON\\)")
            + ", existence of ids 1 to [0-9]+\\.\n", text.Output);
    }

    [Theory, MemberData(nameof(RootOrNot))]
    public void A_process_with_something_mounted_over_its_folder(bool root)
    {
        using Actor actor = new();
        actor.Check("name", "stand-in\n\e[1m");
        int[] threads = [.. Enumerable.Range(0, 3).Select(i => actor.Check("thread", $"worker-{i}")).Order()];
        string empty = Scratch.MakeFolder("empty");
        Search search = Search.Under($"mount --bind {empty} /proc/{actor.Id}", root);
        Assert.Equal((3, $"{actor.Id}"), (search.Command.ExitCode, search.Rows));
        JsonElement row = search.Row(actor.Id);
        Assert.Equal(actor.Id, row.GetProperty("process").GetInt32());
        Assert.Equal(root ? "stand-in\n\e[1m" : null, row.GetProperty("name").GetString());
        Assert.Equal((0u, Environment.ProcessId), (row.GetProperty("uid").GetUInt32(), row.GetProperty("parent").GetInt32()));
        Assert.Equal(threads, row.GetProperty("threads").EnumerateArray().Select(id => id.GetInt32()));
        Assert.Equal(root ? ["listing", "bpf", "existence"] : ["listing", "existence"], Search.Texts(row, "has"));
        Assert.Equal(["lookup", "task"], Search.Texts(row, "lacks"));
        Assert.Matches($"^[a-z0-9]+ is mounted over /proc/{actor.Id}$", row.GetProperty("why").GetString());

        string text = Search.Plain($"mount -t tmpfs tmpfs /proc/{actor.Id}", root);
        Assert.Matches(root
            ? $"^ID +PROCESS +NAME +UID +PPID +THREADS +LISTING +LOOKUP +TASK +BPF +EXISTENCE +WHY\n{actor.Id} +{actor.Id} +stand-in\\\\n\\\\x1b\\[1m +0 +{Environment.ProcessId} +4 +yes +NO +NO +yes +yes +tmpfs is mounted over /proc/{actor.Id}\n\nHidden: 1 process\\. "
            : $"^ID +PROCESS +NAME +UID +PPID +THREADS +LISTING +LOOKUP +TASK +EXISTENCE +WHY\n{actor.Id} +{actor.Id} +\\? +0 +{Environment.ProcessId} +4 +yes +NO +NO +yes +tmpfs is mounted over /proc/{actor.Id}\n\nHidden: 1 process\\. ", text);
    }

    [Fact]
    public void Another_process_mounted_over_its_folder()
    {
        using Actor hidden = new();
        using Actor shown = new();
        Search search = Search.Under($"mount --bind /proc/{shown.Id} /proc/{hidden.Id}", true);
        Assert.Equal((3, $"{hidden.Id}"), (search.Command.ExitCode, search.Rows));
        Assert.Equal(["lookup", "task"], Search.Texts(search.Row(hidden.Id), "lacks"));
    }

    [Fact]
    public void A_thread_with_something_mounted_over_it_alone()
    {
        // task/TID is the listing's; over /proc/TID only lookup is lost.
        using Actor actor = new();
        int thread = actor.Check("thread", "worker");
        string empty = Scratch.MakeFolder("empty");
        Search search = Search.Under($"mount --bind {empty} /proc/{thread}", true);
        Assert.Equal((3, $"{thread}"), (search.Command.ExitCode, search.Rows));
        JsonElement row = search.Row(thread);
        Assert.Equal((actor.Id, "worker"), (row.GetProperty("process").GetInt32(), row.GetProperty("name").GetString()));
        Assert.Equal(["lookup"], Search.Texts(row, "lacks"));
    }

    [Theory]
    [InlineData("1", "")]
    [InlineData("2", "hidepid=invisible")]
    [InlineData("4", "hidepid=ptraceable")]
    public void An_option_of_the_mount(string hidePid, string why)
    {
        using Actor actor = new();
        int thread = actor.Check("thread", "worker");
        Search search = Search.Under($"mount -t proc -o hidepid={hidePid} proc /proc", false);
        Assert.Equal(why.Length == 0 ? 0 : 3, search.Command.ExitCode);
        if (why.Length > 0)
        {
            JsonElement row = search.Row(actor.Id);
            Assert.Equal(why, row.GetProperty("why").GetString());
            Assert.Equal(thread, Assert.Single(row.GetProperty("threads").EnumerateArray()).GetInt32());
            Assert.Equal(s_inProc, Search.Texts(row, "lacks"));
            Assert.Contains($"/proc is mounted with {why},", search.Json.GetProperty("notes").EnumerateArray().First().GetString(), StringComparison.Ordinal);
        }

        // Root may see it; some process it may not trace there may be.
        Search asRoot = Search.Under($"mount -t proc -o hidepid={hidePid} proc /proc", true);
        Assert.DoesNotContain($"{actor.Id}", asRoot.Rows.Split(' '));
    }

    [Fact]
    public void A_view_of_Bobbin()
    {
        using Actor actor = new();
        Search hidden = Search.Of(Bobbin(false, "run", "--hidepid=2", "--", Binary, "find", "--hidden", "--json"));
        Assert.Equal(3, hidden.Command.ExitCode);
        JsonElement row = hidden.Row(actor.Id);
        Assert.Equal("Bobbin's view", row.GetProperty("why").GetString());
        Assert.Equal(s_inProc, Search.Texts(row, "lacks"));
        Assert.Equal(["existence"], Search.Texts(row, "has"));

        foreach (string view in (string[])["--list-threads", "--read-only"])
        {
            Search all = Search.Of(Bobbin(true, "run", view, "--", Binary, "find", "--hidden", "--json"));
            Assert.Equal((0, ""), (all.Command.ExitCode, all.Rows));
        }

        NothingIsLeft();
    }

    [Fact]
    public void Another_pid_namespace()
    {
        using Actor inner = new(null, "unshare", "-p", "--fork", "--kill-child");
        Search outside = Search.Of(Bobbin(true, "run", $"--pidns={inner.Id}", "--", Binary, "find", "--hidden", "--json"));
        Assert.Equal((3, true), (outside.Command.ExitCode, outside.Json.GetProperty("otherNamespace").GetBoolean()));
        Assert.Equal("another pid namespace", outside.Row(inner.Id).GetProperty("why").GetString());

        // Inside one, only its own ids count.
        Search inside = Search.Of(Command.Run(["unshare", "-p", "--fork", "--mount-proc", Binary, "find", "--hidden", "--json"]));
        Assert.Equal((0, ""), (inside.Command.ExitCode, inside.Rows));
        Assert.Equal((1, false), (inside.Json.GetProperty("processes").GetInt32(), inside.Json.GetProperty("otherNamespace").GetBoolean()));
        Assert.Equal("this process is in a pid namespace of its own", inside.WhyNot("bpf"));
        NothingIsLeft();
    }

    [Fact]
    public void Where_there_is_no_proc()
    {
        Command none = Command.Run(["unshare", "-m", "sh", "-c", "mount -t tmpfs tmpfs /proc && exec \"$@\"", "sh", Binary, "find", "--hidden"]);
        Assert.Equal((1, "", "bobbin: find: no proc file system is mounted on /proc; mount -t proc proc /proc\n"), (none.ExitCode, none.Output, none.Errors));
        Command what = Bobbin(true, "find");
        Assert.Equal((2, "", "bobbin find: find what? --hidden is needed; see bobbin find --help\n"), (what.ExitCode, what.Output, what.Errors));
    }
}
