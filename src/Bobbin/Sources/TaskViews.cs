namespace Bobbin.Sources;

/// <summary>The ways in which a task of this machine can be seen: what one has, every other should have.</summary>
[Flags]
public enum TaskViews
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A listing of /proc (getdents64(2)): the leaders of processes, by nature.</summary>
    Listing = 1,

    /// <summary>Its id looked up in /proc, without crossing into anything that is mounted over it.</summary>
    Lookup = 2,

    /// <summary>A listing of its process's <c>task/</c>.</summary>
    TaskFolder = 4,

    /// <summary>The BPF task iterator's walk; see <see cref="ReaderChoice.Bpf"/> for what it takes.</summary>
    Iterator = 8,

    /// <summary>A system call about its id, which finds it (sched_getscheduler(2)); it needs no /proc.</summary>
    Existence = 16,
}
