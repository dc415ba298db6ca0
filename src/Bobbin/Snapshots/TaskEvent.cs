using System.Text;

namespace Bobbin.Snapshots;

/// <summary>What happened to a task.</summary>
public enum TaskEventKind
{
    /// <summary>It was born: a process, or a thread of one.</summary>
    Fork = 1,

    /// <summary>Its process became another program.</summary>
    Exec = 2,

    /// <summary>It ended. Its id is its own until its parent has waited for it.</summary>
    Exit = 3,

    /// <summary>It has another name; an exec gives one as well, before <see cref="Exec"/>.</summary>
    Rename = 4,
}

/// <summary>Something that happened to a task.</summary>
/// <param name="Kind">What.</param>
/// <param name="Task">The task: the same identity that snapshots have.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="ParentId">The process that it is a child of.</param>
/// <param name="SinceBoot">When, since boot (CLOCK_BOOTTIME).</param>
/// <param name="Name">Its name, after a rename the new one: at most 15 bytes that anybody may choose.</param>
/// <param name="WaitStatus">Of an exit: the status that wait(2) gives.</param>
public readonly record struct TaskEvent(
    TaskEventKind Kind, TaskIdentity Task, int ProcessId, int ParentId, TimeSpan SinceBoot, ReadOnlyMemory<byte> Name, int WaitStatus)
{
    /// <summary>Whether the task is a thread that is not its process's first.</summary>
    public bool IsThread => Task.Id != ProcessId;

    /// <summary>Of an exit: the code it ended with, where no signal ended it.</summary>
    public int ExitCode => (WaitStatus >> 8) & 0xFF;

    /// <summary>Of an exit: the signal that ended it; 0 for none.</summary>
    public int Signal => WaitStatus & 0x7F;

    /// <summary>For a person. The name may hold control characters.</summary>
    public override string ToString() => $"{Kind} {Task.Id} ({Encoding.UTF8.GetString(Name.Span)})";
}
