using System.CommandLine;
using System.CommandLine.Completions;
using Bobbin.Cli.Commands;

namespace Bobbin.Cli.Documents;

/// <summary>The command line as data, for completions and the manual page.</summary>
internal static class Verbs
{
    /// <summary>The verbs that are shown, in the order of help.</summary>
    public static IEnumerable<Command> Of(RootCommand root) => root.Subcommands.Where(verb => !verb.Hidden);

    /// <summary>A verb's options, those of every verb last. Help and version are the parser's own.</summary>
    public static IEnumerable<Option> Options(Command verb) => verb.Options.Append(RootOptions.LogLevel).Where(option => !option.Hidden);

    /// <summary>The words that an option takes, where they are few and known.</summary>
    public static IReadOnlyList<string> Words(Option option) =>
        TakesValue(option) ? [.. option.CompletionSources.SelectMany(source => source(CompletionContext.Empty)).Select(item => item.Label)] : [];

    /// <summary>Whether a value follows.</summary>
    public static bool TakesValue(Option option) => option.HelpName is not null;
}
