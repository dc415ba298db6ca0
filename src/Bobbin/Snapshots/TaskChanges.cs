using Bobbin.Tasks;

namespace Bobbin.Snapshots;

/// <summary>
/// What happened between two snapshots of one machine: who was born, who ended, and what each task used meanwhile. A task whose id was used
/// again is another task: one that ended and one that was born. It does not change, and any number of threads may read it.
/// </summary>
public sealed class TaskChanges
{
    private readonly TaskSnapshot _before;
    private readonly TaskSnapshot _after;
    private readonly int[] _processBefore; // by row after: the row before, or -1
    private readonly int[] _threadBefore;

    /// <summary>Compares two snapshots, which must hold the same facets.</summary>
    /// <exception cref="ArgumentException">One holds every thread and the other does not.</exception>
    public TaskChanges(TaskSnapshot before, TaskSnapshot after)
    {
        if (((before.Facets ^ after.Facets) & TaskFacets.Threads) != 0)
        {
            throw new ArgumentException("Both snapshots have to hold every thread, or neither.", nameof(after));
        }

        _before = before;
        _after = after;
        _processBefore = new int[after.ProcessData.Count];
        _threadBefore = new int[after.ThreadData.Count];
        List<ProcessRow> bornProcesses = [], endedProcesses = [];
        List<ThreadRow> bornThreads = [], endedThreads = [];
        MatchProcesses(bornProcesses, endedProcesses, bornThreads, endedThreads);
        (BornProcesses, EndedProcesses, BornThreads, EndedThreads) = (bornProcesses, endedProcesses, bornThreads, endedThreads);
    }

    /// <summary>The time between the two.</summary>
    public TimeSpan Elapsed => _after.SinceBoot - _before.SinceBoot;

    /// <summary>Processes of the second snapshot that are not in the first.</summary>
    public IReadOnlyList<ProcessRow> BornProcesses { get; }

    /// <summary>Processes of the first snapshot that are not in the second. What lived between the two only is in neither.</summary>
    public IReadOnlyList<ProcessRow> EndedProcesses { get; }

    /// <summary>Threads of the second snapshot that are not in the first, those of <see cref="BornProcesses"/> too.</summary>
    public IReadOnlyList<ThreadRow> BornThreads { get; }

    /// <summary>Threads of the first snapshot that are not in the second, those of <see cref="EndedProcesses"/> too.</summary>
    public IReadOnlyList<ThreadRow> EndedThreads { get; }

    /// <summary>Processor time that a process of the second snapshot used between the two; since its birth if it was born meanwhile.</summary>
    public TimeSpan ProcessorTime(ProcessRow process)
    {
        int before = _processBefore[process.Row];
        ulong used = Ticks(_after.ProcessData, process.Row) - (before < 0 ? 0 : Ticks(_before.ProcessData, before));
        return ClockTicks.Duration((ulong)Math.Max(0, (long)used));
    }

    /// <summary>As the other, of one thread. Only of snapshots with <see cref="TaskFacets.Threads"/>; else zero.</summary>
    public TimeSpan ProcessorTime(ThreadRow thread)
    {
        int before = _threadBefore[thread.Row];
        ulong used = Ticks(_after.ThreadData, thread.Row) - (before < 0 ? 0 : Ticks(_before.ThreadData, before));
        return ClockTicks.Duration((ulong)Math.Max(0, (long)used));
    }

    /// <summary>The part of one processor that a process used: 1 is all of one.</summary>
    public double ProcessorShare(ProcessRow process) => Share(ProcessorTime(process));

    /// <summary>The part of one processor that a thread used: 1 is all of one.</summary>
    public double ProcessorShare(ThreadRow thread) => Share(ProcessorTime(thread));

    /// <summary>
    /// What a process read and wrote between the two; since its birth if it was born meanwhile. Null where one of them does not know
    /// (<see cref="TaskFacets.Io"/>).
    /// </summary>
    public TaskIo? Io(ProcessRow process)
    {
        int before = _processBefore[process.Row];
        return process.Io is not { } now ? null
            : before < 0 ? now
            : new ProcessRow(_before, before).Io is { } then ? now.Since(then)
            : null;
    }

    private static ulong Ticks(ProcessColumns data, int row) => data.UserTicks[row] + data.SystemTicks[row];

    private static ulong Ticks(ThreadColumns data, int row) => data.UserTicks[row] + data.SystemTicks[row];

    private double Share(TimeSpan used) => Elapsed > TimeSpan.Zero ? used / Elapsed : 0;

    // Both are in the order of ids, so one walk over both finds every pair.
    private void MatchProcesses(List<ProcessRow> born, List<ProcessRow> ended, List<ThreadRow> bornThreads, List<ThreadRow> endedThreads)
    {
        ProcessColumns before = _before.ProcessData, after = _after.ProcessData;
        int left = 0;
        for (int row = 0; row < after.Count; row++)
        {
            for (; left < before.Count && before.Id[left] < after.Id[row]; left++)
            {
                EndProcess(left, ended, endedThreads);
            }

            bool isSame = left < before.Count && before.Id[left] == after.Id[row]
                && _before.ThreadData.StartTicks[before.Leader[left]] == _after.ThreadData.StartTicks[after.Leader[row]];
            _processBefore[row] = isSame ? left++ : -1;
            if (!isSame)
            {
                born.Add(new ProcessRow(_after, row));
            }

            MatchThreads(_processBefore[row], row, bornThreads, endedThreads);
        }

        for (; left < before.Count; left++)
        {
            EndProcess(left, ended, endedThreads);
        }
    }

    private void EndProcess(int row, List<ProcessRow> ended, List<ThreadRow> endedThreads)
    {
        ended.Add(new ProcessRow(_before, row));
        endedThreads.AddRange(new ProcessRow(_before, row).Threads);
    }

    private void MatchThreads(int processBefore, int processAfter, List<ThreadRow> born, List<ThreadRow> ended)
    {
        ThreadColumns before = _before.ThreadData, after = _after.ThreadData;
        ProcessColumns processes = _after.ProcessData;
        int left = processBefore < 0 ? 0 : _before.ProcessData.FirstThread[processBefore];
        int end = processBefore < 0 ? 0 : left + _before.ProcessData.Threads[processBefore];
        int last = processes.FirstThread[processAfter] + processes.Threads[processAfter];
        for (int row = processes.FirstThread[processAfter]; row < last; row++)
        {
            for (; left < end && before.Id[left] < after.Id[row]; left++)
            {
                ended.Add(new ThreadRow(_before, left));
            }

            bool isSame = left < end && before.Id[left] == after.Id[row] && before.StartTicks[left] == after.StartTicks[row];
            _threadBefore[row] = isSame ? left++ : -1;
            if (!isSame)
            {
                born.Add(new ThreadRow(_after, row));
            }
        }

        for (; left < end; left++)
        {
            ended.Add(new ThreadRow(_before, left));
        }
    }
}
