using System.Text.Json.Serialization;

namespace Bobbin.Cli.Checks;

/// <summary>How well something works.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FindingState>))]
internal enum FindingState
{
    /// <summary>It works.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>It is not there, and Bobbin does without.</summary>
    [JsonStringEnumMemberName("absent")]
    Absent,

    /// <summary>It is not there, and something Bobbin is for does not work.</summary>
    [JsonStringEnumMemberName("broken")]
    Broken,
}

/// <summary>One row of <c>bobbin doctor</c>.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="State">How it is.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">What follows, or what to do; empty where nothing is to be done.</param>
internal sealed record Finding(string Check, FindingState State, string Detail, string Remedy = "");

/// <summary>Writes findings without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<Finding>))]
internal sealed partial class FindingJson : JsonSerializerContext;
