namespace Bobbin.Bench;

/// <summary>What is to be measured, and how big.</summary>
internal sealed record Options
{
    public const string Usage = """
        usage: bench/run [--quick] [--only WORD[,WORD...]] [--turns N] [--processes N] [--threads N]
                         [--soak N] [--tasks [--sizes N,N,...]] [--write] [--log FILE]
               bench/run --micro [--threads N] [--filter PATTERN]

          --quick        a few hundred processes and few turns: does everything still run?
          --only         scenarios whose name has one of these words (stat, list, files, ps, top, alone, eight, pinned, unpinned)
          --processes    how many processes for stat, list and files; 10000 when not told
          --threads      how many threads, ten a process, for ps and top; 10000 when not told
          --turns        turns of each subject in each scenario
          --soak N       N million requests to the live mount and to the table instead; memory before, during and after
          --tasks        readers of all processes and threads instead: ours, C, libbpf, Rust, ps, psutil, .NET
          --micro        what the library does in one process, by BenchmarkDotNet (first of all arguments)
          --sizes        how many threads, for each of several tables of --tasks
          --write        put the tables into docs/performance.md
          --log FILE     every turn of every subject, as JSON; of --tasks what bench/Bobbin.Plot draws
        """;

    public bool Quick { get; private set; }
    public bool Write { get; private set; }
    public bool Tasks { get; private set; }
    public IReadOnlyList<int> Sizes { get; private set; } = [];
    public int SoakMillions { get; private set; }
    public int? Turns { get; private set; }
    public int Processes { get; private set; } = 10_000;
    public int Threads { get; private set; } = 10_000;
    public string? Log { get; private set; }
    public IReadOnlyList<string> Only { get; private set; } = [];

    /// <summary>The arguments as they were given, for the report.</summary>
    public string CommandLine { get; private set; } = "";

    public static bool TryParse(string[] arguments, out Options options)
    {
        options = new Options { CommandLine = string.Join(' ', arguments.Prepend("bench/run")) };
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            if (name is "--quick")
            {
                options.Quick = true;
                options.Processes = options.Threads = 200;
            }
            else if (name is "--tasks")
            {
                options.Tasks = true;
            }
            else if (name is "--write")
            {
                options.Write = true;
            }
            else if (++i == arguments.Length || !options.TrySet(name, arguments[i]))
            {
                return false;
            }
        }

        return true;
    }

    private bool TrySet(string name, string value)
    {
        switch (name)
        {
            case "--only":
                Only = value.Split(',', StringSplitOptions.RemoveEmptyEntries);
                return true;
            case "--sizes" when value.Split(',').All(size => int.TryParse(size, out int number) && number > 0):
                Sizes = [.. value.Split(',').Select(int.Parse)];
                return true;
            case "--log":
                Log = value;
                return true;
        }

        if (!int.TryParse(value, out int number) || number < 1)
        {
            return false;
        }

        switch (name)
        {
            case "--soak":
                SoakMillions = number;
                return true;
            case "--turns":
                Turns = number;
                return true;
            case "--processes":
                Processes = number;
                return true;
            case "--threads":
                Threads = number;
                return true;
            default:
                return false;
        }
    }
}
