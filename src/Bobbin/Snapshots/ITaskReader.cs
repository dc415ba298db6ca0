namespace Bobbin.Snapshots;

/// <summary>Takes snapshots of the tasks of this machine. One thread at a time; the snapshots are free of it.</summary>
public interface ITaskReader : IDisposable
{
    /// <summary>What it reads by: <c>bpf</c> or <c>proc</c>.</summary>
    string Name { get; }

    /// <summary>
    /// All tasks that this process's pid namespace sees. A task that ends meanwhile is in it or not, and never fails it.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    TaskSnapshot Read(TaskFacets facets = TaskFacets.None, CancellationToken cancellation = default);
}
