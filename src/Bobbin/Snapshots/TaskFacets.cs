namespace Bobbin.Snapshots;

/// <summary>
/// What a snapshot holds beyond what <c>/proc/PID/stat</c> says of every process. <see cref="Threads"/> and <see cref="Credentials"/> cost a
/// reader of /proc one file more a thread or process, and the BPF reader next to nothing. The others are read from /proc by both, some 10 us a
/// process each; where one could not be read <see cref="ProcessRow.ErrorOf"/> says why.
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

    /// <summary>Arguments (<c>/proc/PID/cmdline</c>).</summary>
    Arguments = 4,

    /// <summary>Environment at the last exec (<c>/proc/PID/environ</c>). Needs the right to trace the process.</summary>
    Environment = 8,

    /// <summary>Control group (<c>/proc/PID/cgroup</c>).</summary>
    ControlGroup = 16,

    /// <summary>What was read and written (<c>/proc/PID/io</c>). Needs the right to trace the process.</summary>
    Io = 32,

    /// <summary>Namespaces (<c>/proc/PID/ns/</c>). Needs the right to trace the process.</summary>
    Namespaces = 64,
}
