using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Launch;

/// <summary>
/// What a program inherits through execve(2) and the .NET runtime may have changed meanwhile: read when bobbin starts, put back
/// before it becomes the command. Handlers need no care, exec resets them; what counts is which signals are ignored.
/// </summary>
internal sealed class InheritedState
{
    // What the runtime and its libraries handle or ignore once a console or a signal registration is in use.
    private static ReadOnlySpan<int> Signals => [SignalNumber.HangUp, SignalNumber.Interrupt, SignalNumber.Quit, SignalNumber.Pipe,
        SignalNumber.Terminate, SignalNumber.Child, 18 /* CONT */, 20 /* TSTP */, 21 /* TTIN */, 22 /* TTOU */, 23 /* URG */, 28 /* WINCH */];

    private readonly SignalSet _mask = Libc.GetSignalMask();
    private readonly SignalSet _ignored;
    private readonly ResourceLimit _openFiles;

    private InheritedState()
    {
        foreach (int signal in Signals)
        {
            if (Libc.GetSignalHandler(signal, out nint handler) == Errno.None && handler == 1)
            {
                _ignored.Add(signal);
            }
        }

        _ = Libc.GetLimit(ResourceLimit.OpenFiles, out _openFiles);
        if (!OwnProgram.IsNative)
        {
            // Under the just-in-time runtime two things changed before Main. The parent's are the best guess; the native binary
            // has no need to guess: see the linker arguments in Bobbin.Cli.csproj.
            _ignored = WithParentsPipe(_ignored);
            _openFiles.Soft = Math.Min(ParentsSoftLimit() ?? _openFiles.Soft, _openFiles.Hard);
        }
    }

    /// <summary>Whether SIGCHLD is blocked, so that a child's end would stay pending for the command.</summary>
    public bool BlocksChild => _mask.Contains(SignalNumber.Child);

    /// <summary>Reads it. To be called before anything else.</summary>
    public static InheritedState Capture() => new();

    /// <summary>Puts it back; nothing but execve may follow.</summary>
    public void Restore()
    {
        foreach (int signal in Signals)
        {
            if (Libc.GetSignalHandler(signal, out nint handler) == Errno.None && handler != (_ignored.Contains(signal) ? 1 : 0))
            {
                _ = Libc.SetSignal(signal, _ignored.Contains(signal));
            }
        }

        if (Libc.GetLimit(ResourceLimit.OpenFiles, out ResourceLimit now) == Errno.None && now.Soft != _openFiles.Soft)
        {
            _ = Libc.SetLimit(ResourceLimit.OpenFiles, _openFiles);
        }

        Libc.SetSignalMask(_mask);
    }

    private static SignalSet WithParentsPipe(SignalSet ignored)
    {
        SignalSet result = default;
        foreach (int signal in Signals)
        {
            if (ignored.Contains(signal) && signal != SignalNumber.Pipe)
            {
                result.Add(signal);
            }
        }

        try
        {
            string line = File.ReadLines($"/proc/{Libc.getppid()}/status").First(text => text.StartsWith("SigIgn:", StringComparison.Ordinal));
            if (((Convert.ToUInt64(line[7..].Trim(), 16) >> (SignalNumber.Pipe - 1)) & 1) != 0)
            {
                result.Add(SignalNumber.Pipe);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            // Not readable: the default it is.
        }

        return result;
    }

    private static ulong? ParentsSoftLimit()
    {
        try
        {
            string line = File.ReadLines($"/proc/{Libc.getppid()}/limits").First(text => text.StartsWith("Max open files", StringComparison.Ordinal));
            return ulong.TryParse(line[26..47].AsSpan().Trim(), out ulong soft) ? soft : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return null;
        }
    }
}
