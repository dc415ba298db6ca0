using System.Diagnostics;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Cli;

/// <summary><c>bobbin top</c> on a terminal, typed at and looked at.</summary>
public sealed class TopTests : CliTest
{
    private const int FirstLine = 6; // below the machine, the message and the names of the columns

    [Theory, MemberData(nameof(RootOrNot))]
    public void Lines_are_filtered_and_sorted(bool root)
    {
        using Family family = new();
        using Tmux tmux = Start(root);
        tmux.See("processes, ");
        tmux.Press("/");
        tmux.Type(family.Token.ToUpperInvariant());
        tmux.See($"show only: {family.Token.ToUpperInvariant()}");
        tmux.See(screen => Ids(screen).Length == 3, "the three of the family");
        tmux.Press("Enter", "N");
        int[] ids = [.. family.Ids.Order()];
        tmux.See(screen => Ids(screen).SequenceEqual(ids), "the order of ids");
        tmux.Press("r");
        tmux.See(screen => Ids(screen).SequenceEqual(ids.Reverse()), "the other order");
        tmux.Press("<");
        tmux.See("sorted by pid");
        tmux.Press(">");
        tmux.See("sorted by user");

        // A click on the name of a column.
        int column = tmux.Screen[FirstLine - 1].IndexOf("PID", StringComparison.Ordinal);
        tmux.Send($"\e[<0;{column + 1};{FirstLine}M");
        tmux.See(screen => Ids(screen).SequenceEqual(ids), "the order of ids");
        tmux.Press("Escape");
        tmux.See(screen => Ids(screen).Length > 3, "all");
        Quit(tmux);
    }

    [Fact]
    public void A_tree_folds()
    {
        using Family family = new();
        using Tmux tmux = Start(true, "--sort=+pid", $"--filter={family.Token}");
        tmux.See($"{family.Token}-parent");
        tmux.Press("t");
        tmux.See($"\\_ {family.Token}-a");
        tmux.See(screen => Array.FindIndex(screen, line => line.Contains($"{family.Token}-parent", StringComparison.Ordinal)) is var at
            && at >= 0 && screen[at + 1].Contains($"\\_ {family.Token}-a", StringComparison.Ordinal) && screen[at + 2].Contains($"\\_ {family.Token}-b", StringComparison.Ordinal), "children under their parent");

        // To the parent's line, by a click, and fold it.
        int row = Array.FindIndex(tmux.Screen, line => line.Contains($"{family.Token}-parent", StringComparison.Ordinal));
        tmux.Send($"\e[<0;3;{row + 1}M");
        tmux.Press("Space");
        tmux.NoLongerSee($"\\_ {family.Token}-a");
        tmux.See("[+] ");
        tmux.Press("Right");
        tmux.See($"\\_ {family.Token}-b");
        tmux.Press("t");
        tmux.NoLongerSee("\\_ ");
        Quit(tmux);
    }

    [Theory, InlineData("bpf"), InlineData("proc")]
    public void Threads_have_lines_of_their_own(string reader)
    {
        using Actor actor = new();
        actor.Check("thread", "weaver");
        actor.Check("thread", "spinner");
        using Tmux tmux = Start(true, $"--filter={actor.Id}", $"--reader={reader}");
        tmux.See($" by {reader}, ");
        tmux.See(screen => Ids(screen).SequenceEqual([actor.Id]), "the process");
        tmux.Press("Space");
        tmux.See("- weaver");
        tmux.See("- spinner");
        tmux.Press("Space");
        tmux.NoLongerSee("- weaver");
        tmux.Press("T");
        tmux.See(screen => screen.Count(line => line.EndsWith("weaver", StringComparison.Ordinal) || line.EndsWith("spinner", StringComparison.Ordinal)) == 2, "both threads");
        Assert.Contains("TID", tmux.Screen[FirstLine - 1], StringComparison.Ordinal);
        Quit(tmux);
    }

    [Fact]
    public void Who_is_followed_is_told_of_when_it_ends()
    {
        using Family family = new();
        using Tmux tmux = Start(true, $"--filter={family.Token}-a");
        tmux.See(screen => Ids(screen).SequenceEqual([family.Ids[1]]), "the child");
        tmux.Press("F");
        tmux.See($"following {family.Ids[1]} sleep");
        Command.Check("kill", $"{family.Ids[1]}");
        tmux.See($"{family.Ids[1]} sleep has ended: no longer followed");
        Quit(tmux);
    }

    [Fact]
    public void A_signal_is_sent_after_a_confirmation_only()
    {
        using Family family = new();
        using Tmux tmux = Start(true, $"--filter={family.Token}-a");
        int id = family.Ids[1];
        tmux.See(screen => Ids(screen).SequenceEqual([id]), "the child");
        tmux.Press("k");
        tmux.See($"signal to {id} sleep (TERM):");
        tmux.Press("Enter");
        tmux.See($"send SIGTERM to {id} sleep? y/n");
        tmux.Press("n");
        tmux.See("not sent");
        Assert.True(Directory.Exists($"/proc/{id}"));
        tmux.Press("k");
        tmux.Type("nonsense");
        tmux.Press("Enter");
        tmux.See("there is no signal nonsense");
        tmux.Press("k");
        tmux.Type("stop");
        tmux.Press("Enter");
        tmux.See($"send SIGSTOP to {id} sleep? y/n");
        tmux.Press("y");
        tmux.See($"SIGSTOP sent to {id} sleep");
        tmux.See(screen => Line(screen, id).Contains(" T ", StringComparison.Ordinal), "it is stopped");
        tmux.Press("k");
        tmux.Type("9");
        tmux.Press("Enter", "y");
        tmux.See($"SIGKILL sent to {id} sleep");
        tmux.See(screen => Ids(screen).Length == 0, "it is gone");
        Quit(tmux);
    }

    [Fact]
    public void An_ordinary_user_is_told_what_he_may_not_do()
    {
        using Family family = new();
        using Tmux tmux = Start(false, $"--filter={family.Token}-a");
        tmux.See("short-lived not counted: ");
        tmux.See(" by proc, ");
        tmux.Press("k", "Enter", "y");
        tmux.See($"you may not send signals to {family.Ids[1]} sleep");
        Assert.True(Directory.Exists($"/proc/{family.Ids[1]}"));
        Quit(tmux);
    }

    [Fact]
    public void The_screen_follows_the_terminals_size()
    {
        using Tmux tmux = Start(true);
        tmux.See("processes, ");
        tmux.Resize(80, 12);
        tmux.See(screen => screen.Length == 12 && screen[^1].Contains("? help", StringComparison.Ordinal) && screen[0].StartsWith("bobbin top", StringComparison.Ordinal), "twelve rows");
        Assert.All(tmux.Screen, line => Assert.InRange(line.Length, 0, 80));
        tmux.Resize(30, 12);
        tmux.See("bobbin top needs 40 columns an");
        tmux.Resize(150, 40);
        tmux.See(screen => screen.Length == 40 && screen[^1].Contains("q quit", StringComparison.Ordinal), "forty rows");
        tmux.Press("?");
        tmux.See("Keys of bobbin top");
        tmux.Press("x");
        tmux.NoLongerSee("Keys of bobbin top");
        Quit(tmux);
    }

    [Theory, InlineData("q"), InlineData("C-c"), InlineData("F10"), InlineData("SIGTERM"), InlineData("SIGHUP"), InlineData("SIGINT")]
    public void The_terminal_is_left_as_it_was(string end)
    {
        using Tmux tmux = new();
        tmux.Run($"before=$(stty -g); {Binary} top --filter=no-such-thing; echo status $?; [ \"$before\" = \"$(stty -g)\" ] && echo same settings");
        tmux.See("nothing fits");
        Assert.Equal(("1", "0"), (tmux.Value("alternate_on"), tmux.Value("cursor_flag")));
        if (end.StartsWith("SIG", StringComparison.Ordinal))
        {
            Command.Check("kill", "-" + end[3..], $"{Running(tmux)}");
        }
        else
        {
            tmux.Press(end);
        }

        tmux.See("same settings");
        tmux.See($"status {end switch { "SIGTERM" => 143, "SIGHUP" => 129, "SIGINT" => 130, _ => 0 }}");
        Assert.Equal(("0", "1"), (tmux.Value("alternate_on"), tmux.Value("cursor_flag")));
    }

    [Fact]
    public void It_is_stopped_and_comes_back()
    {
        using Tmux tmux = Start(true, "--filter=no-such-thing");
        tmux.See("nothing fits");
        tmux.Press("C-z");
        tmux.See("Stopped");
        Assert.Equal(("0", "1"), (tmux.Value("alternate_on"), tmux.Value("cursor_flag")));
        tmux.Run("stty -a | grep -o -e '-\\?icanon' -e '-\\?echo '");
        tmux.See(screen => screen.Any(line => line.Trim() == "icanon") && screen.Any(line => line.Trim() == "echo"), "a terminal for lines");
        tmux.Run("fg");
        tmux.See("nothing fits");
        Command.Check("kill", "-TSTP", $"{Running(tmux)}"); // by somebody else
        tmux.See("Stopped");
        tmux.Run("fg");
        tmux.See("nothing fits");
        Quit(tmux);
    }

    [Fact]
    public void Names_cannot_write_to_the_terminal()
    {
        using Actor actor = new();
        actor.Check("name", "\u001b[31mred\u009b");
        using Tmux tmux = Start(true, $"--filter={actor.Id}", "-o", "pid,comm");
        tmux.See(screen => Line(screen, actor.Id).EndsWith("\\x1b[31mred\\x9b", StringComparison.Ordinal), "the name, escaped");
        Quit(tmux);
    }

    [Fact]
    public void What_comes_and_goes_between_two_frames_is_counted()
    {
        string program = Path.Combine(Scratch.MakeFolder("brief"), "bobbin-brief");
        File.Copy("/bin/true", program);
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        using Tmux tmux = Start(true, "--reader=bpf", "--delay=2");
        tmux.See(" short-lived");
        tmux.See(screen =>
        {
            for (int i = 0; i < 10; i++)
            {
                Command.Check(program);
            }

            return System.Text.RegularExpressions.Regex.IsMatch(screen[1], "[1-9][0-9]* short-lived: .*bobbin-brief [1-9]");
        }, "bobbin-brief, and how often");
        Quit(tmux);
    }

    [Fact]
    public void Without_a_terminal_it_says_what_to_do()
    {
        Command top = Bobbin(true, "top");
        Assert.Equal(
            (1, "", "bobbin: top: standard input and output have to be a terminal that can place its cursor; bobbin ps --watch writes to anything\n"),
            (top.ExitCode, top.Output, top.Errors));
        Command field = Bobbin(true, "top", "--sort=memm");
        Assert.Equal((2, "bobbin: top: unknown field memm; did you mean mem?; see bobbin top -o help\n"), (field.ExitCode, field.Errors));
        Assert.Contains("write/s", Bobbin(true, "top", "-o", "help").Output, StringComparison.Ordinal);
    }

    private static Tmux Start(bool root, params string[] options)
    {
        Tmux tmux = new();
        tmux.Run(string.Join(' ', [.. root ? [] : OrdinaryUser.Prefix, Binary, "top", .. options]));
        return tmux;
    }

    private static void Quit(Tmux tmux)
    {
        tmux.Press("q");
        tmux.See("ready>");
        Assert.Equal("0", tmux.Value("alternate_on"));
    }

    private static int Running(Tmux tmux)
    {
        string shell = tmux.Value("pane_pid");
        return int.Parse(Command.Check("pgrep", "-P", shell).Trim(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static int[] Ids(string[] screen) =>
        [.. screen[Math.Min(FirstLine, screen.Length)..].Select(line => int.TryParse(line.TrimStart().Split(' ')[0], out int id) ? id : 0).Where(id => id > 0)];

    private static string Line(string[] screen, int id) => Array.Find(screen, line => line.TrimStart().StartsWith($"{id} ", StringComparison.Ordinal))?.TrimEnd() ?? "";

    /// <summary>A process with two children, whose command lines have a word that nothing else has.</summary>
    private sealed class Family : IDisposable
    {
        private static int s_count;
        private readonly Process _parent;

        public Family()
        {
            Token = $"family{Environment.ProcessId}x{Interlocked.Increment(ref s_count)}";
            const string Script = "(exec -a $0-a sleep 1000) & echo $!; (exec -a $0-b sleep 1000) & echo $!; wait";
            _parent = Process.Start(new ProcessStartInfo("bash", ["-c", $"exec -a {Token}-parent bash -c '{Script}' {Token} 2>/dev/null"]) { RedirectStandardOutput = true })!;
            Ids = [_parent.Id, Read(), Read()];
            LiveTest.Eventually(
                () => Ids.Zip(["-parent", "-a", "-b"]).All(pair => Native.Cat($"/proc/{pair.First}/cmdline").Text.StartsWith($"{Token}{pair.Second}\0", StringComparison.Ordinal)),
                "the family's command lines");

            int Read() => int.Parse(_parent.StandardOutput.ReadLine()!, System.Globalization.CultureInfo.InvariantCulture);
        }

        public string Token { get; }

        /// <summary>Of the parent and the two children.</summary>
        public int[] Ids { get; }

        public void Dispose()
        {
            _parent.Kill(entireProcessTree: true);
            _parent.WaitForExit();
            _parent.Dispose();
        }
    }
}
