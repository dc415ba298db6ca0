namespace Bobbin.Tasks;

/// <summary>One task for as long as it lives and after: an id alone is used again.</summary>
/// <param name="Id">The task's id in the pid namespace that its source shows.</param>
/// <param name="Start">
/// Differs between any two tasks that had the same id: the number of the task's pidfd inode where the kernel has pidfs,
/// its start time in clock ticks where it has not, a counter in a table.
/// </param>
public readonly record struct TaskKey(int Id, ulong Start);
