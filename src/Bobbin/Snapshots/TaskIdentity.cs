namespace Bobbin.Snapshots;

/// <summary>
/// One task for as long as it lives and after, while an id alone is used again. The same from every reader and in every snapshot.
/// </summary>
/// <param name="Id">The task's id in the reader's pid namespace.</param>
/// <param name="StartTicks">When it started, in hundredths of a second since boot (<c>/proc/PID/stat</c>, field 22).</param>
public readonly record struct TaskIdentity(int Id, ulong StartTicks);
