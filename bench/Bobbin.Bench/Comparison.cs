using System.Text.Json;
using Bobbin.Bench.Subjects;

namespace Bobbin.Bench;

/// <summary>All scenarios, each with all its subjects in one run of the reader.</summary>
internal sealed class Comparison : IDisposable
{
    private readonly Options _options;
    private readonly string _folder = Directory.CreateTempSubdirectory("bobbin-bench.").FullName;
    private readonly List<ScenarioResult> _results = [];
    private bool _isGood = true;

    private Comparison(Options options) => _options = options;

    public static int Run(Options options)
    {
        using Comparison comparison = new(options);
        comparison.Measure([.. Scenarios.OnProcesses(options)], options.Processes, 1);
        comparison.Measure([.. Scenarios.OnThreads(options)], Math.Max(1, options.Threads / 10), 10);
        return comparison.Finish();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Measure(Scenario[] scenarios, int processes, int threads)
    {
        if (scenarios.Length == 0)
        {
            return;
        }

        string realIds = Path.Combine(_folder, "real"), tableIds = Path.Combine(_folder, "table"), peerIds = Path.Combine(_folder, "peer");
        File.WriteAllLines(tableIds, TableServer.IdsOf(processes, threads).Select(id => $"{id}"));
        File.WriteAllLines(peerIds, Enumerable.Range(0, processes).Select(process => $"{1 + (process * threads)}"));
        Console.WriteLine($"# {processes} processes of {threads} thread{(threads == 1 ? "" : "s")}");
        using RealProcesses real = new(processes, threads, realIds);
        HashSet<string> wanted = [.. scenarios.SelectMany(scenario => scenario.Subjects)];
        List<Subject> subjects = [];
        try
        {
            foreach ((string name, Func<Subject> open) in Openers(processes, threads, realIds, tableIds, peerIds))
            {
                if (wanted.Contains(name) && Open(name, open) is { } subject)
                {
                    subjects.Add(subject);
                }
            }

            foreach (Scenario scenario in scenarios)
            {
                Measure(scenario, subjects.FindAll(subject => scenario.Subjects.Contains(subject.Name)));
            }
        }
        finally
        {
            subjects.ForEach(subject => subject.Dispose());
        }
    }

    private void Measure(Scenario scenario, List<Subject> subjects)
    {
        Outcome[] outcomes = Reader.Run(scenario, subjects);
        ScenarioResult result = new(scenario.Title, scenario.Condition, outcomes);
        _results.Add(result);
        Console.WriteLine();
        Console.Write(Report.Table(result, markdown: false));
        foreach (Outcome failed in outcomes.Where(outcome => outcome.Failures > 0))
        {
            _isGood = false;
            Console.WriteLine($"  {failed.Name}: {failed.Failures} operations FAILED");
        }
    }

    /// <summary>A peer that is not installed is left out; Bobbin must be there.</summary>
    private Subject? Open(string name, Func<Subject> open)
    {
        try
        {
            return open();
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or System.ComponentModel.Win32Exception)
        {
            _isGood &= name is Names.Lxcfs or Names.Peer or Names.PeerFlush;
            Console.WriteLine($"left out: {name}: {exception.Message}");
            return null;
        }
    }

    private IEnumerable<(string Name, Func<Subject> Open)> Openers(
        int processes, int threads, string realIds, string tableIds, string peerIds)
    {
        string self = Environment.ProcessPath!, count = $"{processes}", each = $"{threads}";
        yield return (Names.Kernel, () => new Subject(Names.Kernel, "/proc", 0) { Ids = realIds });
        yield return (Names.Live, () => MountedServer.Start(Names.Live, Programs.Bobbin, folder => ["mount", folder], realIds));
        yield return (Names.Run, OpenRun);
        yield return (Names.Exact, () => MountedServer.Start(Names.Exact, self, folder => ["serve-table", folder, count, each], tableIds));
        yield return (Names.AtRest,
            () => MountedServer.Start(Names.AtRest, self, folder => ["serve-table", folder, count, each, "--at-rest"], tableIds));
        yield return (Names.Peer, () => MountedServer.Start(Names.Peer, Programs.Peer("cserver"), folder => [folder, count, each], peerIds));
        yield return (Names.PeerFlush,
            () => MountedServer.Start(Names.PeerFlush, Programs.Peer("cserver"), folder => [folder, count, each, "--flush"], peerIds));
        yield return (Names.Lxcfs, OpenLxcfs);
    }

    private static Subject OpenRun() => File.Exists(Programs.Bobbin)
        ? new Subject(Names.Run, "-", 0) { Prefix = $"{Programs.Bobbin} run --" }
        : throw new InvalidOperationException($"no {Programs.Bobbin}");

    private MountedServer OpenLxcfs()
    {
        string program = Programs.Find("lxcfs") ?? throw new InvalidOperationException("not installed");
        string pidFile = Path.Combine(_folder, "lxcfs.pid");
        
        // It tells its life story on stderr.
        return MountedServer.Start(Names.Lxcfs, "/bin/sh",
            folder => ["-c", "exec \"$0\" \"$@\" 2>/dev/null", program, "-f", "-l", "--enable-cfs", "-p", pidFile, folder], below: "/proc");
    }

    private int Finish()
    {
        string aims = Aims.Table(_results);
        Console.WriteLine();
        Console.Write(aims);
        if (_options.Log is { } log)
        {
            File.WriteAllText(log, JsonSerializer.Serialize(_results, BenchJson.Default.ListScenarioResult));
        }

        if (_options.Write && _isGood)
        {
            Report.Write(_options, _results, aims);
        }

        return _isGood ? 0 : 1;
    }
}
