using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Bobbin.Cli.Serving;
using Bobbin.Procfs;

namespace Bobbin.Cli.Commands;

/// <summary>SOURCE and VIEW: what <c>run</c> and <c>mount</c> show. The options mean what the kernel's mount options mean.</summary>
internal sealed class ViewOptions
{
    private static readonly string[] s_hidePidWords = ["0", "1", "2", "4", "off", "noaccess", "invisible", "ptraceable"];

    private readonly Option<bool> _live = Flag("--live", "Show this machine's tasks (the default source)");
    private readonly Option<bool> _listThreads = Flag("--list-threads", "List every thread in /proc, in task-id order");

    private readonly Option<HidePid> _hidePid = new("--hidepid")
    {
        Description = "Hide other users' tasks: 0|off, 1|noaccess, 2|invisible, 4|ptraceable",
        HelpName = "MODE",
        CustomParser = result => ParseHidePid(result.Tokens[0].Value, result.AddError),
    };

    private readonly Option<uint> _gid = new("--gid")
    {
        Description = "Group that --hidepid hides nothing from",
        HelpName = "G",
        CustomParser = result => ParseNumber("--gid", "a group id", 0, uint.MaxValue - 1, result),
    };

    private readonly Option<string> _subset = new("--subset") { Description = "Only tasks, nothing about the machine: pid", HelpName = "pid" };

    private readonly Option<uint> _pidNamespace = new("--pidns")
    {
        Description = "Show the tasks, and their ids, that PID's pid namespace sees",
        HelpName = "PID",
        CustomParser = result => ParseNumber("--pidns", "a process id", 1, ProcNode.TaskIdLimit - 1, result),
    };

    private readonly Option<bool> _readOnly = Flag("--read-only", "Nothing can be written");

    /// <summary>Makes the options and adds them to a verb.</summary>
    public ViewOptions(Command verb)
    {
        _hidePid.CompletionSources.Clear();
        _hidePid.CompletionSources.Add(s_hidePidWords);
        _subset.CompletionSources.Add("pid");
        _subset.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: not "pid" } token])
            {
                result.AddError($"--subset knows only pid, not {token.Value}");
            }
        });
        foreach (Option option in (Option[])[_live, _listThreads, _hidePid, _gid, _subset, _pidNamespace, _readOnly])
        {
            verb.Options.Add(option);
        }
    }

    /// <summary>What the user asked for.</summary>
    public ServerOptions Read(ParseResult result) => new()
    {
        View = new()
        {
            ListThreads = result.GetValue(_listThreads),
            HidePid = result.GetValue(_hidePid),
            Gid = result.GetValue(_gid),
            PidOnly = result.GetValue(_subset) is not null,
            ReadOnly = result.GetValue(_readOnly),
        },
        PidNamespaceOf = (int)result.GetValue(_pidNamespace),
    };

    /// <summary>The kernel reads the number in any base, so 0x2 and 02 are good too.</summary>
    internal static HidePid ParseHidePid(string text, Action<string> error)
    {
        HidePid? mode = text switch
        {
            "off" => HidePid.Off,
            "noaccess" => HidePid.NoAccess,
            "invisible" => HidePid.Invisible,
            "ptraceable" => HidePid.Ptraceable,
            _ => KernelNumber(text) switch { 0 => HidePid.Off, 1 => HidePid.NoAccess, 2 => HidePid.Invisible, 4 => HidePid.Ptraceable, _ => null },
        };
        if (mode is null)
        {
            error($"--hidepid knows {string.Join(", ", s_hidePidWords)}; not {text}");
        }

        return mode ?? HidePid.Off;
    }

    private static int? KernelNumber(string text)
    {
        bool hexadecimal = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        ReadOnlySpan<char> digits = hexadecimal ? text.AsSpan(2) : text;
        return int.TryParse(digits, hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
    }

    // Takes no value: a command called "true" is the command.
    private static Option<bool> Flag(string name, string description) => new(name) { Description = description, Arity = ArgumentArity.Zero };

    private static uint ParseNumber(string option, string what, uint lowest, uint highest, ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) || number < lowest || number > highest)
        {
            result.AddError($"{option} wants {what}, {lowest} to {highest}; not {text}");
        }

        return number;
    }
}
