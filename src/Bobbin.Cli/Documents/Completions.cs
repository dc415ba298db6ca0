using System.CommandLine;
using System.Globalization;
using System.Text;

namespace Bobbin.Cli.Documents;

/// <summary>Completion scripts for shells, written out of the command line's own description.</summary>
internal static class Completions
{
    /// <summary>The shells that are known.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish"];

    /// <summary>The script for a shell.</summary>
    public static string For(string shell, RootCommand root) => shell switch
    {
        "bash" => Bash(root),
        "zsh" => Zsh(root),
        _ => Fish(root),
    };

    private static string Bash(RootCommand root)
    {
        StringBuilder text = new();
        Line(text, "# bash completion for bobbin: source <(bobbin completion bash)");
        Line(text, "_bobbin() {");
        Line(text, "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]} i");
        Line(text, "  COMPREPLY=()");
        Line(text, $"  if [ \"$COMP_CWORD\" -eq 1 ]; then COMPREPLY=($(compgen -W '{string.Join(' ', Verbs.Of(root).Select(verb => verb.Name))} --help --version' -- \"$word\")); return; fi");
        Line(text, "  if [ \"$word\" = = ]; then word=; elif [ \"$before\" = = ]; then before=${COMP_WORDS[COMP_CWORD-2]}; fi");
        Line(text, "  case $before in");
        foreach (Option option in Verbs.Of(root).SelectMany(Verbs.Options).Where(Verbs.TakesValue).DistinctBy(option => option.Name))
        {
            Line(text, $"    {option.Name}) COMPREPLY=($(compgen -W '{string.Join(' ', Verbs.Words(option))}' -- \"$word\")); return ;;");
        }

        Line(text, "  esac");
        Line(text, "  if [ \"$verb\" = run ]; then");
        Line(text, "    # The first word that is no option, nor an option's value, is a command; it completes as itself.");
        Line(text, "    for ((i = 2; i <= COMP_CWORD; i++)); do");
        Line(text, "      case ${COMP_WORDS[i]} in");
        Line(text, "        --) ((i++)); if [ \"$i\" -le \"$COMP_CWORD\" ]; then _bobbin_command \"$i\"; return; fi ;;");
        Line(text, $"        {string.Join('|', Verbs.Options(root.Subcommands.First(verb => verb.Name == "run")).Where(Verbs.TakesValue).Select(option => option.Name))}) ((i++)); if [ \"${{COMP_WORDS[i]}}\" = = ]; then ((i++)); fi ;;");
        Line(text, "        -*) ;;");
        Line(text, "        *) _bobbin_command \"$i\"; return ;;");
        Line(text, "      esac");
        Line(text, "    done");
        Line(text, "  fi");
        Line(text, "  case $verb in");
        foreach (Command verb in Verbs.Of(root))
        {
            string options = string.Join(' ', Verbs.Options(verb).Select(option => option.Name).Append("--help"));
            string plain = verb.Name switch
            {
                "mount" or "umount" => "COMPREPLY=($(compgen -d -- \"$word\"))",
                "completion" => $"COMPREPLY=($(compgen -W '{string.Join(' ', Shells)}' -- \"$word\"))",
                _ => ":",
            };
            Line(text, $"    {verb.Name}) case $word in -*) COMPREPLY=($(compgen -W '{options}' -- \"$word\")) ;; *) {plain} ;; esac ;;");
        }

        Line(text, "  esac");
        Line(text, "}");
        Line(text, "_bobbin_command() {");
        Line(text, "  if declare -F _command_offset >/dev/null; then _command_offset \"$1\"; return; fi");
        Line(text, "  if [ \"$1\" -eq \"$COMP_CWORD\" ]; then COMPREPLY=($(compgen -c -- \"${COMP_WORDS[COMP_CWORD]}\")); else COMPREPLY=($(compgen -f -- \"${COMP_WORDS[COMP_CWORD]}\")); fi");
        Line(text, "}");
        Line(text, "complete -F _bobbin bobbin");
        return text.ToString();
    }

    private static string Zsh(RootCommand root)
    {
        StringBuilder text = new();
        Line(text, "#compdef bobbin");
        Line(text, "# zsh completion for bobbin: source <(bobbin completion zsh), or a file _bobbin in $fpath");
        Line(text, "_bobbin() {");
        Line(text, "  local line state");
        Line(text, "  _arguments -C '--help[Show help]' '--version[Show the version]' '1:verb:->verb' '*::argument:->arguments'");
        Line(text, "  case $state in");
        Line(text, "    verb)");
        Line(text, "      local -a verbs=(");
        foreach (Command verb in Verbs.Of(root))
        {
            Line(text, $"        {Quote($"{verb.Name}:{verb.Description}")}");
        }

        Line(text, "      )");
        Line(text, "      _describe verb verbs ;;");
        Line(text, "    arguments)");
        Line(text, "      case $line[1] in");
        foreach (Command verb in Verbs.Of(root))
        {
            IEnumerable<string> options = Verbs.Options(verb).Select(option =>
                Quote($"{option.Name}{(Verbs.TakesValue(option) ? "=" : "")}[{Bracket(option.Description)}]{(Verbs.TakesValue(option) ? $":{option.HelpName}:({string.Join(' ', Verbs.Words(option))})" : "")}"));
            string plain = verb.Name switch
            {
                "run" => "'*::command:_normal'",
                "mount" or "umount" => "'1:directory:_directories'",
                "explain" => "'1:id:_pids'",
                "completion" => $"'1:shell:({string.Join(' ', Shells)})'",
                _ => "",
            };
            Line(text, $"        {verb.Name}) _arguments {string.Join(' ', options)} '--help[Show help]' {plain} ;;");
        }

        Line(text, "      esac ;;");
        Line(text, "  esac");
        Line(text, "}");
        Line(text, "if [ \"$funcstack[1]\" = _bobbin ]; then _bobbin \"$@\"; else compdef _bobbin bobbin; fi");
        return text.ToString();
    }

    private static string Fish(RootCommand root)
    {
        StringBuilder text = new();
        Line(text, "# fish completion for bobbin: bobbin completion fish | source");
        Line(text, "complete -c bobbin -f");
        foreach (Command verb in Verbs.Of(root))
        {
            Line(text, $"complete -c bobbin -n __fish_use_subcommand -a {verb.Name} -d {Quote(verb.Description ?? "")}");
            string seen = $"-n '__fish_seen_subcommand_from {verb.Name}'";
            foreach (Option option in Verbs.Options(verb))
            {
                string words = Verbs.Words(option) is { Count: > 0 } known ? $" -a '{string.Join(' ', known)}'" : "";
                Line(text, $"complete -c bobbin {seen} -l {option.Name[2..]}{(Verbs.TakesValue(option) ? " -x" : "")}{words} -d {Quote(option.Description ?? "")}");
            }

            Line(text, verb.Name switch
            {
                "run" => $"complete -c bobbin {seen} -x -a '(__fish_complete_subcommand --fcs-skip=2)'",
                "mount" or "umount" => $"complete -c bobbin {seen} -x -a '(__fish_complete_directories)'",
                "explain" => $"complete -c bobbin {seen} -x -a '(__fish_complete_pids)'",
                "completion" => $"complete -c bobbin {seen} -x -a '{string.Join(' ', Shells)}'",
                _ => "",
            });
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, string line)
    {
        if (line.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{line}\n");
        }
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Bracket(string? text) => (text ?? "").Replace("[", "\\[", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
}
