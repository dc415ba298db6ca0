using System.CommandLine;
using Bobbin.Cli.Launch;
using Bobbin.Cli.Serving;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Commands;

/// <summary><c>bobbin run</c>: the command sees Bobbin's /proc, nobody else does.</summary>
internal sealed class RunCommand : Command
{
    private readonly ViewOptions _view;
    private readonly Argument<string[]> _command = new("COMMAND")
    {
        Description = "The command and its arguments, taken as they are",
        HelpName = "COMMAND [ARG...]",

        Arity = ArgumentArity.OneOrMore,
        CaptureRemainingTokens = true,
    };

    /// <summary>Makes the verb.</summary>
    public RunCommand()
        : base("run", "Run a command that sees Bobbin's /proc; nobody else does. A view is presentation, not a sandbox.")
    {
        _view = new(this);
        Arguments.Add(_command);
        SetAction(Run);
    }

    private int Run(ParseResult result)
    {
        CommandLine line = CommandLine.Current;
        int count = result.GetValue(_command)!.Length + Math.Max(0, line.Count - BobbinCommand.MostWords);
        Become(_view.Read(result) with { LogLevel = result.GetValue(RootOptions.LogLevel) }, line, count);
        return 1;
    }

    /// <summary>Does not return but by an exception.</summary>
    /// <param name="options">What to show.</param>
    /// <param name="line">How this process was started.</param>
    /// <param name="count">How many arguments at the end are the command.</param>
    private static void Become(ServerOptions options, CommandLine line, int count)
    {
        nint command = line.Last(count);
        if (UserNamespace.IsNeeded())
        {
            throw UserNamespace.Enter(line);
        }

        PrivateProc.Enter(options, line.Inherited.BlocksChild);
        if (line.IsInside)
        {
            UserNamespace.DropCapabilities();
        }

        line.Inherited.Restore();
        throw CommandLookup.Execute(command, Libc.Environment);
    }
}
