using Bobbin.Sources;

namespace Bobbin.Cli.Top;

/// <summary>What <c>bobbin top</c> begins with.</summary>
internal sealed record TopOptions
{
    public bool Threads { get; init; }

    public bool Tree { get; init; }

    public bool KernelThreads { get; init; }

    /// <summary>Seconds between two frames, whatever that costs; null: one, and more where a frame costs more than its share.</summary>
    public double? Delay { get; init; }

    public ReaderChoice Reader { get; init; }

    /// <summary>Names of columns; null: the usual ones.</summary>
    public string[]? Fields { get; init; }

    /// <summary>The name of a column.</summary>
    public string? SortBy { get; init; }

    public bool Ascending { get; init; }

    /// <summary>Text of the filter; empty: none.</summary>
    public string Filter { get; init; } = "";
}
