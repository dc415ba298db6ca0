using Bobbin.Kernel.Fuse;
using Bobbin.Procfs;
using Bobbin.Table;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Mount;

/// <summary>
/// A proc file system served on a FUSE device: the tree, the adapter, the server, and the order in which they start and stop.
/// </summary>
/// <example>
/// <code>
/// SafeFileHandle device = FuseMount.OpenDevice();
/// FuseMount.Mount(device, "/mnt/proc");
/// using ProcServer server = new(tree, "a table", new ProcServerOptions());
/// server.Serve(device); // until umount
/// </code>
/// </example>
public sealed partial class ProcServer : IDisposable
{
    private readonly ProcServerOptions _options;
    private readonly ProcFileSystem _files;
    private readonly IDisposable? _owned;
    private FuseServer? _server;

    /// <summary>Prepares to serve a tree.</summary>
    /// <param name="tree">The tree, which serves nobody else yet.</param>
    /// <param name="source">Where its tasks come from, in words: what <c>/proc/fs/bobbin/source</c> says.</param>
    /// <param name="options">How.</param>
    /// <param name="owned">Disposed of last: the source.</param>
    public ProcServer(ProcTree tree, string source, ProcServerOptions? options = null, IDisposable? owned = null)
        : this(tree, source, options, owned, Chooser(tree, options, tree?.Source.TellsEnds ?? false))
    {
    }

    internal ProcServer(ProcTree tree, string source, ProcServerOptions? options, IDisposable? owned, Func<uint, EndNotice> choose)
    {
        ArgumentNullException.ThrowIfNull(tree);
        _options = options ?? new ProcServerOptions();
        if (_options.Mode == MountMode.AtRest && _options.IsShared)
        {
            throw new ArgumentException("At rest, answers are kept whoever asks: not on a mount that several users share.", nameof(options));
        }

        _owned = owned;
        _files = new ProcFileSystem(tree, _options.Mode, choose);
        Source = source;
        OwnFiles.AddTo(tree, source, _options.Mode, _files, () => _server);
    }

    /// <summary>Prepares to serve a table of tasks.</summary>
    /// <param name="source">The table, as one of its pid namespaces sees it.</param>
    /// <param name="options">How.</param>
    /// <param name="credentials">
    /// What callers may beyond their ids. Without it root of this machine may everything on a mount of one user, and nobody anything on one
    /// that is shared.
    /// </param>
    public static ProcServer ForTable(TableSource source, ProcServerOptions? options = null, ICallerCredentials? credentials = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new ProcServerOptions();
        credentials ??= options.IsShared ? BareCredentials.Powerless : BareCredentials.CapableRoot;
        GeneratedContent content = new(source, options.View, credentials);
        ProcTree tree = new(source, content, options.View, credentials);
        return new ProcServer(tree, "table: tasks in memory; ends told by the table", options);
    }

    /// <summary>Where the tasks come from, in words.</summary>
    public string Source { get; }

    /// <summary>How many times each operation arrived; null before <see cref="Start"/>.</summary>
    public FuseCounters? Counters => _server?.Counters;

    /// <summary>How many names were looked up in the root.</summary>
    public long RootLookups => _files.RootLookups;

    internal ProcFileSystem Files => _files;

    internal FuseServer? Server => _server;

    /// <summary>Starts to serve a mounted device, which is the server's from now on, and returns.</summary>
    public void Start(SafeFileHandle device)
    {
        _server = new FuseServer(device, _files, new FuseOptions
        {
            SkipOpen = _options.Mode == MountMode.AtRest,
            AtomicTruncate = true,
            DirectIoOnly = _options.Mode == MountMode.Exact,
            UseIoUring = _options.UseIoUring,
            Log = _options.Log,
            Trace = _options.Trace,
        });
        FuseProtocol protocol = _server.Protocol;
        _files.Lifetimes.Start(_server.Notifications, () => protocol.MinorVersion);
        _server.Start();
    }

    /// <summary>Serves until the file system is unmounted or <see cref="Stop"/> is called.</summary>
    public void Serve(SafeFileHandle device)
    {
        Start(device);
        Wait(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits for the end of a started server; whether it has come.</summary>
    public bool Wait(TimeSpan timeout) => _server?.Wait(timeout) ?? true;

    /// <summary>Ends serving, whether or not the file system is still mounted. Returns at once; from any thread.</summary>
    public void Stop() => _server?.Stop();

    /// <summary>
    /// How entries are taken back, by the minor version of the protocol: not at all where no end is told, or where the answer depends on who
    /// asks, since then no entry carries a lifetime.
    /// </summary>
    private static Func<uint, EndNotice> Chooser(ProcTree tree, ProcServerOptions? options, bool endsAreTold)
    {
        bool isShared = options?.IsShared ?? false;
        return minor => endsAreTold && tree.View.HidePid == HidePid.Off ? EntryLifetimes.Choose(minor, isShared) : EndNotice.None;
    }

    /// <summary>Stops: first what writes to the device, then the device, then what requests need.</summary>
    public void Dispose()
    {
        _server?.Stop();
        _files.Lifetimes.Dispose();
        _server?.Dispose();
        _files.Handles.ReleaseAll();
        _owned?.Dispose();
    }
}
