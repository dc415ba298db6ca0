using System.Text.RegularExpressions;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Access;

/// <summary>What is not only opened but written: the same errno and the same effect on both sides.</summary>
public class Writes(Subjects subjects) : LiveTest(subjects)
{
    /// <summary>Files that a write of the same value changes, or that are no business of a test, each with the reason.</summary>
    private static readonly (string Pattern, string Reason)[] s_skipped =
    [
        ("drop_caches|compact_memory|stat_refresh|stats_clear|/flush$|_trigger$", "any write is an order"),
        ("ns_last_pid", "changes by itself, and decides the next id"),
        ("panic|oops|warn|taint|nmi|lockup|watchdog|hung_task|rcu_stall", "how the machine dies"),
        ("init_private|cad_pid|ctrl-alt-del|real-root-dev|poweroff_cmd|/acct$", "how the machine starts and ends"),
        ("min_free_kbytes|hugepages|nf_conntrack_buckets|nf_conntrack_max", "memory is laid out anew"),
        ("ftrace_|tracepoint_printk", "code is rewritten"),
        ("^sys/user/|printk_ratelimit_burst|pid_max", "other tests change it"),
    ];

    /// <summary>What each writable entry of a process is told, and what changes nothing or only what nobody looks at.</summary>
    private static readonly (string Name, string Value)[] s_entries =
    [
        ("comm", "actor"), ("oom_score_adj", "0"), ("oom_adj", "0"), ("coredump_filter", "0x33"), ("timerslack_ns", "50000"), ("sched", "x"),
        ("loginuid", "0"), ("mem", "x"), ("setgroups", "deny"), ("uid_map", "0 0 1"), ("gid_map", "0 0 1"), ("projid_map", "0 0 1"),
        ("attr/current", "x"), ("attr/exec", "x"), ("attr/fscreate", "x"), ("attr/keycreate", "x"), ("attr/sockcreate", "x"),
        ("clear_refs", "1"), ("clear_refs", "9"), ("stat", "x"), ("cmdline", "x"), ("environ", "x"), ("limits", "x"),
    ];

    [Theory, InlineData("root"), InlineData("owner"), InlineData("user-namespace"), InlineData("own-namespaces")]
    public void Parameters_are_written_back(string caller)
    {
        // In namespaces of their own, so that what is set there is nobody else's.
        string[] own = caller == "own-namespaces" ? [] : ["unshare", "--net", "--uts", "--ipc"];
        Place place = new(On(Side.Kernel).Root, On(Side.Bobbin).Root, "", own);
        string[] paths = [.. MachinePaths.BelowSys(oncePerKind: true).Where(path => !Array.Exists(s_skipped, skipped => Regex.IsMatch(path, skipped.Pattern)))];
        Matrix.Compare(place, caller, paths, null, "write");
    }

    [Theory, InlineData("root"), InlineData("owner"), InlineData("stranger"), InlineData("set-uid"), InlineData("user-namespace"), InlineData("roots-user-namespace")]
    public void Entries_of_processes_are_written(string caller)
    {
        Actor owner = StartActorAs(Prober.Owner), other = StartActorAs(1235), root = StartActor();
        Actor closed = StartActorAs(Prober.Owner);
        closed.Check("dumpable", 0);
        int thread = owner.Check("thread", "worker"), zombie = owner.Check("zombie");
        string[] folders = [$"{owner.Id}", $"{thread}", $"{owner.Id}/task/{thread}", $"{zombie}", $"{closed.Id}", $"{other.Id}", $"{root.Id}", "self", "thread-self"];
        string[] paths = [.. folders.SelectMany(folder => s_entries.Select(entry => $"!{entry.Value}\t{folder}/{entry.Name}"))];
        Matrix.Compare(new Place(On(Side.Kernel).Root, On(Side.Bobbin).Root), caller, paths, null, "write");
        Assert.Equal(["actor\n", "worker\n"], new[] { owner.Id, thread }.Select(id => Native.Cat($"/proc/{id}/comm").Text));
    }

    [Theory, InlineData("root"), InlineData("owner"), InlineData("stranger"), InlineData("user-namespace"), InlineData("roots-user-namespace")]
    public void A_fresh_user_namespace_gets_its_ids_from_whom_the_kernel_lets(string caller)
    {
        List<string> kernel = MapIds(Side.Kernel, caller, out string kernelsMaps), bobbin = MapIds(Side.Bobbin, caller, out string bobbinsMaps);
        Assert.Equal(kernelsMaps, bobbinsMaps);
        if (caller.EndsWith("user-namespace", StringComparison.Ordinal) && Fidelity.Rows.ContainsKey("namespace-capabilities"))
        {
            // Refused as the file is opened already.
            kernel.RemoveAll(attempt => !attempt.Contains("\twrite ok", StringComparison.Ordinal));
            bobbin.RemoveAll(attempt => !attempt.Contains("\twrite ok", StringComparison.Ordinal));
        }

        Assert.Equal(kernel, bobbin);
    }

    /// <summary>The attempts one after another, and what the maps are then. The second path to a file only tells attempts apart.</summary>
    private List<string> MapIds(Side side, string caller, out string maps)
    {
        Actor fresh = Own(new Actor(null, [.. Prober.AsOwner, "unshare", "--user"]));
        string folder = $"{fresh.Id}", again = $"{fresh.Id}/task/{fresh.Id}";
        string map = $"0 {Prober.Owner} 1";
        string[] paths =
        [
            $"!{map}\t{folder}/gid_map", $"!deny\t{folder}/setgroups", $"!{map}\t{again}/gid_map", $"!{map}\t{folder}/uid_map", $"!{map}\t{again}/uid_map",
            $"!allow\t{again}/setgroups",
        ];
        Dictionary<string, string> found = Prober.Run(new Place(On(Side.Kernel).Root, On(Side.Bobbin).Root), On(side).Root, caller, paths, "write");
        maps = string.Join('|', new[] { "uid_map", "gid_map", "setgroups" }.Select(name => Native.Cat($"/proc/{folder}/{name}").Text));
        return [.. found.Where(pair => !pair.Key.EndsWith("stat", StringComparison.Ordinal)).Select(pair => $"{pair.Key.Replace(folder, "PID", StringComparison.Ordinal)} {pair.Value}")];
    }
}
