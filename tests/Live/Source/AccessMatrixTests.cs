using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Source;

/// <summary>
/// Every entry of tasks of each kind, for callers of each kind: what the content gives is what the same process gets from the
/// kernel's /proc, to the errno; less only where docs/fidelity.md says so; more never.
/// </summary>
public sealed class AccessMatrixTests : IDisposable
{
    private const uint User = 4242;
    private const uint Other = 4343;

    private static readonly string[] s_callers = ["root", "user", "group", "weak-root", "user-namespace", "root-namespace"];

    private static readonly string[] s_targets = ["itself", "user", "other", "root", "hidden", "zombie", "thread", "kernel", "server", "init"];

    private readonly LiveTree _tree;
    private readonly List<Actor> _actors = [];

    public AccessMatrixTests()
    {
        Assert.SkipUnless(Native.EffectiveUser == 0, "needs root");
        _tree = new LiveTree(linkBase: "");
    }

    public static TheoryData<string, string> Pairs
    {
        get
        {
            TheoryData<string, string> pairs = [];
            foreach (string caller in s_callers)
            {
                foreach (string target in s_targets)
                {
                    pairs.Add(caller, target);
                }
            }

            return pairs;
        }
    }

    public void Dispose()
    {
        _actors.ForEach(actor => actor.Dispose());
        _tree.Dispose();
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Every_entry_answers_as_the_kernels(string callerKind, string targetKind)
    {
        (Actor actor, Caller caller) = StartCaller(callerKind);
        string directory = StartTarget(targetKind, actor);
        List<string> laxer = [];
        List<string> other = [];
        foreach (string path in PathsOf(directory))
        {
            Compare(actor, caller, path, callerKind, targetKind, laxer, other);
        }

        Assert.True(laxer.Count + other.Count == 0, $"laxer:\n{string.Join('\n', laxer)}\nother:\n{string.Join('\n', other)}");
    }

    private void Compare(Actor actor, in Caller caller, string path, string callerKind, string targetKind, List<string> laxer, List<string> other)
    {
        string name = path[(path.IndexOf('/') + 1)..];
        Errno here = _tree.Stat(caller, path, out ProcAttributes attributes);
        string[] stat = actor.Ask("lstat", "/proc/" + path);
        string mine = here != Errno.None ? $"-{(int)here}" : $"{Convert.ToString(attributes.Mode, 8)} {attributes.UserId} {attributes.GroupId} {attributes.Links}";
        string kernels = stat.Length == 1 ? stat[0] : string.Join(' ', stat[0], stat[1], stat[2], stat[3]);
        bool unmapped = callerKind.EndsWith("namespace", StringComparison.Ordinal) && here == Errno.None && stat.Length > 1;
        Note(path, "stat", unmapped ? Convert.ToString(attributes.Mode, 8) : mine, unmapped ? stat[0] : kernels, name, callerKind, targetKind, laxer, other);

        uint type = attributes.Mode & FileType.Mask;
        if (here != Errno.None)
        {
            return;
        }

        if (type != FileType.Link)
        {
            Assert.Equal(Errno.None, _tree.Find(caller, path, out ProcEntry entry));
            foreach (int mask in (int[])[4, 2, 1])
            {
                Errno allowed = _tree.Tree.Access(caller, entry.Node, mask);
                Note(path, $"access({mask})", $"-{(int)allowed}", $"-{actor.Ask("access", "/proc/" + path, mask)[0].TrimStart('-')}", name, callerKind, targetKind, laxer, other);
            }
        }

        if (type == FileType.Link)
        {
            Errno error = _tree.ReadLink(caller, path, out string text);
            string[] link = actor.Ask("readlink", "/proc/" + path);
            Note(path, "readlink", error != Errno.None ? $"-{(int)error}" : text, link[0], name, callerKind, targetKind, laxer, other);
            return;
        }

        if (type == FileType.Directory)
        {
            Errno error = _tree.List(caller, path, out List<string> names);
            string[] listed = actor.Ask("list", "/proc/" + path);
            bool failed = listed.Length == 1 && listed[0].StartsWith('-');
            string count = name is "fd" or "fdinfo" or "task" or "map_files" or "net" ? "some" : string.Join(' ', listed);
            Note(path, "list", error != Errno.None ? $"-{(int)error}" : count == "some" ? "some" : string.Join(' ', names), failed ? listed[0] : count, name, callerKind, targetKind, laxer, other);
            return;
        }

        CompareFile(actor, caller, path, name, callerKind, targetKind, laxer, other);
    }

    private void CompareFile(Actor actor, in Caller caller, string path, string name, string callerKind, string targetKind, List<string> laxer, List<string> other)
    {
        foreach (int flags in (int[])[0, 1, 2])
        {
            Errno error = _tree.Open(caller, path, flags, false, out ProcFile? file);
            int opened = actor.Number("open", "/proc/" + path, flags);
            Note(path, $"open({flags})", $"-{(int)error}", opened < 0 ? $"{opened}" : "-0", name, callerKind, targetKind, laxer, other);
            if (error == Errno.None && opened >= 0 && flags == 0)
            {
                error = LiveTree.ReadAll(caller, file!, out string text, most: 4000);
                string[] read = actor.Ask("read", opened, 4000);
                bool failed = read[0].StartsWith('-');
                Note(path, "read", error != Errno.None ? $"-{(int)error}" : Shape(targetKind, name, text), failed ? read[0] : Shape(targetKind, name, read.Length > 1 ? read[1] : ""), name, callerKind, targetKind, laxer, other);
            }

            file?.Release();
            if (opened >= 0)
            {
                actor.Ask("close", opened);
            }
        }
    }

    /// <summary>What must be the same in two readings one after the other.</summary>
    private static string Shape(string targetKind, string name, string text)
    {
        string leaf = name[(name.LastIndexOf('/') + 1)..];
        if (leaf == "stat" && text.Contains(')'))
        {
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return string.Join(' ', fields[23..28].Concat(fields[42..49])); // addresses
        }

        bool still = targetKind is not ("server" or "init") || leaf != "maps";
        return still && leaf is "comm" or "cmdline" or "environ" or "maps" or "limits" or "loginuid" or "sessionid" or "cgroup" or "personality" or "timerslack_ns"
            ? text
            : text.Length == 0 ? "nothing" : "something";
    }

    private static void Note(string path, string what, string mine, string kernels, string name, string callerKind, string targetKind, List<string> laxer, List<string> other)
    {
        if (mine == kernels)
        {
            return;
        }

        string difference = $"{callerKind} on {targetKind}: {what} {path}: {mine} instead of {kernels}";
        bool mineFails = mine.Length > 1 && mine[0] == '-' && mine != "-0";
        bool kernelsFails = kernels.Length > 1 && kernels[0] == '-' && kernels != "-0";
        if (kernelsFails && !mineFails)
        {
            laxer.Add(difference);
        }
        else if (!Stricter.IsKnown(callerKind, targetKind, name, what, mine, kernels))
        {
            other.Add(difference);
        }
    }

    private (Actor Actor, Caller Caller) StartCaller(string kind)
    {
        string[] user = ["setpriv", $"--reuid={User}", $"--regid={User}", "--clear-groups"];
        (string[] prefix, uint id) = kind switch
        {
            "root" => (Array.Empty<string>(), 0u),
            "user" => (user, User),
            "group" => (["setpriv", $"--reuid={Other}", $"--regid={Other}", $"--groups={User},0"], Other),
            "weak-root" => (["setpriv", "--bounding-set=-sys_ptrace,-sys_admin,-dac_override,-dac_read_search"], 0u),
            "user-namespace" => ([.. user, "unshare", "-Ur"], User),
            "root-namespace" => (["unshare", "-Ur"], 0u),
            _ => throw new ArgumentException(kind),
        };
        Actor actor = Start(prefix);
        return (actor, new Caller(actor.Id, id, id));
    }

    private Actor Start(string[] prefix)
    {
        Actor actor = new(null, prefix);
        _actors.Add(actor);
        return actor;
    }

    private string StartTarget(string kind, Actor caller)
    {
        Actor As(uint user) => Start(["setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups"]);
        switch (kind)
        {
            case "itself":
                return $"{caller.Id}";
            case "user":
                return $"{As(User).Id}";
            case "other":
                return $"{As(Other).Id}";
            case "root":
                return $"{Start([]).Id}";
            case "hidden":
                Actor hidden = As(User);
                hidden.Check("dumpable", 0);
                return $"{hidden.Id}";
            case "zombie":
                return $"{As(User).Check("zombie", 3)}";
            case "thread":
                Actor threaded = As(User);
                return $"{threaded.Id}/task/{threaded.Check("thread", "other")}";
            case "kernel":
                return "2";
            case "server":
                return $"{Environment.ProcessId}";
            case "init":
                return "1";
            default:
                throw new ArgumentException(kind);
        }
    }

    private IEnumerable<string> PathsOf(string directory)
    {
        yield return directory;
        bool thread = directory.Contains('/', StringComparison.Ordinal);
        foreach (Bobbin.Live.Entry entry in thread ? _tree.Content.Entries.Thread : _tree.Content.Entries.Group)
        {
            yield return $"{directory}/{System.Text.Encoding.Latin1.GetString(entry.Path)}";
        }

        foreach (Bobbin.Live.Entry entry in _tree.Content.Entries.NamespaceEntries.Concat(_tree.Content.Entries.AttributeEntries))
        {
            yield return $"{directory}/{System.Text.Encoding.Latin1.GetString(entry.Path)}";
        }

        foreach (string more in (string[])["fd/0", "fdinfo/0", "net/dev", "net/unix", "fd/01", "fd/-1", "nothing"])
        {
            yield return $"{directory}/{more}";
        }
    }
}
