using System.CommandLine;
using Bobbin.Cli.Serving;

namespace Bobbin.Cli.Commands;

/// <summary>The options that every verb has.</summary>
internal static class RootOptions
{
    /// <summary><c>--log-level</c>.</summary>
    public static Option<LogLevel> LogLevel { get; } = MakeLogLevel();

    private static Option<LogLevel> MakeLogLevel()
    {
        string[] words = ["error", "warning", "info", "debug", "trace"];
        Option<LogLevel> option = new("--log-level")
        {
            Description = "How much to say on standard error: " + string.Join(", ", words),
            HelpName = "LEVEL",
            Recursive = true,
            DefaultValueFactory = _ => Serving.LogLevel.Warning,
            CustomParser = result =>
            {
                int level = Array.IndexOf(words, result.Tokens[0].Value);
                if (level < 0)
                {
                    result.AddError($"--log-level knows {string.Join(", ", words)}; not {result.Tokens[0].Value}");
                }

                return (LogLevel)Math.Max(level, 0);
            },
        };
        option.CompletionSources.Clear();
        option.CompletionSources.Add(words);
        return option;
    }
}
