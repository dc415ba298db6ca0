using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Bobbin.Cli.Explaining;
using Bobbin.Cli.Launch;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Commands;

/// <summary><c>bobbin demo</c>: the thread that a listing does not show, live.</summary>
internal sealed class DemoCommand : Command
{
    /// <summary>Makes the verb.</summary>
    public DemoCommand()
        : base("demo", "Show a thread that ls /proc does not list, that lookup finds, and that Bobbin lists.") => SetAction(_ => Run());

    private static int Run()
    {
        using Process threads = Start([.. Self, DemoThreads.Verb], input: true);
        try
        {
            string[] ids = (threads.StandardOutput.ReadLine() ?? "").Split(' ');
            if (ids is not [string first, string second] || !int.TryParse(second, CultureInfo.InvariantCulture, out int id))
            {
                throw new CommandFailure("demo", "the process with two threads did not start");
            }

            Say($"A process with a second thread: its main thread has the id {first}, the second one {second}.");
            Say("Each is found by its id:");
            Show($"cat /proc/{first}/comm", ["cat", $"/proc/{first}/comm"]);
            Show($"cat /proc/{second}/comm", ["cat", $"/proc/{second}/comm"]);
            Say("But the listing has only the first:");
            string filter = $"grep -x -e {first} -e {second}";
            Show($"ls /proc | {filter}", ["ls", "/proc"], line => line == first || line == second);
            Say("Bobbin's /proc can list every thread:");
            Show($"bobbin run --list-threads -- ls /proc | {filter}", [.. Self, "run", "--list-threads", "--", "ls", "/proc"], line => line == first || line == second);
            Say("and tells why:");
            Print($"bobbin explain {second}", ExplainCommand.ToText(Explanation.Of(id)).TrimEnd('\n').Split('\n'));
            return 0;
        }
        finally
        {
            threads.StandardInput.Close();
            threads.WaitForExit();
        }
    }

    private static string[] Self => [Encoding.UTF8.GetString(OwnProgram.Path), .. OwnProgram.Prefix[1..].Select(Encoding.UTF8.GetString)];

    private static void Show(string shown, string[] command, Predicate<string>? filter = null)
    {
        using Process process = Start(command, input: false);
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        Print(shown, [.. lines.Where(line => filter is null || filter(line)).Select(Printable.Escape)]);
        if (process.ExitCode != 0)
        {
            throw new CommandFailure("demo", $"{command[0]} ended with status {process.ExitCode}", "bobbin doctor says what works here");
        }
    }

    private static Process Start(string[] command, bool input)
    {
        ProcessStartInfo start = new(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardInput = input };
        try
        {
            return Process.Start(start) ?? throw new CommandFailure(command[0], "it did not start");
        }
        catch (System.ComponentModel.Win32Exception failure)
        {
            throw new CommandFailure("demo", $"{command[0]}: {((Errno)failure.NativeErrorCode).Describe()}", "is it in a directory of PATH?");
        }
    }

    private static void Say(string text) => Terminal.Out(Styled("1", text) + "\n");

    private static void Print(string command, IEnumerable<string> lines)
    {
        Terminal.Out($"  {Styled("36", "$ " + command)}\n");
        foreach (string line in lines)
        {
            Terminal.Out($"  {line}\n");
        }
    }

    private static string Styled(string style, string text) => Terminal.HasColor ? $"\e[{style}m{text}\e[0m" : text;
}
