using System.CommandLine;
using System.Globalization;
using Bobbin.Cli.Listing;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Sources;

namespace Bobbin.Cli.Commands;

/// <summary><c>bobbin ps</c>: the tasks of this machine.</summary>
internal sealed class PsCommand : Command
{
    private readonly Argument<string[]> _patterns = new("PATTERN|ID")
    {
        Description = "Ids of processes or threads, and parts of their names or command lines; with * or ?, all of them",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<bool> _threads = new("--threads", "-T") { Description = "Threads, under their processes" };
    private readonly Option<string?> _fields = new("--output", "-o") { Description = "Fields, with commas; \"help\" lists them", HelpName = "FIELD,..." };
    private readonly Option<string?> _sort = new("--sort") { Description = "Field to sort by; with - before it, the largest first", HelpName = "[-]FIELD" };
    private readonly Option<bool> _tree = new("--tree") { Description = "Children under their parents" };
    private readonly Option<string?> _users = new("--user", "-u") { Description = "Only tasks of these effective users, by name or number", HelpName = "USER,..." };
    private readonly Option<string?> _states = new("--state") { Description = "Only tasks in one of these states, such as D or RD", HelpName = "LETTERS" };
    private readonly Option<string?> _cgroup = new("--cgroup") { Description = "Only tasks in control groups like this", HelpName = "GLOB" };
    private readonly Option<bool> _kernel = new("--kernel") { Description = "The kernel's own threads too" };
    private readonly Option<bool> _json = new("--json") { Description = "As JSON: an array of objects" };
    private readonly Option<bool> _csv = new("--csv") { Description = "As comma-separated values" };
    private readonly Option<string?> _watch = new("--watch")
    {
        Description = "Again and again, every so many seconds (2)", HelpName = "SECONDS", Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string> _reader = new("--reader")
    {
        Description = "auto, bpf (needs CAP_BPF and CAP_PERFMON) or proc", HelpName = "READER", DefaultValueFactory = _ => "auto",
    };

    /// <summary>Makes the verb.</summary>
    public PsCommand()
        : base("ps", "List processes and threads.")
    {
        Arguments.Add(_patterns);
        foreach (Option option in (Option[])[_threads, _fields, _sort, _tree, _users, _states, _cgroup, _kernel, _json, _csv, _watch, _reader])
        {
            Options.Add(option);
        }

        _reader.AcceptOnlyFromAmong("auto", "bpf", "proc");
        SetAction(result =>
        {
            if (result.GetValue(_fields) == "help")
            {
                Terminal.Out(PlainTable.Write([.. Fields.All.Select(field => (string[])[field.Name, field.Description])]));
                return 0;
            }

            return Ps.Run(ReadOptions(result));
        });
    }

    private ListingOptions ReadOptions(ParseResult result)
    {
        bool threads = result.GetValue(_threads);
        bool watch = result.GetResult(_watch) is { Implicit: false };
        ListingFormat format = result.GetValue(_json) ? ListingFormat.Json : result.GetValue(_csv) ? ListingFormat.Csv : ListingFormat.Table;
        string sort = result.GetValue(_sort) ?? (watch || (format == ListingFormat.Table && Libc.IsTerminal(1) && !result.GetValue(_tree)) ? "-%cpu" : "");
        return new ListingOptions
        {
            Threads = threads,
            Tree = result.GetValue(_tree),
            KernelThreads = result.GetValue(_kernel),
            Format = format,
            Fields = result.GetValue(_fields) is string names ? [.. names.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Known)] : Ps.UsualFields(threads),
            SortBy = sort.Length == 0 ? null : Known(sort.TrimStart('-', '+')),
            Descending = sort.StartsWith('-'),
            Patterns = result.GetValue(_patterns) ?? [],
            Users = result.GetValue(_users) is string users ? [.. users.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(User)] : [],
            States = result.GetValue(_states)?.Replace(",", "", StringComparison.Ordinal) ?? "",
            ControlGroup = result.GetValue(_cgroup),
            Watch = watch ? Seconds(result.GetValue(_watch)) : null,
            Reader = Enum.Parse<ReaderChoice>(result.GetValue(_reader)!, ignoreCase: true),
            Width = Libc.TryTerminalSize(1, out int columns, out _) ? columns : 0,
        };
    }

    private static Field Known(string name) =>
        Fields.Find(name) ?? throw new CommandFailure("ps", $"unknown field {name}{Near(name)}", "see bobbin ps -o help", status: 2);

    private static string Near(string name) =>
        UsageError.Nearest(name, Fields.All.SelectMany(field => field.Aliases.Append(field.Name))) is string near ? $"; did you mean {near}?" : "";

    private static uint User(string name) =>
        uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out uint id) || Libc.TryUserId(name, out id)
            ? id : throw new CommandFailure("ps", $"there is no user {name}");

    private static double Seconds(string? text) =>
        text is null ? 2
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0.1 and <= 86_400 ? seconds
        : throw new CommandFailure("ps", $"--watch={text}: seconds from 0.1 to 86400 are wanted", status: 2);
}
