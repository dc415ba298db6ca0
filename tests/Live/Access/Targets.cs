using Bobbin.Tests.Fixtures;

namespace Bobbin.Tests.Access;

/// <summary>The processes to look at, by kind.</summary>
internal sealed class Targets
{
    /// <summary>What a quiet task's file says for as long as nobody disturbs the task.</summary>
    private static readonly HashSet<string> s_quiet =
    [
        "stat", "status", "cmdline", "comm", "environ", "auxv", "maps", "limits", "wchan", "statm", "syscall", "personality", "io", "uid_map", "gid_map",
        "projid_map", "setgroups", "cgroup", "loginuid", "sessionid", "oom_score_adj", "coredump_filter", "timerslack_ns", "stack", "timers", "children",
    ];

    private const string KernelThread = "kernel thread";

    private readonly Dictionary<string, string> _kinds = [];
    private readonly string _root;

    private Targets(string root) => _root = root;

    /// <summary>Everything to try of them.</summary>
    public List<string> Paths { get; } = [];

    /// <summary>What kind of process a path belongs to.</summary>
    public string KindOf(string attempt) => _kinds.GetValueOrDefault(attempt.Split('/', '\t')[0], "");

    /// <summary>Starts one of each kind; they end with the test.</summary>
    /// <param name="test">The test.</param>
    /// <param name="server">The process that serves Bobbin's side; 0 to leave it out.</param>
    /// <param name="few">Only the kinds that hidepid treats alike.</param>
    /// <param name="root">A procfs of the kernel's that has them by the ids that count.</param>
    /// <param name="prefix">Words before a command that bring it to where they shall be.</param>
    public static Targets Start(LiveTest test, int server = 0, bool few = false, string root = "/proc", params string[] prefix)
    {
        Actor As(uint user, string? program = null) =>
            test.Own(new Actor(program, [.. prefix, "setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups"]));
        Targets targets = new(root);
        Actor owner = As(Prober.Owner);
        targets.Add("owner's", owner.IdHere);
        targets.Add("owner's thread", owner.Check("thread", "worker"));
        targets.Add("owner's zombie", owner.Check("zombie"));
        (int leader, int survivor) = owner.Pair("zombie-leader");
        targets.Add("owner's zombie leader", leader);
        targets.Add("a zombie leader's thread", survivor);
        targets.Add("another user's", As(1235).IdHere);
        targets.Add("root's", test.StartActor(prefix).IdHere);
        if (prefix.Length == 0)
        {
            targets.Add(KernelThread, 2);
        }

        if (!few)
        {
            string program = Scratch.Compile("actor.c");
            Actor closed = As(Prober.Owner);
            closed.Check("dumpable", 0);
            targets.Add("owner's, not dumpable", closed.IdHere);
            targets.Add("owner's, set-uid root", As(Prober.Owner, Programs.SetUid(program, 0)).IdHere);
            targets.Add("owner's, set-uid other", As(Prober.Owner, Programs.SetUid(program, 1235)).IdHere);
            targets.Add("owner's with a capability", As(Prober.Owner, Programs.WithCapability(program)).IdHere);
            targets.Add("root's in a user namespace", test.StartActor([.. prefix, "unshare", "--user", "--map-root-user"]).IdHere);
        }

        if (server != 0)
        {
            targets.AddFlat("the server", server);
        }

        targets.AddSelf();

        // Asleep, their files say the same for as long as nobody asks them anything.
        LiveTest.Eventually(
            () => targets._kinds.Keys.All(id => !Native.Cat($"{root}/{id}/status").Text.Contains("State:\tR", StringComparison.Ordinal)), "quiet targets");
        return targets;
    }

    private void Add(string kind, int id)
    {
        _kinds[$"{id}"] = kind;
        AddFolder($"{id}", kind);
        if (kind is "owner's" or "root's" or "owner's thread")
        {
            AddFolder($"{id}/task/{id}", kind);
        }
    }

    private void AddFlat(string kind, int id)
    {
        _kinds[$"{id}"] = kind;
        Paths.AddRange(Listing.Names($"/proc/{id}").Where(name => name is not "." and not "..").Select(name => $"{id}/{name}"));
        Paths.AddRange(new[] { "", "/fd/0", "/fd/3", "/fdinfo/0", "/ns/net", "/ns/user", "/attr/current", "/net/dev" }.Select(name => $"{id}{name}"));
    }

    /// <summary>The prober itself: what it opens changes it, so its own directories are not walked.</summary>
    private void AddSelf()
    {
        Paths.AddRange(Listing.Names("/proc/self").Where(name => name is not "." and not ".." and not "cwd" and not "exe").Select(name => $"self/{name}"));
        Paths.AddRange(Listing.Names("/proc/self/task/" + Native.ThreadId).Where(name => name is not "." and not ".." and not "cwd" and not "exe").Select(name => $"thread-self/{name}"));
        Paths.AddRange(["self/fd/2", "self/fdinfo/0", "self/fdinfo/2", "self/ns/net", "self/ns/user", "self/attr/current", "self/net/dev"]);
    }

    private void AddFolder(string folder, string kind)
    {
        Paths.Add(folder);
        foreach (Dirent record in Listing.Read($"{_root}/{folder}").Records.Where(record => record.Name is not "." and not ".."))
        {
            string quiet = s_quiet.Contains(record.Name) && kind != KernelThread ? "=" : "";
            Paths.Add($"{quiet}{folder}/{record.Name}");
            if (record.Name is "fd" or "fdinfo" or "ns" or "attr" or "map_files")
            {
                Paths.AddRange(Listing.Read($"{_root}/{folder}/{record.Name}").Records
                    .Where(inner => inner.Name is not "." and not "..").Take(3).Select(inner => $"{folder}/{record.Name}/{inner.Name}"));
            }
        }

        Paths.AddRange([$"{folder}/nobody", $"{folder}/net/dev", $"{folder}/fd/999", $"{folder}/ns/nobody", $"{folder}/task/1"]);
    }
}
