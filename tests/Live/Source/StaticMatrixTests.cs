using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Source;

/// <summary>Every file that belongs to no task, /proc/sys above all: attributes, and opening for reading and writing, against the kernel's own.</summary>
public sealed class StaticMatrixTests : IDisposable
{
    private readonly LiveTree _tree;
    private readonly List<Actor> _actors = [];

    public StaticMatrixTests()
    {
        Assert.SkipUnless(Native.EffectiveUser == 0, "needs root");
        _tree = new LiveTree(linkBase: "");
    }

    public void Dispose()
    {
        _actors.ForEach(actor => actor.Dispose());
        _tree.Dispose();
    }

    [Theory]
    [InlineData("root")]
    [InlineData("user")]
    [InlineData("weak-root")]
    [InlineData("user-namespace")]
    public void Every_static_entry_opens_as_the_kernels(string callerKind)
    {
        string[] user = ["setpriv", "--reuid=4242", "--regid=4242", "--clear-groups"];
        (string[] prefix, uint id) = callerKind switch
        {
            "root" => (Array.Empty<string>(), 0u),
            "user" => (user, 4242u),
            "weak-root" => (["setpriv", "--bounding-set=-sys_ptrace,-sys_admin,-dac_override,-dac_read_search,-net_admin,-syslog"], 0u),
            _ => ([.. user, "unshare", "-Ur"], 4242u),
        };
        Actor actor = new(null, prefix);
        _actors.Add(actor);
        Caller caller = new(actor.Id, id, id);
        List<string> differences = [];
        int files = 0;
        foreach (string path in Walk(""))
        {
            files++;
            Compare(actor, caller, callerKind, path, differences);
        }

        Assert.True(files > 100, $"{files} files");
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private void Compare(Actor actor, in Caller caller, string callerKind, string path, List<string> differences)
    {
        Errno error = _tree.Stat(caller, path, out ProcAttributes attributes);
        string[] stat = actor.Ask("lstat", "/proc/" + path);
        string mine = error != Errno.None ? $"-{(int)error}" : Convert.ToString(attributes.Mode, 8);
        if (mine != stat[0])
        {
            differences.Add($"{path}: stat {mine} instead of {stat[0]}");
        }

        if (error != Errno.None || (attributes.Mode & FileType.Mask) != FileType.Regular || path is "kmsg" or "kcore")
        {
            return;
        }

        for (int flags = 0; flags < 2; flags++)
        {
            error = _tree.Open(caller, path, flags, false, out ProcFile? file);
            file?.Release();
            int opened = actor.Number("open", "/proc/" + path, flags);
            if (opened >= 0)
            {
                actor.Ask("close", opened);
            }

            bool laxer = error == Errno.None && opened < 0;
            bool stricter = opened >= 0 && error != Errno.None;
            bool known = (path is "keys" or "key-users" && Fidelity.Rows.ContainsKey("keys")) || callerKind == "user-namespace";
            if (laxer || (stricter && !known) || (opened < 0 && error != Errno.None && (int)error != -opened && !known))
            {
                differences.Add($"{path}: open({flags}) {error} instead of {opened}");
            }
        }
    }

    private static IEnumerable<string> Walk(string below)
    {
        // Things that this machine mounts into its /proc are not in a procfs of our own.
        if (below is "sys/fs/binfmt_misc")
        {
            yield break;
        }

        foreach (string full in Directory.EnumerateFileSystemEntries("/proc/" + below).Order(StringComparer.Ordinal))
        {
            string path = full["/proc/".Length..].TrimStart('/');
            if (char.IsAsciiDigit(path[0]) || path is "self" or "thread-self" || path.StartsWith("fs/bobbin", StringComparison.Ordinal))
            {
                continue;
            }

            yield return path;
            FileAttributes attributes = File.GetAttributes(full);
            if ((attributes & FileAttributes.Directory) != 0 && (attributes & FileAttributes.ReparsePoint) == 0)
            {
                foreach (string deeper in Walk(path))
                {
                    yield return deeper;
                }
            }
        }
    }
}
