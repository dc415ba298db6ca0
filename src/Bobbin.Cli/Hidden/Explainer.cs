using Bobbin.Cli.Launch;
using Bobbin.Sources;

namespace Bobbin.Cli.Hidden;

/// <summary>Why a task is hidden, as far as what is mounted says so.</summary>
/// <param name="proc">What is mounted on /proc; null if that cannot be told.</param>
/// <param name="coveredBy">The type of what is mounted over a process's folder; null where nothing is known to be.</param>
internal sealed class Explainer(MountEntry? proc, Func<int, string?> coveredBy)
{
    private const TaskViews OfProc = TaskViews.Listing | TaskViews.Lookup | TaskViews.TaskFolder;

    private readonly string? _hidePid = proc?.Options.Split(',').FirstOrDefault(option => option.StartsWith("hidepid=", StringComparison.Ordinal));

    /// <summary>With the mounts of this machine, read only if something is to be explained.</summary>
    public static Explainer OfThisMachine(HiddenTaskReport report)
    {
        Dictionary<string, MountEntry> mounts = [];
        foreach (MountEntry mount in report.Hidden.Count > 0 ? MountTable.Read() : [])
        {
            mounts[mount.MountPoint] = mount; // the last is the topmost
        }

        return new(mounts.GetValueOrDefault("/proc"), id => mounts.GetValueOrDefault($"/proc/{id}")?.Type);
    }

    /// <summary>In a few words.</summary>
    public string Reason(HiddenTask task, bool isOtherNamespace) =>
        (task.Lacks & ~OfProc) != 0 ? "unexplained"
        : isOtherNamespace ? "another pid namespace"
        : task.IsCovered ? coveredBy(task.Id) is { } type ? $"{type} is mounted over /proc/{task.Id}" : $"something is mounted over /proc/{task.Id}"
        : _hidePid is not null ? _hidePid
        : proc is { IsBobbin: true } ? "Bobbin's view"
        : "unexplained";

    /// <summary>What is to be said about the reasons that occur, a sentence or two each.</summary>
    public IEnumerable<string> Sentences(HiddenTaskReport report)
    {
        HashSet<string> reasons = [.. report.Hidden.Select(task => Reason(task, report.IsOtherNamespace))];
        if (reasons.Contains("another pid namespace"))
        {
            yield return "/proc shows another pid namespace than this process is in, where ids mean other tasks. One of here: mount -t proc proc /proc";
        }

        if (_hidePid is not null && reasons.Contains(_hidePid))
        {
            yield return $"/proc is mounted with {_hidePid}, which keeps tasks of other users from this one; root, and members of the group that the mount option gid names, see them.";
        }

        if (reasons.Contains("Bobbin's view"))
        {
            yield return "/proc is Bobbin's, and its view hides tasks: cat /proc/fs/bobbin/view";
        }

        if (reasons.Contains("unexplained"))
        {
            yield return "unexplained: no mount and no mount option does that. bobbin makes its system calls itself, so no preloaded library does either: something in the kernel answers otherwise here than there, such as a security module or a rootkit.";
        }
    }
}
