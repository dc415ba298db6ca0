using System.Text;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Bobbin.Sources;

namespace Bobbin.Cli.Hidden;

/// <summary>The shape of <c>find --hidden --json</c>.</summary>
internal sealed record HiddenDocument
{
    /// <summary>The tasks that some view lacks.</summary>
    public required IReadOnlyList<HiddenRow> Hidden { get; init; }

    /// <summary>The views that were compared: <c>listing</c>, <c>lookup</c>, <c>task</c>, <c>bpf</c>, <c>existence</c>.</summary>
    public required IReadOnlyList<string> Compared { get; init; }

    /// <summary>The views that were not, and why.</summary>
    public required IReadOnlyDictionary<string, string> NotCompared { get; init; }

    /// <summary>Processes that every view has.</summary>
    public required int Processes { get; init; }

    /// <summary>Other threads that every view has but the listing, which does not show such.</summary>
    public required int OtherThreads { get; init; }

    /// <summary>The highest id asked about.</summary>
    public required int HighestId { get; init; }

    /// <summary>Whether every id was looked up in /proc.</summary>
    public required bool Exhaustive { get; init; }

    /// <summary>Whether /proc is of another pid namespace.</summary>
    public required bool OtherNamespace { get; init; }

    /// <summary>Threads of process 1 that the iterator alone lacks; they are not hidden.</summary>
    public required int WithheldFromBpf { get; init; }

    /// <summary>What is to be said, a sentence each.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Writes down an outcome.</summary>
    public static HiddenDocument Of(HiddenTaskReport report, Explainer why)
    {
        Dictionary<string, string> not = [];
        if (report.WhyNotIterator is { } iterator)
        {
            not["bpf"] = iterator;
        }

        if (report.WhyNotExistence is { } existence)
        {
            not["existence"] = existence;
        }

        return new()
        {
            Hidden = [.. report.Hidden.Select(task => HiddenRow.Of(task, why.Reason(task, report.IsOtherNamespace)))],
            Compared = ViewNames.Of(report.Compared, ViewNames.All),
            NotCompared = not,
            Processes = report.ProcessCount,
            OtherThreads = report.ThreadCount,
            HighestId = report.HighestId,
            Exhaustive = report.IsExhaustive,
            OtherNamespace = report.IsOtherNamespace,
            WithheldFromBpf = report.WithheldThreads,
            Notes = [.. why.Sentences(report), .. HiddenText.Notes(report)],
        };
    }
}

/// <summary>One hidden task; null is what could not be found out.</summary>
internal sealed record HiddenRow
{
    /// <summary>Its id.</summary>
    public required int Id { get; init; }

    /// <summary>Its process.</summary>
    public required int? Process { get; init; }

    /// <summary>Its name as it is, U+FFFD where it is not UTF-8.</summary>
    public required string? Name { get; init; }

    /// <summary>The bytes of a name that is not UTF-8, in hexadecimal; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NameBytes { get; init; }

    /// <summary>Its real user.</summary>
    public required uint? Uid { get; init; }

    /// <summary>The process that its process is a child of.</summary>
    public required int? Parent { get; init; }

    /// <summary>When it started, in hundredths of a second since boot.</summary>
    public required ulong? StartTicks { get; init; }

    /// <summary>Other threads of it that are hidden too.</summary>
    public required IReadOnlyList<int> Threads { get; init; }

    /// <summary>The views that have it.</summary>
    public required IReadOnlyList<string> Has { get; init; }

    /// <summary>The views that lack it and should not.</summary>
    public required IReadOnlyList<string> Lacks { get; init; }

    /// <summary>In a few words.</summary>
    public required string Why { get; init; }

    /// <summary>Writes down a task.</summary>
    public static HiddenRow Of(HiddenTask task, string why) => new()
    {
        Id = task.Id,
        Process = task.ProcessId,
        Name = task.Name is { } name ? Encoding.UTF8.GetString(name.Span) : null,
        NameBytes = task.Name is { } bytes && !Utf8.IsValid(bytes.Span) ? Convert.ToHexStringLower(bytes.Span) : null,
        Uid = task.UserId,
        Parent = task.ParentId,
        StartTicks = task.StartTicks,
        Threads = task.Threads,
        Has = ViewNames.Of(task.Has, ViewNames.All),
        Lacks = ViewNames.Of(task.Lacks, ViewNames.All),
        Why = why,
    };
}

/// <summary>Writes outcomes without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(HiddenDocument))]
internal sealed partial class HiddenJson : JsonSerializerContext;
