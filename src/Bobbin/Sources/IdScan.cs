using System.Numerics;

namespace Bobbin.Sources;

/// <summary>How far a search is that asks about one id after the other.</summary>
/// <param name="View">By which view it asks.</param>
/// <param name="Done">Ids asked about.</param>
/// <param name="Total">Ids to ask about.</param>
public readonly record struct IdScanProgress(TaskViews View, long Done, long Total);

/// <summary>Asks something about many ids, on every processor.</summary>
internal sealed class IdScan(TaskViews view, Action<IdScanProgress>? progress, CancellationToken cancellation)
{
    private const int WordsAtOnce = 64;
    private const int WorthAThread = 4096; // ids; starting one takes as long as asking about a few hundred

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Adds to <paramref name="found"/> which ids from 1 to below a limit, of those among a set if one is given, pass the test.</summary>
    public void Run(int limit, IdSet? among, Predicate<int> test, IdSet found)
    {
        Work work = new(limit, among, test, found, cancellation);
        int threads = Math.Min(Environment.ProcessorCount, 1 + (int)(work.Total / WorthAThread));
        if (threads == 1 && progress is null)
        {
            work.Run();
            return;
        }

        Thread[] workers = [.. Enumerable.Range(0, threads).Select(_ => new Thread(work.Run) { IsBackground = true })];
        Array.ForEach(workers, worker => worker.Start());
        foreach (Thread worker in workers)
        {
            while (!worker.Join(s_interval))
            {
                progress?.Invoke(new IdScanProgress(view, work.Done, work.Total));
            }
        }

        cancellation.ThrowIfCancellationRequested();
        progress?.Invoke(new IdScanProgress(view, work.Total, work.Total));
    }

    private sealed class Work
    {
        private readonly IdSet? _among;
        private readonly Predicate<int> _test;
        private readonly IdSet _found;
        private readonly CancellationToken _cancellation;
        private readonly int _limit;
        private int _next;
        private long _done;

        public Work(int limit, IdSet? among, Predicate<int> test, IdSet found, CancellationToken cancellation)
        {
            _limit = Math.Min(limit, IdSet.Limit);
            _among = among;
            _test = test;
            _found = found;
            _cancellation = cancellation;
            Total = among?.Count ?? _limit - 1;
        }

        public long Total { get; }

        public long Done => Volatile.Read(ref _done);

        public void Run()
        {
            int words = (_limit + 63) / 64;
            int from;
            while (!_cancellation.IsCancellationRequested && (from = Interlocked.Add(ref _next, WordsAtOnce) - WordsAtOnce) < words)
            {
                long asked = 0;
                for (int word = from; word < Math.Min(from + WordsAtOnce, words); word++)
                {
                    ulong wanted = (_among?.Word(word) ?? ulong.MaxValue) & Within(word);
                    asked += BitOperations.PopCount(wanted);
                    _found.AddWord(word, Test(word, wanted));
                }

                Interlocked.Add(ref _done, asked);
            }
        }

        private ulong Test(int word, ulong wanted)
        {
            ulong passed = 0;
            for (; wanted != 0; wanted &= wanted - 1)
            {
                int bit = BitOperations.TrailingZeroCount(wanted);
                if (_test((word * 64) + bit))
                {
                    passed |= 1UL << bit;
                }
            }

            return passed;
        }

        // 0 is no task's id, and the limit may lie within a word.
        private ulong Within(int word)
        {
            int last = _limit - (word * 64);
            return (last >= 64 ? ulong.MaxValue : (1UL << last) - 1) & (word == 0 ? ~1UL : ulong.MaxValue);
        }
    }
}
