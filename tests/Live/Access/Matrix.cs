using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Access;

/// <summary>The comparison of the two sides: what Bobbin refuses beyond the kernel has a row in docs/fidelity.md; what it allows beyond is a hole.</summary>
internal static class Matrix
{
    /// <summary>Has a caller try all paths on both sides, and fails with all differences that no row explains.</summary>
    public static void Compare(Place place, string caller, IReadOnlyCollection<string> paths, Targets? targets = null, params string[] modes)
    {
        // Anybody on the machine takes locks and drops them: with one held, locks has text on both sides, not on whichever was read in time.
        using FileStream locked = new(Path.Combine(Scratch.MakeFolder("locked"), "file"), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        Dictionary<string, string> kernel = Prober.Run(place, place.Kernel, caller, paths, modes);
        Dictionary<string, string> bobbin = Prober.Run(place, place.Bobbin, caller, paths, modes);
        Assert.True(kernel.Count > paths.Count, "the prober said too little");
        SortedDictionary<string, List<string>> differences = new(StringComparer.Ordinal);
        foreach (string key in kernel.Keys.Union(bobbin.Keys))
        {
            string expected = kernel.GetValueOrDefault(key, "not tried"), found = bobbin.GetValueOrDefault(key, "not tried");
            Attempt attempt = new(place, caller, targets?.KindOf(key) ?? "", key.Split('\t')[0], key.Split('\t')[1], expected, found);
            if (expected != found && !Exceptions.Allow(attempt))
            {
                string line = attempt.ToString();
                if (!differences.TryGetValue(line, out List<string>? kinds))
                {
                    differences[line] = kinds = [];
                }

                kinds.Add(attempt.Kind);
            }
        }

        int holes = differences.Keys.Count(line => line.StartsWith("LAXER", StringComparison.Ordinal));
        string report = string.Join('\n', differences.Take(80).Select(pair => $"  {pair.Key} [{string.Join("; ", pair.Value.Distinct())}]"));
        Assert.True(differences.Count == 0, $"as {caller} {place.Way} {place.Options}: {differences.Count} differences, {holes} of them laxer\n{report}");
    }
}
