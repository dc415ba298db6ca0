using System.Globalization;
using System.Text;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Mount;
using Microsoft.Win32.SafeHandles;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Cli.Serving;

/// <summary>A file system on a FUSE device, ready to be run.</summary>
internal interface IServing : IDisposable
{
    /// <summary>Serves until the mount is gone; an exit status.</summary>
    int Run(Action whenReady);

    /// <summary>Ends serving. Returns at once; from any thread.</summary>
    void Stop();
}

/// <summary>Puts together what the options ask for, and serves it.</summary>
internal sealed class Server : IServing
{
    private readonly SafeFileHandle _device;
    private readonly ProcServer _server;

    private Server(SafeFileHandle device, ProcServer server) => (_device, _server) = (device, server);

    /// <summary>Everything that can fail before the first request does so here.</summary>
    /// <param name="options">What to serve.</param>
    /// <param name="device">The FUSE device.</param>
    /// <param name="procfs">A directory of the kernel's procfs, or something else where there is none.</param>
    public static Server Create(ServerOptions options, SafeFileHandle device, int procfs)
    {
        RaiseOpenFiles();
        DropCapabilities();
        using SafeFileHandle? pidNamespace = OpenPidNamespace(options);
        ProcServerOptions serving = new()
        {
            View = options.View,
            IsShared = !options.IsUserMount,
            Log = LogAt(options, LogLevel.Warning),
            Trace = LogAt(options, LogLevel.Trace),
        };
        return new(device, ProcServer.ForLive(serving, (int)(pidNamespace?.DangerousGetHandle() ?? -1), options.LinkBase, procfs));
    }

    /// <inheritdoc/>
    public int Run(Action whenReady)
    {
        _server.Start(_device);
        whenReady();
        _server.Wait(Timeout.InfiniteTimeSpan);
        return 0;
    }

    /// <inheritdoc/>
    public void Stop() => _server.Stop();

    /// <inheritdoc/>
    public void Dispose() => _server.Dispose();

    /// <summary>The pid namespace to show, where it is not this process's own.</summary>
    public static SafeFileHandle? OpenPidNamespace(ServerOptions options)
    {
        if (options.PidNamespaceOf == 0)
        {
            return null;
        }

        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{options.PidNamespaceOf}/ns/pid");
        Errno error = Libc.Open(Encoding.ASCII.GetBytes(path), OpenFlags.ReadOnly, out int opened);
        return error == Errno.None
            ? new(opened, ownsHandle: true)
            : throw new CommandFailure($"--pidns {options.PidNamespaceOf}", error.Describe(),
                error is Errno.ENOENT ? "no task has this id" : "its pid namespace must be open to this user");
    }

    // In an ordinary user's namespace this process begins with all capabilities. It serves the same user without any, and must not
    // get from the kernel what its callers would not.
    private static void DropCapabilities()
    {
        if (Libc.geteuid() != 0)
        {
            _ = Libc.SetThreadCapabilities(default);
        }
    }

    // A descriptor for each task in use and each open file: as many as this process may have.
    private static void RaiseOpenFiles()
    {
        if (Libc.GetLimit(ResourceLimit.OpenFiles, out ResourceLimit limit) == Errno.None && limit.Soft < limit.Hard)
        {
            _ = Libc.SetLimit(ResourceLimit.OpenFiles, limit with { Soft = limit.Hard });
        }
    }

    private static Action<string>? LogAt(ServerOptions options, LogLevel level) =>
        options.LogLevel >= level ? line => Terminal.Error($"bobbin: {Printable.Escape(line)}\n") : null;
}
