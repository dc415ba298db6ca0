using Bobbin.Bench.Subjects;

namespace Bobbin.Bench;

/// <summary>What was aimed for, and what a run says about it.</summary>
internal static class Aims
{
    private const string Alone = "alone, unpinned";
    private const string Pinned = "alone, pinned";
    private const string Stat = "open+read+close of stat";
    private const string StatToEnd = "open+read to the end+close of stat";
    private const string List = "listing the root";
    private const string Ps = "`ps -eLf`";

    public static string Table(List<ScenarioResult> results)
    {
        List<string[]> rows = [["Aim", "at most", "unpinned", "pinned", "met"]];
        Compare("At rest: stat, to the kernel's time", 1, Stat, Names.AtRest, Names.Kernel);
        Compare("At rest: `ps -eLf`, to the kernel's time", 1, Ps, Names.AtRest, Names.Kernel);
        Count("Live, warm: round trips of open+read+close of stat", 2, Stat, 1);
        Count("... when the reader asks for the end", 3, StatToEnd, 1);
        Compare("Live: stat, to the C server's time, pinned", 0.6, Stat, Names.Live, Names.Peer, unpinned: false);
        Compare("... unpinned", 0.35, Stat, Names.Live, Names.Peer, pinned: false);
        Compare("... to the end, to the C server with FLUSH (six round trips), pinned", 0.6, StatToEnd, Names.Live, Names.PeerFlush, unpinned: false);
        Compare("... unpinned", 0.35, StatToEnd, Names.Live, Names.PeerFlush, pinned: false);
        foreach (string file in (string[])["uptime", "stat", "meminfo", "loadavg", "cpuinfo"])
        {
            Compare($"Live: {file}, to LXCFS's time", 1.0 / 3, $"files: {file}", Names.Live, Names.Lxcfs);
        }

        Count("Live: round trips a thread of `ps -eLf`", 6, Ps, null);
        Compare("Table, exact: a listing, to the kernel's time", 1, List, Names.Exact, Names.Kernel);
        Compare("Table, at rest: a listing, to the kernel's time", 1, List, Names.AtRest, Names.Kernel);
        Compare("Live: a listing, to the kernel's time", 1.5, List, Names.Live, Names.Kernel);
        return rows.Count == 1 ? "" : Report.Markdown([.. rows]);

        void Compare(string aim, double atMost, string title, string who, string with, bool unpinned = true, bool pinned = true)
        {
            double? Time(string condition, bool counts) => counts && Find(results, title, condition, who) is { } ours
                && Find(results, title, condition, with) is { } theirs ? ours.Time.Median / theirs.Time.Median : null;
            Add(aim, atMost, Time(Alone, unpinned), Time(Pinned, pinned));
        }

        // Operations of ps are the whole program: its round trips are divided by the threads it printed.
        void Count(string aim, double atMost, string title, double? operations)
        {
            double? Trips(string condition) => Find(results, title, condition, Names.Live) is { Counts: true } live
                ? live.RoundTrips / (operations ?? Math.Max(1, Threads(results))) : null;
            Add(aim, atMost, Trips(Alone), Trips(Pinned));
        }

        void Add(string aim, double atMost, double? unpinned, double? pinned)
        {
            if (unpinned is null && pinned is null)
            {
                return;
            }

            // A round trip more in a thousand operations is a task that came or went, not a round trip an operation.
            bool isMet = (unpinned ?? 0) <= atMost * 1.001 && (pinned ?? 0) <= atMost * 1.001;
            rows.Add([aim, Report.Number(atMost), Text(unpinned), Text(pinned), isMet ? "yes" : "**no**"]);
        }
    }

    private static string Text(double? value) => value is { } number ? Report.Number(number) : "";

    private static Outcome? Find(List<ScenarioResult> results, string title, string condition, string subject) =>
        results.Find(result => result.Title == title && result.Condition == condition)?.Outcomes
            .FirstOrDefault(outcome => outcome.Name == subject);

    private static double Threads(List<ScenarioResult> results) =>
        Find(results, Ps, Alone, Names.Kernel)?.Items ?? Find(results, Ps, Pinned, Names.Kernel)?.Items ?? 0;
}
