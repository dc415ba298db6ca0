using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Bobbin.Cli.Explaining;
using Bobbin.Cli.Text;

namespace Bobbin.Cli.Commands;

/// <summary><c>bobbin explain</c>: what an id is, and why it is, or is not, in the listing.</summary>
internal sealed class ExplainCommand : Command
{
    private readonly Argument<long> _id = new("ID")
    {
        Description = "A task's id",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long id) || text[0] == '+')
            {
                result.AddError($"{(text.Length > 0 ? text : "\"\"")} is not a task's id: a number is wanted");
            }

            return id;
        },
    };

    private readonly Option<bool> _json = new("--json") { Description = "As JSON", Arity = ArgumentArity.Zero };

    /// <summary>Makes the verb.</summary>
    public ExplainCommand()
        : base("explain", "Say what an id is, and why it is, or is not, in a listing of /proc.")
    {
        Arguments.Add(_id);
        Options.Add(_json);
        SetAction(result =>
        {
            Explanation explanation = Explanation.Of(result.GetValue(_id));
            Terminal.Out(result.GetValue(_json) ? ToJson(explanation) : ToText(explanation));
            return explanation.Kind == "none" ? 1 : 0;
        });
    }

    /// <summary>One indented JSON object.</summary>
    internal static string ToJson(Explanation explanation) =>
        JsonSerializer.Serialize(explanation, ExplanationJson.Default.Explanation) + "\n";

    /// <summary>Sentences for a person.</summary>
    internal static string ToText(Explanation explanation)
    {
        StringBuilder text = new();
        foreach (string sentence in explanation.Sentences)
        {
            text.Append(char.ToUpperInvariant(sentence[0])).Append(sentence.AsSpan(1)).Append('\n');
        }

        if (explanation.Paths.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"Reached by: {string.Join(" and ", explanation.Paths)}\n");
        }

        return text.ToString();
    }
}
