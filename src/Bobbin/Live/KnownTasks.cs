using Bobbin.Tasks;

namespace Bobbin.Live;

/// <summary>Which task somebody has been told of under an id, so that its end can be told under the right name. No locks, no limit but the ids there are.</summary>
internal sealed class KnownTasks
{
    private const int PageBits = 12;

    private readonly ulong[]?[] _pages = new ulong[Procfs.ProcNode.TaskIdLimit >> PageBits][];

    /// <summary>Remembers a task, and forgets whoever had its id.</summary>
    public void Note(TaskKey task)
    {
        ref ulong start = ref At(task.Id);
        if (Volatile.Read(ref start) != task.Start)
        {
            Volatile.Write(ref start, task.Start);
        }
    }

    /// <summary>Forgets the task with an id, and says which it was.</summary>
    public bool TryTake(int id, out TaskKey task)
    {
        ulong start = (uint)id < Procfs.ProcNode.TaskIdLimit && _pages[id >> PageBits] is not null
            ? Interlocked.Exchange(ref At(id), 0)
            : 0;
        task = new TaskKey(id, start);
        return start != 0;
    }

    private ref ulong At(int id)
    {
        ref ulong[]? page = ref _pages[id >> PageBits];
        if (Volatile.Read(ref page) is null)
        {
            Interlocked.CompareExchange(ref page, new ulong[1 << PageBits], null);
        }

        return ref page![id & ((1 << PageBits) - 1)];
    }
}
