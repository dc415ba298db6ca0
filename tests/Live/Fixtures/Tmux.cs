using System.Diagnostics;
using System.Globalization;
using System.Text;
using Xunit;

namespace Bobbin.Tests.Fixtures;

/// <summary>A terminal to type at and to look at: a session of tmux(1) with one window, on a server of its own.</summary>
internal sealed class Tmux : IDisposable
{
    private readonly string _socket = Path.Combine(Scratch.MakeFolder("tmux"), "socket");

    /// <summary>Starts a shell on a terminal of a size.</summary>
    public Tmux(int columns = 140, int rows = 30)
    {
        // remain-on-exit: what a program that has ended said can still be read.
        Tell("new-session", "-d", "-x", $"{columns}", "-y", $"{rows}", "env --default-signal PS1='ready> ' bash --norc --noprofile -i");
        Tell("set-option", "-g", "status", "off");
        Tell("resize-window", "-x", $"{columns}", "-y", $"{rows}");
        See("ready>");
    }

    /// <summary>What the terminal shows, line by line.</summary>
    public string[] Screen => Tell("capture-pane", "-p").TrimEnd('\n').Split('\n');

    /// <summary>A value of the terminal, as tmux's formats have it: <c>alternate_on</c>, <c>cursor_flag</c>.</summary>
    public string Value(string name) => Tell("display-message", "-p", $"#{{{name}}}").TrimEnd('\n');

    /// <summary>Presses keys, by tmux's names: <c>Enter</c>, <c>Down</c>, <c>C-z</c>.</summary>
    public void Press(params string[] keys) => Tell(["send-keys", .. keys]);

    /// <summary>Types text.</summary>
    public void Type(string text) => Tell("send-keys", "-l", text);

    /// <summary>Sends bytes that tmux has no name for.</summary>
    public void Send(string bytes) => Tell(["send-keys", "-H", .. Encoding.ASCII.GetBytes(bytes).Select(one => one.ToString("x2", CultureInfo.InvariantCulture))]);

    /// <summary>Types a command at the shell.</summary>
    public void Run(string command)
    {
        Type(command);
        Press("Enter");
    }

    /// <summary>Makes the terminal another size.</summary>
    public void Resize(int columns, int rows) => Tell("resize-window", "-x", $"{columns}", "-y", $"{rows}");

    /// <summary>Waits until the screen has a text.</summary>
    public void See(string text) => See(screen => screen.Any(line => line.Contains(text, StringComparison.Ordinal)), text);

    /// <summary>Waits until the screen has a text no longer.</summary>
    public void NoLongerSee(string text) => See(screen => !screen.Any(line => line.Contains(text, StringComparison.Ordinal)), $"no {text}");

    /// <summary>Waits until the screen is as it should be.</summary>
    public void See(Func<string[], bool> isRight, string what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        string[] screen;
        do
        {
            screen = Screen;
            if (isRight(screen))
            {
                return;
            }

            Thread.Sleep(50);
        }
        while (watch.Elapsed < TimeSpan.FromSeconds(30));
        Assert.Fail($"not seen: {what}; but\n{string.Join('\n', screen)}");
    }

    public void Dispose() => Command.Run(["tmux", "-S", _socket, "kill-server"]);

    private string Tell(params string[] words)
    {
        Command result = Command.Run(["env", "-u", "TMUX", "LC_ALL=C.UTF-8", "TERM=xterm-256color", "tmux", "-S", _socket, "-f", "/dev/null", "-u", .. words]);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"tmux {string.Join(' ', words)}: {result.Errors}");
    }
}
