namespace Bobbin.Sources;

/// <summary>A task that some view of this machine lacks while others have it. What could not be found out is null.</summary>
public sealed record HiddenTask
{
    /// <summary>Its id.</summary>
    public required int Id { get; init; }

    /// <summary>The id of its process; its own if it leads it.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The views that have it.</summary>
    public required TaskViews Has { get; init; }

    /// <summary>The views that should have it and lack it.</summary>
    public required TaskViews Lacks { get; init; }

    /// <summary>Whether something is mounted over its folder in /proc.</summary>
    public bool IsCovered { get; init; }

    /// <summary>Its name (<c>comm</c>): bytes that anybody may choose.</summary>
    public ReadOnlyMemory<byte>? Name { get; init; }

    /// <summary>Its real user id.</summary>
    public uint? UserId { get; init; }

    /// <summary>The process that its process is a child of.</summary>
    public int? ParentId { get; init; }

    /// <summary>When it started, in hundredths of a second since boot.</summary>
    public ulong? StartTicks { get; init; }

    /// <summary>The other threads of its process, if it leads one, that some view lacks.</summary>
    public IReadOnlyList<int> Threads { get; init; } = [];
}
