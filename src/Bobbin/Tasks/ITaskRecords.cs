using Bobbin.Kernel.Linux;

namespace Bobbin.Tasks;

/// <summary>A source that knows everything about its tasks, so that the files of /proc can be generated from it.</summary>
public interface ITaskRecords : ITaskSource
{
    /// <summary>One task at this moment; a value that is true as a whole.</summary>
    /// <returns>False where the task is gone; a zombie has a record.</returns>
    bool TryGetRecord(TaskKey task, out TaskRecord record);

    /// <summary>What the owner of a task's files follows from.</summary>
    /// <returns>False where the task is gone.</returns>
    bool TryGetOwner(TaskKey task, out TaskOwner owner);

    /// <summary>The machine at this moment.</summary>
    void GetMachine(out MachineRecord machine);

    /// <summary>
    /// Groups whose parent is this very thread, in the order of their birth (/proc/PID/task/TID/children), from <paramref name="index"/> on.
    /// </summary>
    /// <returns>ESRCH where the task is gone.</returns>
    Errno ListChildren(TaskKey task, int index, Span<int> ids, out int count);

    /// <summary>
    /// Sets a thread's name: up to the first NUL, 15 bytes at most. Who may is the caller's business.
    /// </summary>
    /// <returns>ESRCH where the task is gone.</returns>
    Errno SetName(TaskKey task, ReadOnlySpan<byte> name);

    /// <summary>Sets oom_score_adj for a task's group.</summary>
    /// <param name="task">The task.</param>
    /// <param name="value">-1000 to 1000, else EINVAL.</param>
    /// <param name="isPrivileged">
    /// The writer has CAP_SYS_RESOURCE: may go below the floor, and what it sets is the new floor. Without it a value below the floor is EACCES.
    /// </param>
    /// <returns>ESRCH where the task is gone.</returns>
    Errno SetOomScoreAdj(TaskKey task, int value, bool isPrivileged);

    /// <summary>Sets the audit login id of a thread, and gives it a new audit session (none for <see cref="uint.MaxValue"/>).</summary>
    Errno SetLoginId(TaskKey task, uint loginId);

    /// <summary>Sets a thread's timer slack in nanoseconds; 0: back to what it was made with.</summary>
    Errno SetTimerSlack(TaskKey task, ulong nanoseconds);

    /// <summary>Sets which memory a core dump of the task takes; nothing happens where it has no memory.</summary>
    Errno SetCoredumpFilter(TaskKey task, uint filter);
}
