using System.Runtime.InteropServices;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Tui;

/// <summary>What a full-screen program waits for.</summary>
[Flags]
internal enum TerminalNews
{
    /// <summary>Nothing came in time.</summary>
    None = 0,
    Keys = 1,

    /// <summary>The terminal has another size.</summary>
    Resized = 2,

    /// <summary>Somebody wants it to stop for a while (SIGTSTP).</summary>
    Suspend = 4,

    /// <summary>It was stopped, and goes on (SIGCONT): the screen is not what it was.</summary>
    Continued = 8,

    /// <summary>It has to end: a signal, or no terminal any more.</summary>
    End = 16,
}

/// <summary>Keys, signals and time, waited for in one place.</summary>
internal sealed class TerminalEvents : IDisposable
{
    // A sequence of a key comes in one piece but over slow lines; longer is the Escape key.
    private const int EscapeMilliseconds = 50;

    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly KeyDecoder _decoder = new();
    private readonly int _wake;
    private int _news;

    /// <summary>Begins to listen to signals.</summary>
    public TerminalEvents()
    {
        Errno error = Libc.EventDescriptor(out _wake);
        if (error != Errno.None)
        {
            throw new LinuxException(error, "eventfd", "");
        }

        On(PosixSignal.SIGWINCH, TerminalNews.Resized);
        On(PosixSignal.SIGCONT, TerminalNews.Continued);
        On(PosixSignal.SIGTSTP, TerminalNews.Suspend);
        On(PosixSignal.SIGINT, TerminalNews.End);
        On(PosixSignal.SIGQUIT, TerminalNews.End);
        On(PosixSignal.SIGTERM, TerminalNews.End);
        On(PosixSignal.SIGHUP, TerminalNews.End);
    }

    /// <summary>The signal that asked for the end; 0 where none did.</summary>
    public int EndedBy { get; private set; }

    /// <summary>Waits until something comes, at most so long; keys are added.</summary>
    public TerminalNews Wait(TimeSpan most, List<Key> keys)
    {
        keys.Clear();
        TerminalNews news = Poll((int)Math.Clamp(most.TotalMilliseconds, 0, int.MaxValue), keys);
        while (_decoder.IsPending && Poll(EscapeMilliseconds, keys) is var more)
        {
            news |= more;
            if ((more & TerminalNews.Keys) == 0)
            {
                _decoder.Flush(keys);
                news |= TerminalNews.Keys;
            }
        }

        return news;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        Libc.Close(_wake);
    }

    private void On(PosixSignal signal, TerminalNews news) =>
        _signals.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            if (news == TerminalNews.End)
            {
                EndedBy = Number(context.Signal);
            }

            Interlocked.Or(ref _news, (int)news);
            Libc.Write(_wake, BitConverter.GetBytes(1UL), out _);
        }));

    private static int Number(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => SignalNumber.HangUp,
        PosixSignal.SIGINT => SignalNumber.Interrupt,
        PosixSignal.SIGQUIT => SignalNumber.Quit,
        _ => SignalNumber.Terminate,
    };

    private TerminalNews Poll(int milliseconds, List<Key> keys)
    {
        Span<PollDescriptor> descriptors =
        [
            new() { Descriptor = 0, Events = PollEvents.In },
            new() { Descriptor = _wake, Events = PollEvents.In },
        ];
        _ = Libc.Poll(descriptors, milliseconds, out int ready);
        TerminalNews news = TerminalNews.None;
        if (ready > 0 && descriptors[1].Ready != 0)
        {
            Span<byte> count = stackalloc byte[8];
            _ = Libc.Read(_wake, count, out _);
        }

        news |= (TerminalNews)Interlocked.Exchange(ref _news, 0);
        if (ready > 0 && descriptors[0].Ready != 0)
        {
            Span<byte> bytes = stackalloc byte[1024];
            Errno error = Libc.Read(0, bytes, out int length);
            if (length > 0)
            {
                _decoder.Feed(bytes[..length], keys);
                news |= TerminalNews.Keys;
            }
            else if (error is not (Errno.EINTR or Errno.EAGAIN))
            {
                news |= TerminalNews.End;
            }
        }

        return news;
    }
}
