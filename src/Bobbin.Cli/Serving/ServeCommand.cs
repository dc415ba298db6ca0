using System.Text;
using Bobbin.Cli.Launch;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Cli.Serving;

/// <summary>The hidden verb of the server process.</summary>
internal static class ServeCommand
{
    /// <summary>Serves until the mount is gone.</summary>
    public static int Execute(string[] arguments)
    {
        Libc.CloseInherited(ServerProcess.Procfs + 1, all: OwnProgram.IsNative);
        if (arguments is [.., ServerProcess.FirstStage])
        {
            return StartAgain(arguments[..^1]);
        }

        _ = Libc.SetSignal(SignalNumber.Pipe, ignored: true);
        for (int descriptor = ServerProcess.Device; descriptor <= ServerProcess.Procfs; descriptor++)
        {
            _ = Libc.SetCloseOnExec(descriptor, true);
        }

        try
        {
            ServerOptions options = ServerOptions.Parse(arguments.AsSpan(1));
            using IServing serving = Server.Create(options, new SafeFileHandle(ServerProcess.Device, ownsHandle: true), ServerProcess.Procfs);
            Span<byte> mounted = stackalloc byte[1];
            if (Libc.Read(ServerProcess.Control, mounted, out int count) != Errno.None || count == 0)
            {
                // Whoever was to mount is gone; so must be what it mounted.
                if (options.Unmounts && MountTable.At(options.MountPoint) is { IsBobbin: true })
                {
                    MountPoint.Detach(options.MountPoint, options.IsUserMount);
                }

                return 1;
            }

            return options.Unmounts
                ? MountLifetime.Run(serving, options, () => Answer(""))
                : serving.Run(() => Answer(""));
        }
        catch (Exception failure) when (failure is CommandFailure or LinuxException)
        {
            return Fail(failure.Message);
        }
        catch (OutOfMemoryException)
        {
            // What the runtime calls a thread that the kernel does not make.
            return Fail($"it cannot start a thread; {CommandFailure.MoreProcesses}");
        }
    }

    private static int Fail(string message)
    {
        Answer(message);
        Terminal.Error($"bobbin: {Printable.Escape(message)}\n");
        return 1;
    }

    private static void Answer(string line)
    {
        _ = Libc.Write(ServerProcess.Control, Encoding.UTF8.GetBytes(line.ReplaceLineEndings(" ") + "\n"), out _);
        Libc.Close(ServerProcess.Control);
    }

    // The second process: nobody's child once this one has ended, and no leader of the session that this one made.
    private static int StartAgain(string[] arguments)
    {
        using NativeStrings vector = new(OwnProgram.With(arguments));
        Errno error = Libc.Spawn(OwnProgram.Path, vector, Libc.Environment, [0, 1, 2, 3, 4, 5], newSession: false, default, out _);
        if (error != Errno.None)
        {
            Answer($"posix_spawn: {error.Describe()}{(error == Errno.EAGAIN ? $"; {CommandFailure.MoreProcesses}" : "")}");
        }

        return error == Errno.None ? 0 : 1;
    }
}
