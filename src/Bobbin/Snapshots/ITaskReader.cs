using System.Diagnostics.CodeAnalysis;

namespace Bobbin.Snapshots;

/// <summary>Takes snapshots of the tasks of this machine. One thread at a time; the snapshots are free of it.</summary>
public interface ITaskReader : IDisposable
{
    /// <summary>What it reads by: <c>bpf</c> or <c>proc</c>.</summary>
    string Name { get; }

    /// <summary>
    /// All tasks that this process's pid namespace sees. A task that ends meanwhile is in it or not, and never fails it.
    /// </summary>
    /// <param name="facets">What to hold.</param>
    /// <param name="recycled">
    /// A snapshot that nobody looks at any more, or null: the new one is made in its memory, so that reading again and again allocates
    /// nothing. It is empty afterwards.
    /// </param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    TaskSnapshot Read(TaskFacets facets = TaskFacets.None, TaskSnapshot? recycled = null, CancellationToken cancellation = default);

    /// <summary>One process, with its threads where these are asked for; false where no process has this id.</summary>
    bool TryRead(int processId, TaskFacets facets, [NotNullWhen(true)] out TaskSnapshot? snapshot);
}
