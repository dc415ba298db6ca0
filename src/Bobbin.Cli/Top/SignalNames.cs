using System.Globalization;

namespace Bobbin.Cli.Top;

/// <summary>Signals by name; the same numbers on x86-64 and arm64 (<c>include/uapi/asm-generic/signal.h</c>).</summary>
internal static class SignalNames
{
    private static readonly string[] s_names =
    [
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT",
        "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
    ];

    /// <summary>The number of a name (<c>TERM</c>, <c>SIGTERM</c>, <c>15</c>); false where there is none.</summary>
    public static bool TryParse(string text, out int signal)
    {
        text = text.Trim();
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out signal))
        {
            return signal is > 0 and <= 64;
        }

        string name = text.StartsWith("SIG", StringComparison.OrdinalIgnoreCase) ? text[3..] : text;
        signal = name.Length == 0 ? -1 : Array.FindIndex(s_names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        return signal > 0;
    }

    /// <summary>A signal as it is spoken of.</summary>
    public static string Of(int signal) => signal < s_names.Length ? $"SIG{s_names[signal]}" : $"signal {signal}";
}
