namespace Bobbin.Sources;

/// <summary>A task that some view lacked, while it is looked at again.</summary>
internal sealed class Suspect(int id)
{
    public int Id => id;

    /// <summary>Its process; 0 while that is not known.</summary>
    public int Process;

    /// <summary>Whether it is known to lead no process, be its process known or not.</summary>
    public bool IsOtherThread;

    /// <summary>What tells it from another task that had, or gets, the same id; 0 where nothing does.</summary>
    public ulong Identity;

    /// <summary>The views that had it, since it has been this task.</summary>
    public TaskViews Has;

    /// <summary>How often it was looked at, since it has been this task.</summary>
    public int Rounds;

    public TaskViews Lacks;
    public bool IsCovered;
    public bool IsFolderRefused;
    public byte[]? Name;
    public uint? User;
    public int? Parent;
    public ulong? StartTicks;

    public bool IsLeader => Process == id;

    /// <summary>The views that should have it.</summary>
    public TaskViews Expected(TaskViews compared)
    {
        bool isUnknown = Process == 0 && (Has & TaskViews.Listing) == 0;
        TaskViews not = (IsOtherThread || isUnknown ? TaskViews.Listing : 0) | (IsFolderRefused || isUnknown ? TaskViews.TaskFolder : 0);
        return compared & ~not;
    }

    /// <summary>Takes what is known of the task that has the id now: it may be another than before.</summary>
    public void Learn(in TaskFacts facts)
    {
        if (facts.Identity != Identity)
        {
            Identity = facts.Identity;
            Has = 0;
            Rounds = 0;
            IsCovered = IsFolderRefused = false;
            Name = null;
            StartTicks = null;
        }

        Process = facts.Process;
        IsOtherThread = facts.IsOtherThread;
        User = facts.User;
        Parent = facts.Parent;
    }

    /// <summary>Takes its process from another source.</summary>
    public void BelongTo(int process)
    {
        Process = process;
        IsOtherThread = process != id;
    }

    public HiddenTask ToHidden(IReadOnlyList<int> threads) => new()
    {
        Id = id,
        ProcessId = Process == 0 ? null : Process,
        Has = Has,
        Lacks = Lacks,
        IsCovered = IsCovered,
        Name = Name is null ? (ReadOnlyMemory<byte>?)null : Name,
        UserId = User,
        ParentId = Parent,
        StartTicks = StartTicks,
        Threads = threads,
    };
}
