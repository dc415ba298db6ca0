using System.CommandLine;
using Bobbin.Cli.Documents;
using Bobbin.Cli.Text;

namespace Bobbin.Cli.Commands;

/// <summary><c>bobbin completion</c>: a shell's completion script.</summary>
internal sealed class CompletionCommand : Command
{
    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or fish" };

    /// <summary>Makes the verb.</summary>
    public CompletionCommand()
        : base("completion", "Print a completion script for bash, zsh or fish.")
    {
        _shell.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: string shell }] && !Completions.Shells.Contains(shell))
            {
                result.AddError($"completion knows {string.Join(", ", Completions.Shells)}; not {shell}");
            }
        });
        Arguments.Add(_shell);
        SetAction(result => Terminal.Out(Completions.For(result.GetValue(_shell)!, new BobbinCommand())));
    }
}
