using System.Globalization;
using System.Text;
using Bobbin.Bench.Subjects;
using Bobbin.Sources;

namespace Bobbin.Bench.Tasks;

/// <summary>All processes and threads, by each way there is to read them, by turns in one run.</summary>
internal static class TaskComparison
{
    private const string CIterator = "C, libbpf iterator", CReader = "C, /proc", RustReader = "Rust, the procfs crate";
    private const string Bpf = "Bobbin, BPF", Proc = "Bobbin, /proc";
    private const string Ps = "`ps -eLf`", OwnBpf = "`bobbin ps -T`", OwnProc = "`bobbin ps -T --reader=proc`";
    private const string CLoad = "libbpf, to load and attach", OwnLoadName = "Bobbin, to load and attach";

    private static string[] Grown => [Bpf, CIterator, Proc, CReader, OwnBpf, OwnProc, Ps];

    public static int Run(Options options)
    {
        string folder = Directory.CreateTempSubdirectory("bobbin-bench.").FullName;
        StringBuilder text = new();
        int[] sizes = options.Sizes.Count > 0 ? [.. options.Sizes] : [options.Threads];
        List<(int Threads, Dictionary<string, Pass> Passes)> results = [];
        try
        {
            foreach (int threads in sizes)
            {
                using PidMax room = new(threads);
                using RealProcesses real = new(Math.Max(1, threads / 10), 10, Path.Combine(folder, "ids"));
                Dictionary<string, Pass> passes = Measure(options.Turns ?? (options.Quick ? 3 : 21));
                results.Add((threads, passes));
                text.Append(Table(threads, passes));
                Console.WriteLine(Table(threads, passes));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        if (sizes.Length > 1)
        {
            text.Append(Growth(results));
            Console.WriteLine(Growth(results));
        }

        if (options.Log is { } log)
        {
            File.WriteAllLines(log, results.SelectMany(result => Grown.Where(result.Passes.ContainsKey)
                .Select(name => string.Create(CultureInfo.InvariantCulture, $"{result.Threads}\t{name}\t{Cost(result.Passes[name])}"))));
        }

        if (options.Write)
        {
            Report.WriteTasks(options, text.ToString());
        }

        return 0;
    }

    private static Dictionary<string, Pass> Measure(int turns)
    {
        string bobbin = Programs.Bobbin;
        List<Pass> passes =
        [
            new OwnPass(Bpf, ReaderChoice.Bpf), new OwnPass(Proc, ReaderChoice.Proc), new PeerPass(CReader, Programs.Peer("tasks_proc")),
            new CommandPass(Ps, "ps -eLf"), new CommandPass(OwnBpf, $"{bobbin} ps -T --kernel --reader=bpf"),
            new CommandPass(OwnProc, $"{bobbin} ps -T --kernel --reader=proc"), new DotNetPass("`Process.GetProcesses`, with threads"), new OwnLoad(OwnLoadName),
        ];
        if (File.Exists(Programs.Peer("tasks_bpf")))
        {
            passes.Add(new PeerPass(CIterator, Programs.Peer("tasks_bpf")));
            passes.Add(new PeerPass(CLoad, Programs.Peer("tasks_bpf"), "load"));
        }

        if (File.Exists(Programs.Peer("tasks_rust")))
        {
            passes.Add(new PeerPass(RustReader, Programs.Peer("tasks_rust")));
        }

        if (File.Exists("/usr/lib/python3/dist-packages/psutil/__init__.py"))
        {
            passes.Add(new PeerPass("psutil, process_iter with threads", "/usr/bin/python3", Path.Combine(Programs.Repository, "bench/peer/psutil_pass.py")));
        }

        for (int turn = -2; turn < turns; turn++)
        {
            // The slow ones take seconds: every third turn is enough of them.
            foreach (Pass pass in passes.Where(pass => pass is not (DotNetPass or CommandPass) || turn % 3 == 0 || turn < 0))
            {
                pass.Turn(counts: turn >= 0);
            }
        }

        passes.ForEach(pass => pass.Dispose());
        return passes.ToDictionary(pass => pass.Name);
    }

    private static string Table(int threads, Dictionary<string, Pass> passes)
    {
        List<string[]> rows = [["", "ms", "least", "us a thread", "to C /proc", "to C libbpf", "to `ps -eLf`", "bytes a thread"]];
        foreach (Pass pass in passes.Values.OrderBy(pass => pass.Median))
        {
            bool isLoad = pass.Name is CLoad or OwnLoadName;
            rows.Add([
                pass.Name, Report.Number(pass.Median / 1e6), Report.Number(pass.Least / 1e6), isLoad ? "" : Report.Number(pass.Median / 1e3 / pass.Threads),
                isLoad ? "" : Ratio(pass, CReader), Ratio(pass, isLoad ? CLoad : CIterator), isLoad ? "" : Ratio(pass, Ps),
                pass.Allocated < 0 ? "" : $"{pass.Allocated / Math.Max(1, pass.Threads)}"]);
        }

        return $"\n{threads.ToString("N0", CultureInfo.InvariantCulture)} threads, ten a process:\n\n{Report.Markdown([.. rows])}";

        string Ratio(Pass pass, string other) =>
            passes.TryGetValue(other, out Pass? with) ? pass == with ? "1" : Report.Number(pass.Median / with.Median) : "";
    }

    private static double Cost(Pass pass) => pass.Median / 1e3 / pass.Threads;

    private static string Growth(List<(int Threads, Dictionary<string, Pass> Passes)> results)
    {
        List<string[]> rows = [["us a thread", .. results.Select(result => result.Threads.ToString("N0", CultureInfo.InvariantCulture))]];
        foreach (string name in Grown.Where(results[0].Passes.ContainsKey))
        {
            rows.Add([name, .. results.Select(result => Report.Number(Cost(result.Passes[name])))]);
        }

        return $"\nAs the machine grows:\n\n{Report.Markdown([.. rows])}";
    }
}
