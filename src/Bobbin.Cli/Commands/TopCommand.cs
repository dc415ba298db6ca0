using System.CommandLine;
using System.Globalization;
using Bobbin.Cli.Listing;
using Bobbin.Cli.Text;
using Bobbin.Cli.Top;
using Bobbin.Sources;

namespace Bobbin.Cli.Commands;

/// <summary><c>bobbin top</c>: the tasks of this machine, live, on the whole screen.</summary>
internal sealed class TopCommand : Command
{
    private readonly Option<bool> _threads = new("--threads", "-T") { Description = "A line for each thread" };
    private readonly Option<bool> _tree = new("--tree") { Description = "Children under their parents" };
    private readonly Option<bool> _kernel = new("--kernel") { Description = "The kernel's own threads too" };
    private readonly Option<string?> _delay = new("--delay", "-d") { Description = "Seconds between two frames, whatever they cost (else 1, and more where they cost too much)", HelpName = "SECONDS" };
    private readonly Option<string?> _fields = new("--output", "-o") { Description = "Columns, with commas; \"help\" lists them", HelpName = "FIELD,..." };
    private readonly Option<string?> _sort = new("--sort") { Description = "Column to sort by, the largest first; with + before it, the smallest", HelpName = "[+]FIELD" };
    private readonly Option<string?> _filter = new("--filter") { Description = "Only tasks with this text in name, command line or user", HelpName = "TEXT" };
    private readonly Option<string> _reader = new("--reader")
    {
        Description = "auto, bpf (needs CAP_BPF and CAP_PERFMON) or proc", HelpName = "READER", DefaultValueFactory = _ => "auto",
    };

    /// <summary>Makes the verb.</summary>
    public TopCommand()
        : base("top", "Show processes and threads live, on the whole screen; ? helps.")
    {
        foreach (Option option in (Option[])[_threads, _tree, _kernel, _delay, _fields, _sort, _filter, _reader])
        {
            Options.Add(option);
        }

        _reader.AcceptOnlyFromAmong("auto", "bpf", "proc");
        SetAction(result =>
        {
            TopFields columns = new(new IoRates());
            if (result.GetValue(_fields) == "help")
            {
                Terminal.Out(PlainTable.Write([.. columns.All.Select(field => (string[])[field.Name, field.Description])]));
                return 0;
            }

            return TopProgram.Run(ReadOptions(result, columns));
        });
    }

    private TopOptions ReadOptions(ParseResult result, TopFields columns)
    {
        string? sort = result.GetValue(_sort);
        return new TopOptions
        {
            Threads = result.GetValue(_threads),
            Tree = result.GetValue(_tree),
            KernelThreads = result.GetValue(_kernel),
            Delay = result.GetValue(_delay) is { } seconds ? Seconds(seconds) : null,
            Fields = result.GetValue(_fields) is { } names
                ? [.. names.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => Known(columns, name).Name)] : null,
            SortBy = sort is null ? null : Known(columns, sort.TrimStart('-', '+')).Name,
            Ascending = sort?.StartsWith('+') ?? false,
            Filter = result.GetValue(_filter) ?? "",
            Reader = Enum.Parse<ReaderChoice>(result.GetValue(_reader)!, ignoreCase: true),
        };
    }

    private static Field Known(TopFields columns, string name) =>
        columns.Find(name) ?? throw new CommandFailure("top", $"unknown field {name}{Near(columns, name)}", "see bobbin top -o help", status: 2);

    private static string Near(TopFields columns, string name) =>
        UsageError.Nearest(name, columns.All.SelectMany(field => field.Aliases.Append(field.Name))) is string near ? $"; did you mean {near}?" : "";

    private static double Seconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0.1 and <= 3600
            ? seconds : throw new CommandFailure("--delay", $"{text} is no number of seconds from 0.1 to 3600", status: 2);
}
