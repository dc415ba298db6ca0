using System.Text;
using Bobbin.Cli.Serving;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Cli.Launch;

/// <summary>
/// The server as a process of its own, from the side of the one that starts it: in its own session, a child of nobody here, with
/// no descriptor but its own. What passes between the two is one byte "mounted" and one line back: empty, or why not.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    /// <summary>Numbers of the descriptors that the server finds.</summary>
    public const int Device = 3, Control = 4, Procfs = 5;

    /// <summary>The argument of the process that only starts the server.</summary>
    public const string FirstStage = "stage=1";

    /// <summary>Where the descriptors lie before they get those numbers, so that none overwrites another.</summary>
    private const int Above = 16;

    private readonly int _control;

    private ServerProcess(int control) => _control = control;

    /// <summary>Starts it. It waits for <see cref="Await"/> before it reads from the device.</summary>
    /// <param name="options">What it serves.</param>
    /// <param name="device">The FUSE device it serves.</param>
    /// <param name="procfs">A directory of the kernel's procfs, or -1.</param>
    /// <param name="childBlocked">Whether SIGCHLD is blocked here.</param>
    public static ServerProcess Start(ServerOptions options, SafeFileHandle device, int procfs, bool childBlocked)
    {
        Check(Libc.SocketPair(out int ours, out int theirs), "socketpair");
        Check(Libc.Open("/dev/null"u8, OpenFlags.ReadWrite, out int nothing), "/dev/null");
        Span<int> descriptors = [nothing, nothing, options.LogLevel >= LogLevel.Info ? 2 : nothing, (int)device.DangerousGetHandle(), theirs, procfs < 0 ? nothing : procfs];
        for (int i = 0; i < descriptors.Length; i++)
        {
            Check(Libc.Duplicate(descriptors[i], out descriptors[i], Above), "fcntl");
        }

        // The first process only starts the second and ends; so the server is nobody's child, and no session leader.
        using NativeStrings arguments = new(OwnProgram.With([.. options.ToArguments(), FirstStage]));
        Check(Libc.Spawn(OwnProgram.Path, arguments, Libc.Environment, descriptors, newSession: true, "/"u8, out int first), "posix_spawn");
        foreach (int descriptor in descriptors)
        {
            Libc.Close(descriptor);
        }

        Libc.Close(nothing);
        Libc.Close(theirs);
        _ = Libc.ReapQuietly(first, childBlocked);
        return new(ours);
    }

    /// <summary>Tells it that the mount stands, and waits until it answers.</summary>
    public void Await()
    {
        // It may have ended, which is said below, and not by SIGPIPE.
        _ = Libc.Send(_control, "m"u8);
        byte[] answer = new byte[4096];
        int length = 0, count;
        Errno error;
        do
        {
            error = Libc.Read(_control, answer.AsSpan(length), out count);
            length += count;
        }
        while (error == Errno.EINTR || (error == Errno.None && count > 0 && answer[length - 1] != (byte)'\n'));

        if (length == 0 || answer[length - 1] != (byte)'\n')
        {
            throw new CommandFailure("server", "it ended before it served",
                ProcessLimit.IsLow ? CommandFailure.MoreProcesses : "--log-level debug shows what it said");
        }

        if (length > 1)
        {
            throw new CommandFailure("server", Encoding.UTF8.GetString(answer, 0, length - 1));
        }
    }

    /// <summary>Lets go of it: the server goes on alone.</summary>
    public void Dispose() => Libc.Close(_control);

    private static void Check(Errno error, string call)
    {
        if (error != Errno.None)
        {
            // EINVAL is F_DUPFD's word for a limit that is lower still.
            bool few = error is Errno.EMFILE || (error is Errno.EINVAL && call == "fcntl");
            throw new CommandFailure("server", $"{call}: {error.Describe()}", few ? CommandFailure.MoreDescriptors : error == Errno.EAGAIN ? CommandFailure.MoreProcesses : "");
        }
    }
}
