using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Tui;

/// <summary>
/// The terminal as a full-screen program has it: each key as it comes, the other screen, no cursor, the mouse told. Leaving puts back what
/// was found; what the user had on the screen before is there again.
/// </summary>
internal sealed class TerminalSession : IDisposable
{
    private const int Input = 0, Output = 1;

    // The alternate screen with the cursor saved (1049), no cursor (25), no wrapping at the right edge (7), buttons of the mouse (1000) in
    // decimal (1006).
    private static ReadOnlySpan<byte> Begin => "\e[?1049h\e[?25l\e[?7l\e[?1000h\e[?1006h"u8;

    private static ReadOnlySpan<byte> Leaving => "\e[0m\e[?1006l\e[?1000l\e[?7h\e[?25h\e[?1049l"u8;

    private readonly TerminalSettings _found;
    private bool _isEntered;

    private TerminalSession(TerminalSettings found) => _found = found;

    /// <summary>Whether there is a terminal on both standard input and output.</summary>
    public static bool IsPossible => Libc.IsTerminal(Input) && Libc.IsTerminal(Output) && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <summary>Takes the terminal.</summary>
    /// <exception cref="LinuxException">There is none.</exception>
    public static TerminalSession Open()
    {
        Errno error = Libc.GetTerminalSettings(Input, out TerminalSettings found);
        if (error != Errno.None)
        {
            throw new LinuxException(error, "ioctl", "TCGETS");
        }

        TerminalSession session = new(found);
        session.Enter();
        return session;
    }

    /// <summary>Takes the terminal again, after <see cref="Leave"/>.</summary>
    public void Enter()
    {
        if (!_isEntered)
        {
            _isEntered = true;
            _ = Libc.SetTerminalSettings(Input, _found.Raw());
            Write(Begin);
        }
    }

    /// <summary>Gives the terminal back as it was found.</summary>
    public void Leave()
    {
        if (_isEntered)
        {
            _isEntered = false;
            Write(Leaving);
            _ = Libc.SetTerminalSettings(Input, _found);
        }
    }

    /// <summary>Lets the shell have the terminal, as Ctrl-Z does, and comes back when this process is continued.</summary>
    public void Suspend()
    {
        Leave();
        // For this thread, so that it does not run on before the stop has come. All threads stop.
        _ = Libc.SignalThread(Environment.ProcessId, Libc.GetThreadId(), SignalNumber.Stop);
        Enter();
    }

    /// <summary>Sends bytes to the terminal; one that has gone away is no failure, since its hang-up ends us.</summary>
    public static void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Terminal.Out(bytes);
        }
        catch (CommandFailure)
        {
            // EIO: the terminal is closed.
        }
    }

    /// <summary>The size; a usual one where the terminal does not know it.</summary>
    public static (int Columns, int Rows) Size() =>
        Libc.TryTerminalSize(Output, out int columns, out int rows) && rows > 0 ? (columns, rows) : (80, 24);

    /// <inheritdoc/>
    public void Dispose() => Leave();
}
