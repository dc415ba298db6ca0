using System.CommandLine;
using System.Text.Json;
using Bobbin.Cli.Checks;
using Bobbin.Cli.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Bobbin.Cli.Commands;

/// <summary><c>bobbin doctor</c>: what works on this machine, and what to do about what does not.</summary>
internal sealed class DoctorCommand : Command
{
    private readonly Option<bool> _json = new("--json") { Description = "As JSON", Arity = ArgumentArity.Zero };

    /// <summary>Makes the verb.</summary>
    public DoctorCommand()
        : base("doctor", "Say what works on this machine, and what to do about what does not.")
    {
        Options.Add(_json);
        SetAction(result =>
        {
            IReadOnlyList<Finding> findings = Machine.Examine();
            if (result.GetValue(_json))
            {
                Terminal.Out(JsonSerializer.Serialize(findings, FindingJson.Default.IReadOnlyListFinding) + "\n");
            }
            else if (Terminal.HasColor)
            {
                WriteColored(findings);
            }
            else
            {
                Terminal.Out(PlainTable.Write([.. findings.Select(Row)]));
            }

            return findings.Any(finding => finding.State == FindingState.Broken) ? 1 : 0;
        });
    }

    private static string[] Row(Finding finding) =>
        [finding.Check, Word(finding.State), finding.Remedy.Length > 0 ? $"{finding.Detail}; {finding.Remedy}" : finding.Detail];

    private static string Word(FindingState state) => state switch { FindingState.Ok => "ok", FindingState.Absent => "-", _ => "BROKEN" };

    private static void WriteColored(IReadOnlyList<Finding> findings)
    {
        Spectre.Console.Table table = new Spectre.Console.Table { Border = TableBorder.None, ShowHeaders = false }
            .AddColumn(new TableColumn("").NoWrap()).AddColumn("").AddColumn("");
        foreach (Finding finding in findings)
        {
            Color color = finding.State switch { FindingState.Ok => Color.Green, FindingState.Absent => Color.Yellow, _ => Color.Red };
            string[] row = Row(finding);
            table.AddRow((IRenderable[])[new Spectre.Console.Text(row[0]), new Spectre.Console.Text(row[1], new Style(color)), new Spectre.Console.Text(row[2])]);
        }

        AnsiConsole.Write(table);
    }
}
