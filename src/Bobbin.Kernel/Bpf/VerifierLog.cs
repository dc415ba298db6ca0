namespace Bobbin.Kernel.Bpf;

/// <summary>What the verifier writes about a program (<c>kernel/bpf/log.c</c>).</summary>
internal static class VerifierLog
{
    private static readonly string[] s_figures = ["processed ", "verification time ", "stack depth ", "max_states_per_insn"];

    /// <summary>
    /// The line that matters, its last but for figures, with the instruction it is about before it; and how many lines were left out.
    /// </summary>
    public static string Summarize(string log)
    {
        string[] lines = [.. log.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !s_figures.Any(figure => line.StartsWith(figure, StringComparison.Ordinal)))];
        if (lines.Length == 0)
        {
            return "no reason given.";
        }

        // "7: (79) r0 = *(u64 *)(r5 +0)", then "R5 !read_ok".
        bool hasPlace = lines.Length > 1 && char.IsAsciiDigit(lines[^2][0]) && lines[^2].Contains(": (", StringComparison.Ordinal);
        int left = lines.Length - (hasPlace ? 2 : 1);
        string place = hasPlace ? $"{lines[^2]}: " : "";
        string rest = left == 0 ? "" : left == 1 ? " (1 line before it is in the log)" : $" ({left} lines before it are in the log)";
        return $"{place}{lines[^1]}{rest}.";
    }
}
