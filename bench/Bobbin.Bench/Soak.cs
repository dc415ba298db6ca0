using Bobbin.Bench.Subjects;

namespace Bobbin.Bench;

/// <summary>Millions of requests, and what the servers' memory does meanwhile: it must stay flat.</summary>
internal static class Soak
{
    private const int Steps = 10;
    private const int Processes = 1000;
    private const int Turns = 100;
    private const int Readers = 8;

    /// <summary>Requests an operation when warm: open, read, read at the end, release.</summary>
    private const int RequestsAnOperation = 4;

    public static int Run(Options options)
    {
        string folder = Directory.CreateTempSubdirectory("bobbin-bench.").FullName;
        string realIds = Path.Combine(folder, "real"), tableIds = Path.Combine(folder, "table");
        File.WriteAllLines(tableIds, TableServer.IdsOf(Processes, 1).Select(id => $"{id}"));
        List<(string Name, string Table)> tables = [];
        try
        {
            using RealProcesses real = new(Processes, 1, realIds);
            using (MountedServer live = MountedServer.Start(Names.Live, Programs.Bobbin, at => ["mount", at], realIds))
            {
                tables.Add((Names.Live, Run(options, live)));
            }

            using MountedServer table = MountedServer.Start(
                Names.Exact, Environment.ProcessPath!, at => ["serve-table", at, $"{Processes}", "1"], tableIds);
            tables.Add((Names.Exact, Run(options, table)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        if (options.Write)
        {
            Report.WriteSoak(options, tables);
        }

        return 0;
    }

    private static string Run(Options options, MountedServer server)
    {
        long batch = options.SoakMillions * 1_000_000L / Steps / RequestsAnOperation / Turns / Readers;
        Scenario scenario = new("soak", ["stat"])
        {
            Turns = Turns,
            Batch = (int)Math.Max(1, batch),
            Readers = Readers,
            ToEnd = true,
            Subjects = [server.Name],
        };
        Console.WriteLine($"{server.Name}: {Readers} readers, open+read to the end+close of stat");
        List<string[]> rows = [["million requests", "allocated, kB", "resident, kB", "of it anonymous, kB", "descriptors", "threads"]];
        Console.WriteLine(string.Join('\t', rows[0]));

        // A step before the first line: it is of a warm server.
        Measure(scenario, server);
        double requests = 0;
        for (int step = 0; step <= Steps; step++)
        {
            rows.Add([
                $"{requests / 1e6:0.0}", Allocated(server), Status(server, "VmRSS"), Status(server, "RssAnon"),
                $"{Directory.GetFileSystemEntries($"/proc/{server.Server}/fd").Length}", Status(server, "Threads")]);
            Console.WriteLine(string.Join('\t', rows[^1]));
            if (step < Steps)
            {
                requests += Measure(scenario, server);
            }
        }

        return Report.Markdown([.. rows]);
    }

    /// <summary>How many requests it took.</summary>
    private static double Measure(Scenario scenario, MountedServer server)
    {
        Outcome outcome = Reader.Run(scenario, [server])[0];
        return outcome.Failures == 0
            ? outcome.Requests.Values.Sum() * scenario.Turns * scenario.Batch * scenario.Readers
            : throw new InvalidOperationException($"{server.Name}: {outcome.Failures} operations failed");
    }

    private static string Status(MountedServer server, string field) => File.ReadLines($"/proc/{server.Server}/status")
        .First(line => line.StartsWith(field + ":", StringComparison.Ordinal)).Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries)[1];

    /// <summary>What the server says it has allocated since it started.</summary>
    private static string Allocated(MountedServer server) => File.ReadLines($"{server.Root}/fs/bobbin/stats")
        .FirstOrDefault(line => line.StartsWith("allocated-bytes ", StringComparison.Ordinal))?.Split(' ') is [_, string bytes]
        && long.TryParse(bytes, out long count) ? $"{count / 1024}" : "";
}
