using System.Buffers.Text;
using System.Numerics;
using Bobbin.Kernel.Linux;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Sources;

/// <summary>
/// Finds tasks that one view of this machine shows and another does not: hidden by an option of the mount, by a mount over their
/// folder, by something that filters listings.
/// </summary>
public sealed class HiddenTasks : IDisposable
{
    private const int WorthATable = 1 << 17; // ids; loading the program takes as long as asking about some 10,000

    private readonly HiddenTaskOptions _options;
    private readonly CancellationToken _cancellation;
    private readonly ProcViews _proc;
    private readonly IteratorReader? _iterator;
    private readonly TaskViews _compared;
    private readonly string _whyNotIterator;
    private readonly string? _whyNotExistence;
    private readonly bool _isOtherNamespace;
    private readonly int _limit;

    // Who is in which view; and of all, who leads no process, and who is of the first.
    private readonly IdSet _listed = new(), _found = new(), _inFolder = new(), _walked = new(), _existing = new();
    private readonly IdSet _threads = new(), _ofFirst = new();

    private HiddenTasks(HiddenTaskOptions options, CancellationToken cancellation)
    {
        _options = options;
        _cancellation = cancellation;
        _proc = ProcViews.Open();
        _iterator = IteratorReader.TryOpen(out _whyNotIterator);
        _whyNotExistence = Existence.WhyNot();
        _compared = TaskViews.Listing | TaskViews.Lookup | TaskViews.TaskFolder
            | (_iterator is null ? 0 : TaskViews.Iterator) | (_whyNotExistence is null ? TaskViews.Existence : 0);
        _isOtherNamespace = !_proc.IsOfThisNamespace();
        _limit = ReadLimit();
    }

    /// <summary>
    /// Compares every view that this process may have. Tasks that start or end meanwhile are looked at again until it is sure which task
    /// it is, and are never in the report.
    /// </summary>
    /// <exception cref="LinuxException">/proc, or the iterator, cannot be read.</exception>
    /// <exception cref="InvalidOperationException">No proc file system is mounted on /proc.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static HiddenTaskReport Find(HiddenTaskOptions? options = null, CancellationToken cancellation = default)
    {
        using HiddenTasks comparison = new(options ?? new(), cancellation);
        return comparison.Find();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _iterator?.Dispose();
        _proc.Dispose();
    }

    private HiddenTaskReport Find()
    {
        GatherFromProc();
        GatherFromIterator();
        GatherExistence();
        GatherLookups();
        List<Suspect> suspects = [];
        (int processes, int threads, int withheld) = (0, 0, 0);
        for (int word = 0; word < IdSet.WordCount; word++)
        {
            ulong known = _found.Word(word) | Known(word);
            ulong walked = _iterator is null ? ulong.MaxValue : _walked.Word(word);
            ulong existing = _whyNotExistence is null ? _existing.Word(word) : ulong.MaxValue;
            ulong elsewhere = _found.Word(word) & _inFolder.Word(word) & existing & (_listed.Word(word) | _threads.Word(word));
            ulong kept = elsewhere & ~walked & _ofFirst.Word(word);
            ulong complete = (elsewhere & walked) | kept;
            withheld += BitOperations.PopCount(kept);
            processes += BitOperations.PopCount(complete & ~_threads.Word(word));
            threads += BitOperations.PopCount(complete & _threads.Word(word));
            for (ulong rest = known & ~complete; rest != 0; rest &= rest - 1)
            {
                suspects.Add(new Suspect((word * 64) + BitOperations.TrailingZeroCount(rest)));
            }
        }

        new SuspectReview(_proc, _iterator, _compared, _isOtherNamespace, _cancellation).Review(suspects);
        withheld += suspects.RemoveAll(suspect => suspect.Process == 1 && suspect.Lacks == TaskViews.Iterator);
        return new HiddenTaskReport
        {
            Hidden = Grouped(suspects),
            Compared = _compared,
            WhyNotIterator = _iterator is null ? _whyNotIterator : null,
            WhyNotExistence = _whyNotExistence,
            ProcessCount = processes,
            ThreadCount = threads,
            HighestId = _limit - 1,
            IsExhaustive = _options.IsExhaustive,
            IsOtherNamespace = _isOtherNamespace,
            WithheldThreads = withheld,
        };
    }

    private void GatherFromProc()
    {
        if (_isOtherNamespace)
        {
            return; // its ids are others'
        }

        _proc.List(_listed.Add);
        new IdScan(TaskViews.TaskFolder, null, _cancellation).Run(IdSet.Limit, _listed, ListThreads, _inFolder);
    }

    // True where the folder is there and may not be read: it has its process, and its threads are looked at one by one later.
    private bool ListThreads(int process)
    {
        ProcAnswer answer = _proc.ListThreads(process, id =>
        {
            _inFolder.Add(id);
            if (id != process)
            {
                _threads.Add(id);
            }

            if (process == 1)
            {
                _ofFirst.Add(id);
            }
        });

        return answer == ProcAnswer.Refused;
    }

    private void GatherFromIterator()
    {
        if (_iterator is not null)
        {
            RecordWalk walk = _iterator.ReadRecords(_cancellation);
            while (walk.MoveNext())
            {
                _walked.Add(walk.Thread.Id);
            }
        }
    }

    private void GatherExistence()
    {
        if (_whyNotExistence is not null)
        {
            return;
        }

        // Where there are many ids, those worth a system call are found by BPF first. An exhaustive search relies on nothing.
        using PidTable? table = _limit >= WorthATable && _iterator is not null && !_options.IsExhaustive ? PidTable.TryOpen() : null;
        if (table is null)
        {
            Ask(TaskViews.Existence, null, Existence.Has, _existing);
            return;
        }

        IdSet candidates = KnownIds();
        table.Find(_limit, candidates, _options.Progress, _cancellation);
        Ask(TaskViews.Existence, candidates, Existence.Has, _existing);
    }

    private void GatherLookups()
    {
        if (!_isOtherNamespace)
        {
            Ask(TaskViews.Lookup, _options.IsExhaustive ? null : KnownIds(), id => _proc.Lookup(id) is ProcAnswer.Found or ProcAnswer.Refused, _found);
        }
    }

    // Ids above pid_max are those of tasks that were there before it was lowered: only another view can know them.
    private void Ask(TaskViews view, IdSet? among, Predicate<int> test, IdSet found)
    {
        IdScan scan = new(view, _options.Progress, _cancellation);
        scan.Run(among is null ? _limit : IdSet.Limit, among, test, found);
        for (int word = _limit / 64; among is null && word < IdSet.WordCount; word++)
        {
            for (ulong rest = Known(word); rest != 0; rest &= rest - 1)
            {
                int id = (word * 64) + BitOperations.TrailingZeroCount(rest);
                if (id >= _limit && test(id))
                {
                    found.Add(id);
                }
            }
        }
    }

    private IdSet KnownIds()
    {
        IdSet known = new();
        for (int word = 0; word < IdSet.WordCount; word++)
        {
            known.AddWord(word, Known(word));
        }

        return known;
    }

    private ulong Known(int word) => _listed.Word(word) | _inFolder.Word(word) | _walked.Word(word) | _existing.Word(word);

    /// <summary>A hidden process takes the threads that are hidden with it into its row.</summary>
    private static List<HiddenTask> Grouped(List<Suspect> suspects)
    {
        HashSet<int> processes = [.. suspects.Where(one => one.IsLeader).Select(one => one.Id)];
        ILookup<int, int> threads = suspects.Where(one => !one.IsLeader).ToLookup(one => one.Process, one => one.Id);
        return
        [
            .. suspects.Where(one => one.IsLeader || !processes.Contains(one.Process))
                .Select(one => one.ToHidden(one.IsLeader ? [.. threads[one.Id]] : [])),
        ];
    }

    private static int ReadLimit()
    {
        Span<byte> text = stackalloc byte[32];
        if (Libc.Open("/proc/sys/kernel/pid_max"u8, OpenFlags.ReadOnly, out int file) != Errno.None)
        {
            return IdSet.Limit; // --subset=pid has no /proc/sys
        }

        Errno errno = Libc.Read(file, text, out int length);
        Libc.Close(file);
        return errno == Errno.None && Utf8Parser.TryParse(text[..length], out int limit, out _) && limit is > 1 and < IdSet.Limit ? limit : IdSet.Limit;
    }
}
