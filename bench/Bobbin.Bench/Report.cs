using System.Globalization;
using System.Text;
using Bobbin.Bench.Subjects;

namespace Bobbin.Bench;

/// <summary>Results as tables, on the terminal and in docs/performance.md.</summary>
internal static class Report
{
    public static string Table(ScenarioResult result, bool markdown)
    {
        bool long_ = result.Outcomes.Max(outcome => outcome.Time.Median) >= 1e6;
        double unit = long_ ? 1e6 : 1e3;
        List<string[]> rows = [["", long_ ? "ms" : "us", "least", "x kernel", "x C server", "x LXCFS", "round trips", "server on a processor"]];
        foreach (Outcome outcome in result.Outcomes)
        {
            rows.Add([
                outcome.Name, Number(outcome.Time.Median / unit), Number(outcome.Time.Min / unit), Ratio(result, outcome, Names.Kernel),
                Ratio(result, outcome, Names.Peer), Ratio(result, outcome, Names.Lxcfs),
                outcome.Counts ? Number(Math.Round(outcome.RoundTrips, 2)) : outcome.Name == Names.AtRest ? "0" : "",
                outcome.Server.Median > 0 ? Number(outcome.Server.Median / unit) : ""]);
        }

        int[] columns = [.. Enumerable.Range(0, rows[0].Length).Where(column => rows.Skip(1).Any(row => row[column].Length > 0))];
        string[][] filled = [.. rows.Select(row => columns.Select(column => row[column]).ToArray())];
        return markdown ? Markdown(filled) : $"{result.Title}, {result.Condition}\n{Plain(filled)}";
    }

    /// <summary>Puts the tables between the marks in docs/performance.md.</summary>
    public static void Write(Options options, List<ScenarioResult> results, string aims)
    {
        string path = Path.Combine(Programs.Repository, "docs/performance.md");
        string text = File.ReadAllText(path);
        text = Replace(text, "aims", aims);
        StringBuilder tables = new();
        tables.Append(CultureInfo.InvariantCulture, $"Made by `{options.CommandLine}` on {Machine()}.\n");
        foreach (IGrouping<string, ScenarioResult> scenario in results.GroupBy(result => result.Title))
        {
            tables.Append(CultureInfo.InvariantCulture, $"\n### {scenario.Key}\n");
            foreach (ScenarioResult result in scenario)
            {
                string condition = char.ToUpperInvariant(result.Condition[0]) + result.Condition[1..];
                tables.Append(CultureInfo.InvariantCulture, $"\n{condition}:\n\n{Table(result, markdown: true)}");
            }
        }

        File.WriteAllText(path, Replace(text, "results", tables.ToString()));
        Console.WriteLine($"wrote {path}");
    }

    /// <summary>Puts the soak's tables between their marks.</summary>
    public static void WriteSoak(Options options, List<(string Name, string Table)> tables)
    {
        string path = Path.Combine(Programs.Repository, "docs/performance.md");
        IEnumerable<string> parts = tables.Select(table => $"{table.Name}:\n\n{table.Table}");
        File.WriteAllText(path, Replace(File.ReadAllText(path), "soak", $"Made by `{options.CommandLine}` on {Machine()}.\n\n{string.Join('\n', parts)}"));
        Console.WriteLine($"wrote {path}");
    }

    /// <summary>Puts the tables of readers of tasks between their marks.</summary>
    public static void WriteTasks(Options options, string tables)
    {
        string path = Path.Combine(Programs.Repository, "docs/performance.md");
        File.WriteAllText(path, Replace(File.ReadAllText(path), "tasks", $"Made by `{options.CommandLine}` on {Machine()}.\n{tables}"));
        Console.WriteLine($"wrote {path}");
    }

    public static string Markdown(string[][] rows)
    {
        StringBuilder text = new();
        for (int i = 0; i < rows.Length; i++)
        {
            text.Append("| ").AppendJoin(" | ", rows[i]).Append(" |\n");
            if (i == 0)
            {
                text.Append("|---|").Insert(text.Length, "--:|", rows[0].Length - 1).Append('\n');
            }
        }

        return text.ToString();
    }

    public static string Number(double value) => value switch
    {
        0 => "0",
        < 0.095 => value.ToString("0.000", CultureInfo.InvariantCulture),
        < 9.95 => value.ToString("0.##", CultureInfo.InvariantCulture),
        < 99.5 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0", CultureInfo.InvariantCulture),
    };

    private static string Plain(string[][] rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        StringBuilder text = new();
        foreach (string[] row in rows)
        {
            text.Append("  ").Append(row[0].PadRight(widths[0]));
            for (int column = 1; column < row.Length; column++)
            {
                text.Append("  ").Append(row[column].PadLeft(widths[column]));
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static string Ratio(ScenarioResult result, Outcome outcome, string of)
    {
        Outcome? other = result.Outcomes.FirstOrDefault(candidate => candidate.Name == of);
        return other is null ? "" : other == outcome ? "1" : Number(outcome.Time.Median / other.Time.Median);
    }

    private static string Replace(string text, string mark, string by)
    {
        string begin = $"<!-- bench:{mark} -->\n", end = $"<!-- bench:{mark} end -->";
        int from = text.IndexOf(begin, StringComparison.Ordinal), to = text.IndexOf(end, StringComparison.Ordinal);
        if (from < 0 || to < from)
        {
            throw new InvalidOperationException($"docs/performance.md has lost its marks for {mark}");
        }

        return $"{text[..(from + begin.Length)]}\n{by}\n{text[to..]}";
    }

    private static string Machine()
    {
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        string model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal), ": unknown")
            .Split(':')[1].Trim();
        return $"{Environment.ProcessorCount} processors ({model}), Linux {kernel}, {DateTime.UtcNow:yyyy-MM-dd}";
    }
}
