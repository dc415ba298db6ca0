using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Bobbin.Bench.Subjects;

namespace Bobbin.Bench;

/// <summary>Nanoseconds an operation, turn by turn.</summary>
internal sealed record Times(double Min, double Median, double[] Turns);

/// <summary>What one scenario cost one subject.</summary>
internal sealed record Outcome(
    string Name, Times Time, Times Server, Times Client, double First, long Failures, long Items, Dictionary<string, double> Requests)
{
    /// <summary>What the kernel sends and nobody waits for.</summary>
    private static readonly HashSet<string> s_background = ["release", "releasedir", "forget", "batch_forget", "interrupt"];

    /// <summary>Requests an operation that its caller waits for.</summary>
    public double RoundTrips =>
        Math.Max(0, Requests.Where(request => !s_background.Contains(request.Key)).Sum(request => request.Value));

    /// <summary>Whether its server counts.</summary>
    public bool Counts => Requests.Count > 0;
}

internal sealed record ReaderReport(string Operation, string Argument, int Readers, int Processor, int Batch, Outcome[] Subjects);

[JsonSerializable(typeof(ReaderReport))]
[JsonSerializable(typeof(List<ScenarioResult>))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class BenchJson : JsonSerializerContext;

/// <summary>The program in C that does the reading, by turns.</summary>
internal static class Reader
{
    public static Outcome[] Run(Scenario scenario, IReadOnlyList<Subject> subjects)
    {
        List<string> arguments = [.. scenario.Operation, "--turns", $"{scenario.Turns}", "--batch", $"{scenario.Batch}",
            "--readers", $"{scenario.Readers}", "--pin", $"{scenario.Processor}"];
        if (scenario.ToEnd)
        {
            arguments.Add("--to-end");
        }

        foreach (Subject subject in subjects)
        {
            string extra = scenario.Operation[0] == "stat" ? subject.Ids : subject.Prefix;
            arguments.AddRange(["--subject", subject.Name, subject.Root, $"{subject.Server}", extra]);
        }

        using Process reader = Programs.Start(Programs.Peer("reader"), arguments, output: true);
        string text = reader.StandardOutput.ReadToEnd();
        reader.WaitForExit();
        if (reader.ExitCode != 0)
        {
            throw new InvalidOperationException($"{scenario.Name}: the reader ended with {reader.ExitCode}");
        }

        return JsonSerializer.Deserialize(text, BenchJson.Default.ReaderReport)!.Subjects;
    }
}
