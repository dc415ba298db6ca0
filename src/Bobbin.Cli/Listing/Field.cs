namespace Bobbin.Cli.Listing;

/// <summary>How a field is laid out, and what it is to other programs.</summary>
internal enum FieldKind
{
    /// <summary>Digits: to the right, a number in JSON.</summary>
    Number,

    /// <summary>To the left, a string in JSON.</summary>
    Text,

    /// <summary>A time: to the right, a string in JSON.</summary>
    Time,
}

/// <summary>One column that can be asked for by name.</summary>
/// <param name="Name">As ps(1) calls it, where it has it.</param>
/// <param name="Header">What stands above the column.</param>
/// <param name="Kind">How it is laid out.</param>
/// <param name="Description">A line of help.</param>
/// <param name="Write">Writes the cell; <c>-</c> for what is not known.</param>
internal sealed record Field(string Name, string Header, FieldKind Kind, string Description, Action<CellBuffer, ListingScene, ListedTask> Write)
{
    /// <summary>Other names, for who is used to them.</summary>
    public string[] Aliases { get; init; } = [];

    /// <summary>Whether it is a name that somebody chose, which may be <c>-</c> too.</summary>
    public bool IsName => Name is "comm" or "args";

    /// <summary>What it is sorted by; null: by its text.</summary>
    public Func<ListingScene, ListedTask, double>? Key { get; init; }
}
