using Bobbin.Kernel.Linux;
using Bobbin.Snapshots;

namespace Bobbin.Sources;

/// <summary>
/// Looks again at tasks that some view lacked. In each round every view is asked about them between two looks at who they are, so what
/// it says is of one task that lived all the while; only what no round finds in a view is lacking there.
/// </summary>
internal sealed class SuspectReview(ProcViews proc, IteratorReader? iterator, TaskViews compared, bool isOtherNamespace, CancellationToken cancellation)
{
    private const int RoundsToBeSure = 4;
    private const int MostRounds = 10;
    private const int Pause = 5; // ms

    private readonly Dictionary<int, (ProcAnswer Answer, HashSet<int> Ids)> _folders = [];
    private readonly Dictionary<int, Suspect> _byId = [];
    private readonly HashSet<int> _listed = [];
    private readonly HashSet<int> _walked = [];

    /// <summary>Removes those that every view has after all, that are gone, or that are not the same for long enough.</summary>
    public void Review(List<Suspect> suspects)
    {
        for (int round = 0; round < MostRounds && suspects.Any(suspect => suspect.Rounds < RoundsToBeSure); round++)
        {
            cancellation.ThrowIfCancellationRequested();
            Thread.Sleep(round == 0 ? 0 : Pause);
            Look(suspects);
        }

        suspects.RemoveAll(suspect => suspect.Rounds < RoundsToBeSure);
    }

    private void Look(List<Suspect> suspects)
    {
        _byId.Clear();
        foreach (Suspect suspect in suspects)
        {
            suspect.Learn(FactsOf(suspect.Id));
            _byId[suspect.Id] = suspect;
        }

        Walk();
        List();
        suspects.RemoveAll(suspect => IsSettled(suspect, SeenNow(suspect)));
    }

    /// <summary>Whether there is nothing more to find out: it is gone, or every view has it.</summary>
    private bool IsSettled(Suspect suspect, TaskViews seen)
    {
        if (FactsOf(suspect.Id).Identity != suspect.Identity)
        {
            suspect.Learn(default); // it ended while it was looked at, and its id may have another task
            return false;
        }

        suspect.Has |= seen;
        suspect.Rounds++;
        suspect.Lacks = suspect.Expected(compared) & ~suspect.Has;
        return seen == 0 || suspect.Lacks == 0;
    }

    /// <summary>Before Linux 6.9 the start of a task is all that tells it from another, where it can be read.</summary>
    private TaskFacts FactsOf(int id)
    {
        TaskFacts facts = TaskFacts.Of(id);
        if (facts.Identity == 0 && !isOtherNamespace && proc.TryReadStat(id, out _, out StatFields stat))
        {
            facts.Identity = stat.StartTicks + 1;
        }

        return facts;
    }

    private void Walk()
    {
        _walked.Clear();
        if (iterator is null)
        {
            return;
        }

        RecordWalk walk = iterator.ReadRecords(cancellation);
        while (walk.MoveNext())
        {
            ref readonly ThreadRecord thread = ref walk.Thread;
            if (!_byId.TryGetValue(thread.Id, out Suspect? suspect))
            {
                continue;
            }

            _walked.Add(thread.Id);
            ReadOnlySpan<byte> name = thread.Name;
            int end = name.IndexOf((byte)0);
            suspect.Name = (end < 0 ? name : name[..end]).ToArray();
            suspect.StartTicks = thread.StartTime / ClockTicks.Nanoseconds;
            suspect.BelongTo(thread.Group);
            if (walk.IsLeader)
            {
                suspect.User = walk.Group.UserId;
                suspect.Parent = walk.Group.ParentId;
            }
        }
    }

    private void List()
    {
        _folders.Clear();
        _listed.Clear();
        if (!isOtherNamespace)
        {
            proc.List(id => _listed.Add(id));
        }
    }

    private TaskViews SeenNow(Suspect suspect)
    {
        TaskViews seen = _walked.Contains(suspect.Id) ? TaskViews.Iterator : 0;
        if ((compared & TaskViews.Existence) != 0 && Existence.Has(suspect.Id))
        {
            seen |= TaskViews.Existence;
        }

        return isOtherNamespace ? seen : seen | SeenInProc(suspect);
    }

    private TaskViews SeenInProc(Suspect suspect)
    {
        TaskViews seen = _listed.Contains(suspect.Id) ? TaskViews.Listing : 0;
        ProcAnswer answer = proc.Lookup(suspect.Id);
        suspect.IsCovered = answer == ProcAnswer.Covered;
        if (answer is ProcAnswer.Found or ProcAnswer.Refused)
        {
            seen |= TaskViews.Lookup;
            Read(suspect);
        }

        if (suspect.Process != 0)
        {
            (ProcAnswer folder, HashSet<int> ids) = FolderOf(suspect.Process);
            suspect.IsFolderRefused = folder == ProcAnswer.Refused;
            seen |= ids.Contains(suspect.Id) ? TaskViews.TaskFolder : 0;
        }

        return seen;
    }

    private void Read(Suspect suspect)
    {
        if (suspect.Name is null && proc.TryReadStat(suspect.Id, out byte[] name, out StatFields stat))
        {
            suspect.Name = name;
            suspect.StartTicks = stat.StartTicks;
            suspect.Parent ??= stat.ParentId;
        }

        if ((suspect.Process == 0 || suspect.User is null) && proc.TryReadStatus(suspect.Id, out int process, out uint user))
        {
            suspect.BelongTo(process);
            suspect.User = user;
        }
    }

    private (ProcAnswer Answer, HashSet<int> Ids) FolderOf(int process)
    {
        if (!_folders.TryGetValue(process, out (ProcAnswer, HashSet<int>) folder))
        {
            HashSet<int> ids = [];
            ProcAnswer answer = proc.ListThreads(process, id => ids.Add(id));
            folder = _folders[process] = (answer, ids);
        }

        return folder;
    }
}
