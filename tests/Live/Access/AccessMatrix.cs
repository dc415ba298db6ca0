using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Access;

/// <summary>
/// Every entry of a process of each kind and every file below sys/, tried by each kind of caller on the kernel's /proc and on
/// Bobbin's: the errnos, modes, owners and (where nothing changes by itself) the bytes read have to be the same. What Bobbin refuses
/// beyond the kernel has a row in docs/fidelity.md; what it allows beyond the kernel is a hole.
/// </summary>
public class AccessMatrix(Subjects subjects) : LiveTest(subjects, seconds: 240)
{
    private const uint Owner = 1234, Stranger = 1236, Group = 4321;

    /// <summary>What a quiet task's file says for as long as nobody disturbs the task.</summary>
    private static readonly HashSet<string> s_quiet =
    [
        "stat", "status", "cmdline", "comm", "environ", "auxv", "maps", "limits", "wchan", "statm", "syscall", "personality", "io", "uid_map", "gid_map",
        "projid_map", "setgroups", "cgroup", "loginuid", "sessionid", "oom_score_adj", "coredump_filter", "timerslack_ns", "stack", "timers", "children",
    ];

    public static readonly TheoryData<string> Callers = ["root", "owner", "stranger", "group", "set-uid", "user-namespace", "roots-user-namespace"];

    [Theory, MemberData(nameof(Callers))]
    public void Entries_of_processes(string caller)
    {
        Targets targets = StartTargets();
        Compare(caller, "", targets.Paths, targets);
    }

    [Theory, InlineData("root"), InlineData("owner"), InlineData("stranger"), InlineData("group")]
    public void Entries_of_processes_under_hidepid(string caller)
    {
        Targets targets = StartTargets(few: true);
        foreach (string level in new[] { "1", "2", "4" })
        {
            Compare(caller, $"hidepid={level},gid={Group}", targets.Paths, targets);
        }
    }

    [Theory, MemberData(nameof(Callers))]
    public void Files_below_sys(string caller) => Compare(caller, "", SystemPaths(), null);

    [Theory, MemberData(nameof(Callers))]
    public void Static_entries(string caller) => Compare(caller, "", StaticPaths(), null);

    private void Compare(string caller, string options, IReadOnlyCollection<string> paths, Targets? targets)
    {
        string input = string.Join('\n', paths) + "\n";
        Dictionary<string, string> kernel = Probe(caller, On(Side.Kernel, options).Root, input);
        Dictionary<string, string> bobbin = Probe(caller, On(Side.Bobbin, options).Root, input);
        Assert.True(kernel.Count > paths.Count, "the prober said too little");
        SortedDictionary<string, List<string>> differences = new(StringComparer.Ordinal);
        foreach (string key in kernel.Keys.Union(bobbin.Keys))
        {
            string expected = kernel.GetValueOrDefault(key, "not tried"), found = bobbin.GetValueOrDefault(key, "not tried");
            Attempt attempt = new(caller, options, targets?.KindOf(key) ?? "", key.Split('\t')[0], key.Split('\t')[1], expected, found);
            if (expected != found && !Exceptions.Allow(attempt))
            {
                string line = attempt.ToString();
                if (!differences.TryGetValue(line, out List<string>? kinds))
                {
                    differences[line] = kinds = [];
                }

                kinds.Add(attempt.Kind);
            }
        }

        int holes = differences.Keys.Count(line => line.StartsWith("LAXER", StringComparison.Ordinal));
        string report = string.Join('\n', differences.Take(80).Select(pair => $"  {pair.Key} [{string.Join("; ", pair.Value.Distinct())}]"));
        Assert.True(differences.Count == 0, $"as {caller} {options}: {differences.Count} differences, {holes} of them laxer\n{report}");
    }

    private static Dictionary<string, string> Probe(string caller, string root, string input)
    {
        string prober = Scratch.Compile("prober.c");
        string[] unprivileged = ["setpriv", "--regid=" + Stranger, "--reuid=" + Stranger, "--clear-groups"];
        string[] owner = ["setpriv", "--regid=" + Owner, "--reuid=" + Owner, "--clear-groups"];
        string[] prefix = caller switch
        {
            "root" => [],
            "owner" => owner,
            "stranger" => unprivileged,
            "group" => [.. unprivileged[..3], "--groups=" + Group],
            "set-uid" => owner,
            "user-namespace" => [.. owner, "unshare", "--user", "--map-root-user"],
            "roots-user-namespace" => ["unshare", "--user", "--map-root-user"],
            _ => throw new ArgumentOutOfRangeException(nameof(caller)),
        };
        if (caller == "set-uid")
        {
            prober = Programs.SetUid(prober, 0);
        }

        Command result = Command.Run([.. prefix, prober, root], 120, input: input);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Dictionary<string, string> lines = [];
        foreach (string line in result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] cells = line.Split('\t', 3);
            lines[$"{cells[0]}\t{cells[1]}"] = cells.Length > 2 ? cells[2] : "";
        }

        return lines;
    }

    private Targets StartTargets(bool few = false)
    {
        Targets targets = new();
        Actor owner = StartActorAs(Owner);
        targets.Add("owner's", owner.Id);
        targets.Add("owner's thread", owner.Check("thread", "worker"));
        targets.Add("owner's zombie", owner.Check("zombie"));
        (int leader, int survivor) = owner.Pair("zombie-leader");
        targets.Add("owner's zombie leader", leader);
        targets.Add("a zombie leader's thread", survivor);
        targets.Add("another user's", StartActorAs(1235).Id);
        targets.Add("root's", StartActor().Id);
        targets.Add("kernel thread", 2);
        if (!few)
        {
            Actor closed = StartActorAs(Owner);
            closed.Check("dumpable", 0);
            targets.Add("owner's, not dumpable", closed.Id);
            targets.Add("owner's, set-uid root", Own(Actor.As(Owner, program: Programs.SetUid(Scratch.Compile("actor.c"), 0))).Id);
            targets.Add("owner's, set-uid other", Own(Actor.As(Owner, program: Programs.SetUid(Scratch.Compile("actor.c"), 1235))).Id);
            targets.Add("owner's with a capability", Own(Actor.As(Owner, program: Programs.WithCapability(Scratch.Compile("actor.c")))).Id);
            targets.Add("root's in a user namespace", StartActor("unshare", "--user", "--map-root-user").Id);
        }

        targets.AddFlat("the server", On(Side.Bobbin).Server);
        targets.AddSelf();

        // Asleep, their files say the same for as long as nobody asks them anything.
        Eventually(() => targets.Ids.All(id => !Native.Cat($"/proc/{id}/status").Text.Contains("State:\tR", StringComparison.Ordinal)), "quiet targets");
        return targets;
    }

    private static List<string> SystemPaths()
    {
        List<string> paths = [];
        Stack<string> folders = new(["sys"]);
        while (folders.TryPop(out string? folder))
        {
            paths.Add(folder);
            foreach (Dirent record in Listing.Read($"/proc/{folder}").Records.Where(record => record.Name is not "." and not ".."))
            {
                if (record.Type == Kernel.Linux.DirectoryEntryType.Directory)
                {
                    folders.Push($"{folder}/{record.Name}");
                }
                else
                {
                    paths.Add($"{folder}/{record.Name}");
                }
            }
        }

        Assert.True(paths.Count > 500);
        return paths;
    }

    private static List<string> StaticPaths()
    {
        List<string> paths = [""];
        paths[0] = ".";
        foreach (string name in Listing.Names("/proc").Skip(2).TakeWhile(name => name != "self"))
        {
            // A reader of kmsg would take messages from others.
            if (name is not "sys" and not "kmsg" and not "kcore" and not "kpagecount" and not "kpageflags" and not "kpagecgroup")
            {
                paths.Add(name);
                paths.AddRange(Listing.Read($"/proc/{name}").Records.Skip(2).Select(record => $"{name}/{record.Name}"));
            }
        }

        return paths;
    }

    /// <summary>The processes to look at, by kind.</summary>
    private sealed class Targets
    {
        private readonly Dictionary<string, string> _kinds = [];

        public List<string> Paths { get; } = [];

        public IEnumerable<string> Ids => _kinds.Keys;

        public void Add(string kind, int id)
        {
            _kinds[$"{id}"] = kind;
            AddFolder($"{id}", id);
            if (kind is "owner's" or "root's" or "owner's thread")
            {
                AddFolder($"{id}/task/{id}", id);
            }
        }

        public void AddFlat(string kind, int id)
        {
            _kinds[$"{id}"] = kind;
            Paths.AddRange(Listing.Names($"/proc/{id}").Where(name => name is not "." and not "..").Select(name => $"{id}/{name}"));
            Paths.AddRange(new[] { "", "/fd/0", "/fd/3", "/fdinfo/0", "/ns/net", "/ns/user", "/attr/current", "/net/dev" }.Select(name => $"{id}{name}"));
        }

        /// <summary>The prober itself: what it opens changes it, so its own directories are not walked.</summary>
        public void AddSelf()
        {
            Paths.AddRange(Listing.Names("/proc/self").Where(name => name is not "." and not ".." and not "cwd" and not "exe").Select(name => $"self/{name}"));
            Paths.AddRange(Listing.Names("/proc/self/task/" + Native.ThreadId).Where(name => name is not "." and not ".." and not "cwd" and not "exe").Select(name => $"thread-self/{name}"));
            Paths.AddRange(["self/fd/2", "self/fdinfo/0", "self/fdinfo/2", "self/ns/net", "self/ns/user", "self/attr/current", "self/net/dev"]);
        }

        public string KindOf(string attempt) => _kinds.GetValueOrDefault(attempt.Split('/', '\t')[0], "");

        private void AddFolder(string folder, int id)
        {
            Paths.Add(folder);
            foreach (Dirent record in Listing.Read($"/proc/{folder}").Records.Where(record => record.Name is not "." and not ".."))
            {
                string quiet = s_quiet.Contains(record.Name) && id != 2 ? "=" : "";
                Paths.Add($"{quiet}{folder}/{record.Name}");
                if (record.Name is "fd" or "fdinfo" or "ns" or "attr" or "map_files")
                {
                    Paths.AddRange(Listing.Read($"/proc/{folder}/{record.Name}").Records
                        .Where(inner => inner.Name is not "." and not "..").Take(3).Select(inner => $"{folder}/{record.Name}/{inner.Name}"));
                }
            }

            Paths.AddRange([$"{folder}/nobody", $"{folder}/net/dev", $"{folder}/fd/999", $"{folder}/ns/nobody", $"{folder}/task/1"]);
        }
    }
}
