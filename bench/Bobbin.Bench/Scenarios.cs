using Bobbin.Bench.Subjects;

namespace Bobbin.Bench;

/// <summary>Everything that is measured.</summary>
internal static class Scenarios
{
    private static readonly string[] s_all = [Names.Kernel, Names.Live, Names.Exact, Names.AtRest, Names.Peer];

    /// <summary>The files that LXCFS has.</summary>
    private static readonly string[] s_files = ["uptime", "stat", "meminfo", "loadavg", "cpuinfo"];

    /// <summary>On many processes of one thread each.</summary>
    public static IEnumerable<Scenario> OnProcesses(Options options)
    {
        Scenario stat = new("open+read+close of stat", ["stat"])
        {
            Turns = options.Turns ?? (options.Quick ? 4 : 40),
            Batch = Math.Min(250, options.Processes),
            Subjects = [.. s_all, Names.PeerFlush],
        };
        Scenario list = new("listing the root", ["list"])
        {
            Turns = options.Turns ?? (options.Quick ? 4 : 20),
            Batch = 8,
            Subjects = s_all,
        };
        IEnumerable<Scenario> files = s_files.Select(file => new Scenario($"files: {file}", ["file", file])
        {
            Turns = options.Turns ?? (options.Quick ? 4 : 20),
            Batch = options.Quick ? 16 : 80,
            Subjects = [Names.Kernel, Names.Live, Names.Exact, Names.Peer, Names.Lxcfs],
        });
        IEnumerable<Scenario> all = [stat, stat with { Title = "open+read to the end+close of stat", ToEnd = true }, list, .. files];
        return Chosen(options, all.SelectMany(scenario => scenario.Conditions())
            .Where(condition => !options.Quick || (condition.Readers == 1) == (condition.Processor < 0)));
    }

    /// <summary>On processes of ten threads each: whole programs.</summary>
    public static IEnumerable<Scenario> OnThreads(Options options)
    {
        foreach (string command in (string[])["ps -eLf", "top -bn1"])
        {
            Scenario scenario = new($"`{command}`", ["exec", command])
            {
                Turns = options.Turns ?? (options.Quick ? 2 : 5),
                Subjects = [Names.Kernel, Names.Live, Names.Run, Names.Exact, Names.AtRest, Names.Peer],
            };
            foreach (Scenario chosen in Chosen(options, scenario.Conditions().Where(condition => condition.Readers == 1)))
            {
                yield return chosen;
            }
        }
    }

    private static IEnumerable<Scenario> Chosen(Options options, IEnumerable<Scenario> all) =>
        all.Where(scenario => options.Only.Count == 0 || options.Only.Any(scenario.Words().Contains));

    private static IEnumerable<string> Words(this Scenario scenario) => scenario.Name.Split([' ', ',', ':', '`', '+']);
}
