using System.CommandLine;
using System.Text.Json;
using Bobbin.Cli.Hidden;
using Bobbin.Cli.Text;
using Bobbin.Sources;

namespace Bobbin.Cli.Commands;

/// <summary><c>bobbin find</c>: tasks that something keeps out of sight.</summary>
internal sealed class FindCommand : Command
{
    private const int Found = 3;

    private readonly Option<bool> _hidden = new("--hidden")
    {
        Description = "Required: find tasks that one view shows and another does not",
    };

    private readonly Option<bool> _exhaustive = new("--exhaustive") { Description = "Look every id up in /proc too, not only those that some view knows" };
    private readonly Option<bool> _json = new("--json") { Description = "As JSON" };

    /// <summary>Makes the verb.</summary>
    public FindCommand()
        : base("find", "Find tasks that one view of this machine shows and another does not: bobbin find --hidden.")
    {
        Options.Add(_hidden);
        Options.Add(_exhaustive);
        Options.Add(_json);
        Validators.Add(result =>
        {
            if (!result.GetValue(_hidden))
            {
                result.AddError("find what? --hidden is needed");
            }
        });
        SetAction(result => Execute(result.GetValue(_exhaustive), result.GetValue(_json)));
    }

    private static int Execute(bool exhaustive, bool json)
    {
        HiddenTaskReport report;
        try
        {
            using ProgressLine progress = new();
            report = HiddenTasks.Find(new() { IsExhaustive = exhaustive, Progress = ProgressLine.IsWanted ? progress.Show : null });
        }
        catch (InvalidOperationException failure)
        {
            throw new CommandFailure("find", failure.Message, "mount -t proc proc /proc");
        }

        Explainer why = Explainer.OfThisMachine(report);
        Terminal.Out(json
            ? JsonSerializer.Serialize(HiddenDocument.Of(report, why), HiddenJson.Default.HiddenDocument) + "\n"
            : HiddenText.Write(report, why));
        return report.Hidden.Count > 0 ? Found : 0;
    }
}
