using Bobbin.Kernel.Linux;
using Bobbin.Snapshots;
using Bobbin.Sources;

namespace Bobbin.Cli.Listing;

/// <summary>One line: a process, or one of its threads.</summary>
/// <param name="Process">The process.</param>
/// <param name="Thread">The thread; of a process, its leader.</param>
/// <param name="IsThread">Whether it is the thread's line.</param>
/// <param name="HasThreads">Whether lines of its threads follow.</param>
/// <param name="Depth">How deep it stands in a tree.</param>
internal readonly record struct ListedTask(ProcessRow Process, ThreadRow Thread, bool IsThread, bool HasThreads = false, int Depth = 0);

/// <summary>What all lines of one table are made from.</summary>
internal sealed class ListingScene(TaskSnapshot tasks, TaskChanges? changes, TaskTexts texts, UserNames names)
{
    public TaskSnapshot Tasks => tasks;

    /// <summary>What happened since the table before; null for the first.</summary>
    public TaskChanges? Changes => changes;

    public TaskTexts Texts => texts;

    public UserNames Names => names;

    /// <summary>Bytes of memory, for shares of it.</summary>
    public ulong MemoryBytes { get; } = Libc.MemoryBytes();

    /// <summary>Now, in the local time zone.</summary>
    public DateTimeOffset Now { get; } = tasks.TakenAt.ToLocalTime();
}
