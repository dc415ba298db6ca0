using System.Text.Json;
using Bobbin.Tests.Cli;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Finding;

/// <summary>One run of <c>bobbin find --hidden --json</c>.</summary>
internal sealed record Search(Command Command, JsonElement Json)
{
    /// <summary>The ids of what it found.</summary>
    public string Rows => string.Join(' ', Json.GetProperty("hidden").EnumerateArray().Select(row => row.GetProperty("id").GetInt32()));

    public string[] Compared => Texts(Json, "compared");

    /// <summary>Runs it where nothing hides, as root or not.</summary>
    public static Search Run(bool root, params string[] options) => Of(CliTest.Bobbin(root, ["find", "--hidden", "--json", .. options]));

    /// <summary>Runs it in a mount namespace in which a shell command was done before, by root.</summary>
    public static Search Under(string before, bool root) => Of(InNamespace(before, root, "--json"));

    /// <summary>The same as text.</summary>
    public static string Plain(string before, bool root) => InNamespace(before, root).Output;

    public static Search Of(Command command)
    {
        Assert.Equal("", command.Errors);
        return new(command, JsonDocument.Parse(command.Output).RootElement);
    }

    public JsonElement Row(int id) => Json.GetProperty("hidden").EnumerateArray().Single(row => row.GetProperty("id").GetInt32() == id);

    public string WhyNot(string view) => Json.GetProperty("notCompared").TryGetProperty(view, out JsonElement why) ? why.GetString()! : "";

    public static string[] Texts(JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    private static Command InNamespace(string before, bool root, params string[] options) =>
        Command.Run([.. CliTest.Defaults, "unshare", "-m", "sh", "-c", $"{before} && exec \"$@\"", "sh", .. root ? [] : OrdinaryUser.Prefix, CliTest.Binary, "find", "--hidden", .. options]);
}
