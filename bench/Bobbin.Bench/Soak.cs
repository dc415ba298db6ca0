using Bobbin.Bench.Subjects;

namespace Bobbin.Bench;

/// <summary>Millions of requests, and what the servers' memory does meanwhile: it must stay flat.</summary>
internal static class Soak
{
    private const int Steps = 10;
    private const int Processes = 1000;

    /// <summary>Requests an operation when warm: open, read, read at the end, release.</summary>
    private const int RequestsAnOperation = 4;

    public static int Run(Options options)
    {
        string folder = Directory.CreateTempSubdirectory("bobbin-bench.").FullName;
        string realIds = Path.Combine(folder, "real"), tableIds = Path.Combine(folder, "table");
        File.WriteAllLines(tableIds, TableServer.IdsOf(Processes, 1).Select(id => $"{id}"));
        try
        {
            using RealProcesses real = new(Processes, 1, realIds);
            using (MountedServer live = MountedServer.Start(Names.Live, Programs.Bobbin, at => ["mount", at], realIds))
            {
                Run(options, live);
            }

            using MountedServer table = MountedServer.Start(
                Names.Exact, Environment.ProcessPath!, at => ["serve-table", at, $"{Processes}", "1"], tableIds);
            Run(options, table);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static void Run(Options options, MountedServer server)
    {
        const int Turns = 100, Readers = 8;
        int batch = (int)(options.SoakMillions * 1_000_000L / Steps / RequestsAnOperation / Turns / Readers);
        Scenario scenario = new("soak", ["stat"])
        {
            Turns = Turns,
            Batch = Math.Max(1, batch),
            Readers = Readers,
            ToEnd = true,
            Subjects = [server.Name],
        };
        Console.WriteLine($"{server.Name}: {Readers} readers, {Steps} steps of {options.SoakMillions / (double)Steps:0.##} million requests");
        Console.WriteLine($"{"million requests",18}{"allocated, kB",16}{"resident, kB",16}{"anonymous, kB",16}{"descriptors",14}{"threads",10}");

        // One short walk first, so that the first line is of a warm server.
        Outcome last = Reader.Run(scenario with { Turns = 2 }, [server])[0];
        double requests = 0;
        for (int step = 0; ; step++)
        {
            Console.WriteLine($"{requests / 1e6,18:0.00}{Allocated(server),16}{Status(server, "VmRSS"),16}{Status(server, "RssAnon"),16}"
                + $"{Directory.GetFileSystemEntries($"/proc/{server.Server}/fd").Length,14}{Status(server, "Threads"),10}");
            if (step == Steps || last.Failures > 0)
            {
                break;
            }

            last = Reader.Run(scenario, [server])[0];
            requests += last.Requests.Values.Sum() * scenario.Turns * scenario.Batch * Readers;
        }

        if (last.Failures > 0)
        {
            throw new InvalidOperationException($"{server.Name}: {last.Failures} operations failed");
        }
    }

    private static string Status(MountedServer server, string field) => File.ReadLines($"/proc/{server.Server}/status")
        .First(line => line.StartsWith(field + ":", StringComparison.Ordinal)).Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries)[1];

    /// <summary>What the server says it has allocated since it started, where it says so.</summary>
    private static string Allocated(MountedServer server) => File.ReadLines($"{server.Root}/fs/bobbin/stats")
        .FirstOrDefault(line => line.StartsWith("allocated", StringComparison.Ordinal))?.Split(' ') is [_, string bytes]
        && long.TryParse(bytes, out long count) ? $"{count / 1024}" : "-";
}
