using System.Globalization;
using System.Text;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Live;
using Bobbin.Mount;
using Bobbin.Procfs;
using Bobbin.Sources;
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
    // Each costs a descriptor; most programs look at few tasks again and again.
    private const int WatchedTasks = 1024;

    private readonly SafeFileHandle _device;
    private readonly ProcServer _server;
    private readonly Stack<IDisposable> _parts;

    private Server(SafeFileHandle device, ProcServer server, Stack<IDisposable> parts) => (_device, _server, _parts) = (device, server, parts);

    /// <summary>Everything that can fail before the first request does so here.</summary>
    /// <param name="options">What to serve.</param>
    /// <param name="device">The FUSE device.</param>
    /// <param name="procfs">A directory of the kernel's procfs, or something else where there is none.</param>
    public static Server Create(ServerOptions options, SafeFileHandle device, int procfs)
    {
        Stack<IDisposable> parts = new();
        RaiseOpenFiles();
        LiveProcfs kernel = OpenProcfs(options);
        parts.Push(kernel);
        BpfExits? ends = BpfExits.TryOpen(out string reason);
        LiveTasks tasks = new(kernel, ends is null ? new PidfdExits(WatchedTasks) : ends);
        parts.Push(tasks);
        KernelContent content = new(kernel, tasks, Encoding.UTF8.GetBytes(options.LinkBase));
        parts.Push(content);
        Action<string>? log = LogAt(options, LogLevel.Warning);
        ProcServer server = new(new ProcTree(tasks, content, options.View), ends is null ? $"live; ends by pidfd: {reason}" : $"live; ends by {BpfExits.Reason}", new ProcServerOptions
        {
            View = options.View,
            IsShared = !options.IsUserMount,
            Log = log,
            Trace = LogAt(options, LogLevel.Trace),
        });
        return new(device, server, parts);
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
    public void Dispose()
    {
        _server.Dispose();
        while (_parts.TryPop(out IDisposable? part))
        {
            part.Dispose();
        }
    }

    private static LiveProcfs OpenProcfs(ServerOptions options)
    {
        if (options.PidNamespaceOf == 0)
        {
            return LiveProcfs.Open(options.View);
        }

        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{options.PidNamespaceOf}/ns/pid");
        Errno error = Libc.Open(Encoding.ASCII.GetBytes(path), OpenFlags.ReadOnly, out int opened);
        if (error != Errno.None)
        {
            throw new CommandFailure($"--pidns {options.PidNamespaceOf}", error.Describe(),
                error is Errno.ENOENT ? "no task has this id" : "its pid namespace must be open to this user");
        }

        using SafeFileHandle pidNamespace = new(opened, ownsHandle: true);
        return LiveProcfs.Open(options.View, opened);
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
