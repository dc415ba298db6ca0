namespace Bobbin.Sources;

/// <summary>What a comparison of the views came to.</summary>
public sealed record HiddenTaskReport
{
    /// <summary>The tasks that some view lacks, by id; threads that are hidden with their process are only in its row.</summary>
    public required IReadOnlyList<HiddenTask> Hidden { get; init; }

    /// <summary>The views that were compared.</summary>
    public required TaskViews Compared { get; init; }

    /// <summary>Why the BPF iterator was not; null where it was.</summary>
    public string? WhyNotIterator { get; init; }

    /// <summary>Why existence was not; null where it was.</summary>
    public string? WhyNotExistence { get; init; }

    /// <summary>Processes that all views have.</summary>
    public required int ProcessCount { get; init; }

    /// <summary>
    /// Their threads that all views have but the listing, which by nature shows of each process its first thread alone.
    /// </summary>
    public required int ThreadCount { get; init; }

    /// <summary>The highest id that was asked about (kernel.pid_max less one).</summary>
    public required int HighestId { get; init; }

    /// <summary>Whether every id was looked up in /proc, or only those that another view knew.</summary>
    public bool IsExhaustive { get; init; }

    /// <summary>
    /// Whether /proc shows the ids of another pid namespace than this process's: then it has nothing that could be compared.
    /// </summary>
    public bool IsOtherNamespace { get; init; }

    /// <summary>Threads of process 1 that the iterator alone lacks, as on virtual machines whose kernel keeps it from BPF.</summary>
    public int WithheldThreads { get; init; }
}

/// <summary>How to compare.</summary>
public sealed record HiddenTaskOptions
{
    /// <summary>Look every id up in /proc, not only those that another view knows: it finds what only lookup does.</summary>
    public bool IsExhaustive { get; init; }

    /// <summary>Told ten times a second how far it is; by the thread that called.</summary>
    public Action<IdScanProgress>? Progress { get; init; }
}
