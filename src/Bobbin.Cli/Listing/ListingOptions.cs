using Bobbin.Sources;

namespace Bobbin.Cli.Listing;

/// <summary>The forms of a table.</summary>
internal enum ListingFormat
{
    Table,
    Json,
    Csv,
}

/// <summary>What is to be listed, and how.</summary>
internal sealed record ListingOptions
{
    public bool Threads { get; init; }
    public bool Tree { get; init; }
    public bool KernelThreads { get; init; }
    public ListingFormat Format { get; init; }
    public required Field[] Fields { get; init; }

    /// <summary>Null: by id, or by what matters.</summary>
    public Field? SortBy { get; init; }

    public bool Descending { get; init; }

    /// <summary>Ids and patterns: any of them; none: everything.</summary>
    public string[] Patterns { get; init; } = [];

    public uint[] Users { get; init; } = [];

    /// <summary>Letters of states; empty: any.</summary>
    public string States { get; init; } = "";

    /// <summary>A pattern of control groups; null: any.</summary>
    public string? ControlGroup { get; init; }

    /// <summary>Seconds between tables; null: one table.</summary>
    public double? Watch { get; init; }

    public ReaderChoice Reader { get; init; }

    /// <summary>Columns of the terminal; 0: as wide as it gets.</summary>
    public int Width { get; init; }
}
