using Bobbin.Tasks;

namespace Bobbin.Snapshots;

/// <summary>
/// All tasks at a moment: processes in the order of their ids, each with its threads in the order of theirs. It does not change, and any
/// number of threads may read it.
/// </summary>
public sealed class TaskSnapshot
{
    // Of all snapshots whose memory another has taken over.
    private static readonly ProcessColumns s_noProcesses = new(0);
    private static readonly ThreadColumns s_noThreads = new(0);

    private readonly Dictionary<int, int> _rows = [];
    private ProcessTree? _tree;
    private bool _isIndexed;

    internal TaskSnapshot(TaskFacets facets, ProcessColumns processes, ThreadColumns threads, TimeSpan sinceBoot)
    {
        Facets = facets;
        ProcessData = processes;
        ThreadData = threads;
        SinceBoot = sinceBoot;
        TakenAt = DateTimeOffset.UtcNow;
    }

    /// <summary>What it holds.</summary>
    public TaskFacets Facets { get; }

    /// <summary>When it was complete.</summary>
    public DateTimeOffset TakenAt { get; }

    /// <summary>When it was complete, since boot (CLOCK_BOOTTIME): the clock that start times are on.</summary>
    public TimeSpan SinceBoot { get; }

    /// <summary>The processes.</summary>
    public ProcessRows Processes => new(this, 0, ProcessData.Count);

    /// <summary>The threads: every one with <see cref="TaskFacets.Threads"/>, else only the leaders of the processes.</summary>
    public ThreadRows Threads => new(this, 0, ThreadData.Count);

    /// <summary>
    /// Processes whose parent is not in the snapshot: the first of the machine or of a pid namespace, the kernel's first thread, and those whose
    /// parent is hidden or ended meanwhile. <see cref="ProcessRow.Children"/> leads on from them to every process, once.
    /// </summary>
    public ChildRows Roots => new(this, -1);

    /// <summary>Who is whose child.</summary>
    internal ProcessTree Tree => _tree ?? Interlocked.CompareExchange(ref _tree, new ProcessTree(ProcessData), null) ?? _tree!;

    internal ProcessColumns ProcessData { get; private set; }

    internal ThreadColumns ThreadData { get; private set; }

    /// <summary>Takes the memory out of a snapshot that nobody looks at any more, or makes some.</summary>
    /// <param name="recycled">The snapshot; empty afterwards.</param>
    /// <param name="processes">About how many processes there will be.</param>
    /// <param name="threads">About how many threads.</param>
    internal static (ProcessColumns Processes, ThreadColumns Threads) Recycle(TaskSnapshot? recycled, int processes, int threads)
    {
        if (recycled is null || ReferenceEquals(recycled.ProcessData, s_noProcesses))
        {
            return (new ProcessColumns(processes), new ThreadColumns(threads));
        }

        (ProcessColumns, ThreadColumns) taken = (recycled.ProcessData, recycled.ThreadData);
        recycled.ProcessData = s_noProcesses;
        recycled.ThreadData = s_noThreads;
        recycled._rows.Clear();
        recycled._tree = null;
        recycled._isIndexed = false;
        taken.Item1.Clear();
        taken.Item2.Clear();
        return taken;
    }

    /// <summary>Finds a thread by its id; a leader too.</summary>
    public bool TryFindThread(int id, out ThreadRow thread)
    {
        Index();
        bool found = _rows.TryGetValue(id, out int row);
        thread = new ThreadRow(this, row);
        return found;
    }

    /// <summary>Finds a process by its id.</summary>
    public bool TryFindProcess(int id, out ProcessRow process)
    {
        int row = Array.BinarySearch(ProcessData.Id, 0, ProcessData.Count, id);
        process = new ProcessRow(this, Math.Max(row, 0));
        return row >= 0;
    }

    /// <summary>When something that started at so many ticks since boot did.</summary>
    internal DateTimeOffset TimeOf(ulong ticks) => TakenAt - SinceBoot + ClockTicks.Duration(ticks);

    private void Index()
    {
        lock (_rows)
        {
            if (!_isIndexed)
            {
                _rows.EnsureCapacity(ThreadData.Count);
                for (int row = 0; row < ThreadData.Count; row++)
                {
                    _rows[ThreadData.Id[row]] = row;
                }

                _isIndexed = true;
            }
        }
    }
}
