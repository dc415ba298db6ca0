using System.Globalization;
using System.Text;
using Bobbin.Cli.Text;
using Bobbin.Sources;

namespace Bobbin.Cli.Hidden;

/// <summary>A comparison's outcome for a person.</summary>
internal static class HiddenText
{
    /// <summary>One line where nothing is hidden; else a table, and what there is to say about it.</summary>
    public static string Write(HiddenTaskReport report, Explainer why)
    {
        StringBuilder text = new();
        if (report.Hidden.Count > 0)
        {
            text.Append(Table(report, why)).Append('\n');
        }

        text.Append(Summary(report)).Append('\n');
        foreach (string sentence in why.Sentences(report).Concat(Notes(report)))
        {
            text.Append(sentence).Append('\n');
        }

        return text.ToString();
    }

    private static string Table(HiddenTaskReport report, Explainer why)
    {
        TaskViews[] views = [.. ViewNames.All.Where(view => (report.Compared & view) != 0)];
        List<string[]> rows = [["ID", "PROCESS", "NAME", "UID", "PPID", "THREADS", .. views.Select(view => ViewNames.Of(view).ToUpperInvariant()), "WHY"]];
        foreach (HiddenTask task in report.Hidden)
        {
            rows.Add(
            [
                Number(task.Id), Number(task.ProcessId), task.Name is { } name ? Printable.Escape(name.Span) : "?", Number(task.UserId), Number(task.ParentId),
                task.ProcessId == task.Id ? Number(1 + task.Threads.Count) : "-",
                .. views.Select(view => (task.Has & view) != 0 ? "yes" : (task.Lacks & view) != 0 ? "NO" : "-"),
                why.Reason(task, report.IsOtherNamespace),
            ]);
        }

        return PlainTable.Write(rows);
    }

    private static string Summary(HiddenTaskReport report)
    {
        int processes = report.Hidden.Count(task => task.ProcessId == task.Id);
        int threads = report.Hidden.Count - processes;
        string found = (processes, threads) switch
        {
            (0, 0) => "Nothing is hidden",
            (_, 0) => $"Hidden: {Count(processes, "process", "processes")}",
            (0, _) => $"Hidden: {Count(threads, "thread", "threads")}",
            _ => $"Hidden: {Count(processes, "process", "processes")} and {Count(threads, "thread", "threads")}",
        };
        return $"{found}. {Count(report.ProcessCount, "process is", "processes are")} in every view, and {Count(report.ThreadCount, "other thread", "other threads")} in all but"
            + $" the listing, which shows processes. Views: {string.Join(", ", Views(report))}.";
    }

    private static IEnumerable<string> Views(HiddenTaskReport report)
    {
        string ids = $"of ids 1 to {report.HighestId.ToString(CultureInfo.InvariantCulture)}";
        yield return "listing of /proc";
        yield return report.IsExhaustive ? $"lookup in /proc {ids}" : "lookup in /proc of ids that a view has";
        yield return "task/ folders";
        yield return report.WhyNotIterator is null ? "BPF task iterator" : $"no BPF task iterator ({Printable.Escape(report.WhyNotIterator)})";
        yield return report.WhyNotExistence is null ? $"existence {ids}" : $"no existence ({report.WhyNotExistence})";
    }

    /// <summary>What is not as it should be, and hides nothing.</summary>
    public static IEnumerable<string> Notes(HiddenTaskReport report)
    {
        if (report.WithheldThreads > 0)
        {
            yield return $"Not counted as hidden: {Count(report.WithheldThreads, "thread", "threads")} of process 1 that the BPF task iterator alone lacks; the kernel of some virtual machines keeps the first process from BPF.";
        }
    }

    private static string Count(int count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");

    private static string Number<T>(T? number)
        where T : struct, IFormattable => number?.ToString(null, CultureInfo.InvariantCulture) ?? "?";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
