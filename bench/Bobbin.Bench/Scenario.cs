namespace Bobbin.Bench;

/// <summary>One operation under one condition.</summary>
internal sealed record Scenario(string Title, string[] Operation)
{
    /// <summary>Readers at once, each a process.</summary>
    public int Readers { get; init; } = 1;

    /// <summary>The processor that readers and servers are kept on; -1: none.</summary>
    public int Processor { get; init; } = -1;

    /// <summary>Whether a file is read until it says that it has ended.</summary>
    public bool ToEnd { get; init; }

    public int Turns { get; init; }

    public int Batch { get; init; } = 1;

    /// <summary>Names of the subjects that take part.</summary>
    public required string[] Subjects { get; init; }

    public string Condition => $"{(Readers == 1 ? "alone" : "eight readers")}, {(Processor < 0 ? "unpinned" : "pinned")}";

    public string Name => $"{Title}, {Condition}";

    /// <summary>Pinned and unpinned, alone and under eight readers.</summary>
    public IEnumerable<Scenario> Conditions()
    {
        int last = Environment.ProcessorCount - 1;
        foreach (int readers in (int[])[1, 8])
        {
            foreach (int processor in (int[])[-1, last])
            {
                yield return this with { Readers = readers, Processor = processor, Batch = Math.Max(1, Batch / readers) };
            }
        }
    }
}

internal sealed record ScenarioResult(string Title, string Condition, Outcome[] Outcomes);
