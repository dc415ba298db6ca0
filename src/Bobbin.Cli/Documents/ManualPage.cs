using System.CommandLine;
using System.Globalization;
using System.Text;

namespace Bobbin.Cli.Documents;

/// <summary>bobbin(1), written out of the command line's own description.</summary>
internal static class ManualPage
{
    /// <summary>The page in man(7) macros.</summary>
    public static string Write(RootCommand root)
    {
        StringBuilder page = new();
        page.Append(".TH BOBBIN 1 \"\" \"bobbin\" \"User Commands\"\n.SH NAME\nbobbin \\- a /proc in user space\n.SH SYNOPSIS\n");
        foreach (Command verb in Verbs.Of(root))
        {
            page.Append(CultureInfo.InvariantCulture, $".B bobbin {verb.Name}\n[\\fIOPTION\\fR...]{Arguments(verb)}\n.br\n");
        }

        page.Append(".SH DESCRIPTION\n");
        page.Append(Text(root.Description)).Append('\n');
        page.Append("Unmodified programs run on it. Listing the kernel's /proc shows processes; looking a name up there finds any thread. Bobbin's can show every thread, hide other users' tasks, or show what another pid namespace sees.\n");
        page.Append(".SH VERBS\n");
        foreach (Command verb in Verbs.Of(root))
        {
            page.Append(CultureInfo.InvariantCulture, $".SS bobbin {verb.Name}{Arguments(verb)}\n{Text(verb.Description)}\n");
            foreach (Option option in verb.Options.Where(option => !option.Hidden))
            {
                Option(page, option);
            }
        }

        page.Append(".SH OPTIONS OF EVERY VERB\n");
        Option(page, Commands.RootOptions.LogLevel);
        page.Append(".TP\n.B \\-\\-help\nShow the verb's options.\n.TP\n.B \\-\\-version\nShow the version; for bobbin alone.\n");
        page.Append("""
            .SH EXIT STATUS
            .B run
            ends as the command does; 127 if there is no such command, 126 if it cannot be executed.
            Otherwise 0 is success, 1 a failure that one line on standard error explains, and 2 a command line that makes no sense.
            .B explain
            answers 1 for an id that no task has,
            .B doctor
            if something that Bobbin is for does not work,
            .B find
            3 if it finds something.
            .SH ENVIRONMENT
            .TP
            .B NO_COLOR
            If set and not empty, nothing is colored.
            .SH FILES
            .TP
            .I /proc/fs/bobbin/
            On every Bobbin mount: its version, source, view, and how many times each operation ran.
            .SH NOTES
            A view is presentation, not a sandbox: a command can still signal, trace and otherwise reach tasks that it does not see.
            .PP
            As an ordinary user,
            .B run
            needs user namespaces: owners that the namespace cannot map show as 65534, and set-uid programs are inert inside.
            .SH EXAMPLES
            .nf
            bobbin demo
            bobbin run \-\- ps \-eLf
            bobbin run \-\-list\-threads \-\- ls /proc
            bobbin find \-\-hidden
            bobbin mount \-\-hidepid=invisible \-\-detach /mnt/proc
            .fi
            .SH SEE ALSO
            .BR proc (5),
            .BR ps (1),
            .BR unshare (1),
            .BR fusermount3 (1)

            """);
        return page.ToString();
    }

    private static void Option(StringBuilder page, Option option) => page.Append(CultureInfo.InvariantCulture,
        $".TP\n.B {Text(option.Name)}{(Verbs.TakesValue(option) ? $" \\fI{Text(option.HelpName)}\\fR" : "")}\n{Text(option.Description)}.\n");

    private static string Arguments(Command verb) =>
        string.Concat(verb.Arguments.Select(argument => $" \\fI{Text(argument.HelpName ?? argument.Name)}\\fR"));

    private static string Text(string? text) => (text ?? "").Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
}
