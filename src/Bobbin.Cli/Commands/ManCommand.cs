using System.CommandLine;
using Bobbin.Cli.Documents;
using Bobbin.Cli.Text;

namespace Bobbin.Cli.Commands;

/// <summary><c>bobbin man</c>: the manual page, for <c>man -l -</c> or a package.</summary>
internal sealed class ManCommand : Command
{
    /// <summary>Makes the verb.</summary>
    public ManCommand()
        : base("man", "Print the manual page: bobbin man | man -l -") => SetAction(_ => Terminal.Out(ManualPage.Write(new BobbinCommand())));
}
