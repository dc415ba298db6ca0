using System.CommandLine;
using System.CommandLine.Parsing;
using Bobbin.Cli.Text;

namespace Bobbin.Cli.Commands;

/// <summary>The whole command line.</summary>
internal sealed class BobbinCommand : RootCommand
{
    /// <summary>
    /// How many words the parser sees: it refuses more than 100,000, and only the command of <c>bobbin run</c> has so many, at whose
    /// end there is nothing to parse.
    /// </summary>
    public const int MostWords = 50_000;

    /// <summary>Makes all verbs.</summary>
    public BobbinCommand()
        : base("A /proc in user space: it lists processes, finds threads, and says what you choose.")
    {
        HelpName = "bobbin";
        Options.Add(RootOptions.LogLevel);
        Subcommands.Add(new RunCommand());
        Subcommands.Add(new MountCommand());
        Subcommands.Add(new UnmountCommand());
        Subcommands.Add(new PsCommand());
        Subcommands.Add(new TopCommand());
        Subcommands.Add(new ExplainCommand());
        Subcommands.Add(new FindCommand());
        Subcommands.Add(new DoctorCommand());
        Subcommands.Add(new DemoCommand());
        Subcommands.Add(new CompletionCommand());
        Subcommands.Add(new ManCommand());
    }

    /// <summary>Parses; nothing is read from files, and no letters are bundled.</summary>
    public static ParseResult ParseLine(string[] arguments) =>
        new BobbinCommand().Parse(arguments, new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false });

    /// <summary>Parses and executes; the exit status.</summary>
    public static int Execute(string[] arguments)
    {
        if (arguments is ["help", .. string[] topic])
        {
            return Execute([.. topic, "--help"]);
        }

        arguments = arguments[..Math.Min(arguments.Length, MostWords)];
        ParseResult result = ParseLine(arguments);
        if (UsageError.Describe(result, arguments) is string error)
        {
            Terminal.Error(error);
            return 2;
        }

        // No handlers of its own: Ctrl-C ends bobbin as it ends any program, unless a verb has something to undo.
        using StringWriter help = new();
        int status = result.Invoke(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = help });

        if (arguments is ["--version"])
        {
            help.GetStringBuilder().Insert(0, "bobbin ");
        }

        // The library writes the options last, where they would be the command's own; and a default as the enumeration spells it.
        Terminal.Out(help.ToString()
            .Replace("bobbin run <COMMAND>... [options]", "bobbin run [options] [--] COMMAND [ARG...]", StringComparison.Ordinal)
            .Replace("[default: Warning]", "[default: warning]", StringComparison.Ordinal));
        return status;
    }
}
