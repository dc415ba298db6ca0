namespace Bobbin.Snapshots;

/// <summary>
/// What a snapshot holds beyond what <c>/proc/PID/stat</c> says of every process. Each costs a reader of /proc one file more a process or
/// thread, and the BPF reader next to nothing.
/// </summary>
[Flags]
public enum TaskFacets
{
    /// <summary>Processes only: identity, state, times, memory, scheduling.</summary>
    None = 0,

    /// <summary>Every thread, with its own times (<c>/proc/PID/task/TID/stat</c>).</summary>
    Threads = 1,

    /// <summary>User and group ids (<c>/proc/PID/status</c>, <c>Uid</c> and <c>Gid</c>).</summary>
    Credentials = 2,
}
