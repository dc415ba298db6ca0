using System.CommandLine;
using System.CommandLine.Parsing;
using Bobbin.Cli.Text;

namespace Bobbin.Cli.Commands;

/// <summary>One line for a command line that makes no sense; an unknown option or verb comes with the nearest that exists.</summary>
internal static class UsageError
{
    /// <summary>The line, with its end; null for a command line that makes sense.</summary>
    /// <param name="result">What the parser makes of it.</param>
    /// <param name="arguments">The words that it parsed.</param>
    public static string? Describe(ParseResult result, string[] arguments)
    {
        Command verb = result.CommandResult.Command;

        // An unknown verb is one with --help behind it too, which the parser would answer for all of bobbin.
        bool isUnknownVerb = verb is RootCommand && result.UnmatchedTokens.Count > 0;
        if (result.Errors.Count == 0 && !isUnknownVerb && UnknownBeforeCommand(result, arguments) is null)
        {
            return null;
        }

        string name = verb is RootCommand ? "bobbin" : $"bobbin {verb.Name}";
        return Printable.Escape($"{name}: {UnknownBeforeCommand(result, arguments) ?? Message(result, verb)}; see {name} --help") + "\n";
    }

    private static string Message(ParseResult result, Command verb)
    {
        if (result.UnmatchedTokens.Count > 0)
        {
            string token = result.UnmatchedTokens.FirstOrDefault(one => one.StartsWith('-'), result.UnmatchedTokens[0]);
            return verb is RootCommand && !token.StartsWith('-')
                ? WithNearest($"unknown verb {token}", token, verb.Subcommands.Where(one => !one.Hidden).Select(one => one.Name))
                : token.StartsWith('-') ? UnknownOption(token, verb) : $"unexpected {token}";
        }

        ParseError error = result.Errors[0];
        return error.SymbolResult switch
        {
            CommandResult { Command: RootCommand } => "which verb?",
            OptionResult { IdentifierTokenCount: > 1, Option: { } option } => $"{option.Name} is there twice",
            OptionResult { Tokens.Count: 0, Option: { HelpName: { } value } option } => $"{option.Name} wants a value, {value}",
            ArgumentResult { Tokens.Count: 0, Argument: { } argument } when verb.Arguments.Contains(argument) => $"which {argument.Name}?",
            CommandResult { Command: { Arguments: [{ } argument, ..] } } when result.CommandResult.Tokens.Count == 0 => $"which {argument.Name}?",
            _ => error.Message.TrimEnd('.'),
        };
    }

    // The parser takes an unknown option for an argument, and for run's command; only after "--" it may be that.
    private static string? UnknownBeforeCommand(ParseResult result, string[] arguments)
    {
        IReadOnlyList<Token> words = result.CommandResult.Tokens;
        string? option = words.Take(result.CommandResult.Command is RunCommand ? 1 : words.Count)
            .FirstOrDefault(word => word.Value.StartsWith('-') && !IsNegativeId(word.Value, result))?.Value;
        return option is null || Array.IndexOf(arguments, "--") is >= 0 and int dashes && dashes <= arguments.Length - words.Count
            ? null
            : UnknownOption(option, result.CommandResult.Command);
    }

    // No task has one; but that is explain's to say, as for every other number.
    private static bool IsNegativeId(string word, ParseResult result) =>
        result.CommandResult.Command is ExplainCommand && word.Length > 1 && !word.AsSpan(1).ContainsAnyExceptInRange('0', '9');

    /// <summary>What to say about an option that does not exist.</summary>
    public static string UnknownOption(string token, Command verb) =>
        WithNearest($"unknown option {token}", token.Split('=')[0], verb.Options.Append(RootOptions.LogLevel).Where(one => !one.Hidden).Select(one => one.Name));

    private static string WithNearest(string message, string word, IEnumerable<string> known) =>
        Nearest(word, known) is string near && near != word ? $"{message}; did you mean {near}?" : message;

    /// <summary>The known word with the smallest distance, if it is near enough to be meant.</summary>
    internal static string? Nearest(string word, IEnumerable<string> known)
    {
        (string? best, int distance) = (null, Math.Max(2, word.Length / 3) + 1);
        foreach (string candidate in known)
        {
            int d = Distance(word, candidate);
            if (d < distance)
            {
                (best, distance) = (candidate, d);
            }
        }

        return best;
    }

    // Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost one.
    private static int Distance(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (int j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
