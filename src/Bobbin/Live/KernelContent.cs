using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;

namespace Bobbin.Live;

/// <summary>
/// The kernel's own files, opened as whoever asks: its procfs decides what a caller may, and its words are handed on as they are.
/// </summary>
/// <remarks>
/// A server is everybody's deputy: each request is asked as its caller wherever the kernel's answer could depend on that
/// (<see cref="EntryRule"/>), and what the kernel would grant to this process for being itself is not granted to others.
/// </remarks>
public sealed partial class KernelContent : ProcContent, ICallerCredentials, IDisposable
{
    private const int MostPaths = 1 << 18;

    [ThreadStatic]
    private static CallerIdentity? t_caller;

    private readonly LiveProcfs _procfs;
    private readonly LiveTasks _tasks;
    private readonly ServerCredentials _server;
    private readonly ILandlockDomains? _domains;
    private readonly byte[] _linkBase;
    private readonly Detours _detours = new();
    private DirectoryPool? _roots;

    /// <summary>Makes the content.</summary>
    /// <param name="procfs">The kernel's procfs; disposed by whoever made it.</param>
    /// <param name="tasks">Its tasks.</param>
    /// <param name="linkBase">
    /// The path of a kernel procfs that callers can reach, for links whose texts lead nowhere (pipes, sockets, deleted files);
    /// empty: there is none, and they cannot be followed.
    /// </param>
    /// <param name="domains">What tells of domains of Landlock; null: nothing, and whoever may be in one may trace nobody else.</param>
    public KernelContent(LiveProcfs procfs, LiveTasks tasks, ReadOnlySpan<byte> linkBase = default, ILandlockDomains? domains = null)
    {
        _domains = domains;
        _procfs = procfs;
        _tasks = tasks;
        _linkBase = linkBase.ToArray();
        _server = new ServerCredentials(procfs.Machine);
        _label = ReadOwnLabel(procfs.Machine);
        Paths = new PathTable(MostPaths);
        Entries = LearnEntries(procfs.Machine);
    }

    /// <summary>Directories of tasks in the procfs that is shown.</summary>
    internal TaskDirectories Directories => _procfs.Content;

    /// <summary>The entries of tasks.</summary>
    internal EntryTable Entries { get; }

    /// <summary>Nodes that are known by path.</summary>
    internal PathTable Paths { get; }

    /// <summary>What this process may.</summary>
    internal ServerCredentials Server => _server;

    private bool IsHiding => _procfs.View.HidePid != HidePid.Off;

    /// <inheritdoc/>
    public override void Forget(ProcNode node, ulong count) => Paths.Forget(node.Index, count);

    /// <inheritdoc/>
    public override int CountStaticDirectories() => _tasks.StaticDirectories;

    /// <inheritdoc/>
    public bool IsInGroup(in Caller caller, uint groupId) => Identify(caller).IsInGroup(groupId);

    /// <inheritdoc/>
    public ulong GetCapabilities(in Caller caller) => Identify(caller).Capabilities;

    /// <summary>Gives back what it keeps open.</summary>
    public void Dispose()
    {
        _roots?.Dispose();
        Paths.Dispose();
        Libc.Close(_server.Pidfd);
    }

    /// <summary>Looks at a caller. The result is this thread's until it looks at the next.</summary>
    internal CallerIdentity Identify(in Caller caller)
    {
        CallerIdentity identity = t_caller ??= new CallerIdentity();
        identity.Read(caller, _server, _procfs.Machine);
        return identity;
    }

    private static EntryTable LearnEntries(TaskDirectories machine)
    {
        Errno error = machine.RentAlive(Environment.ProcessId, false, out TaskDirectory group);
        if (error != Errno.None)
        {
            throw new LinuxException(error, "open", "/proc/self");
        }

        error = machine.RentAlive(Environment.ProcessId, true, out TaskDirectory thread);
        if (error != Errno.None)
        {
            machine.Return(group);
            throw new LinuxException(error, "open", "/proc/self/task");
        }

        EntryTable entries = new(group.Descriptor, thread.Descriptor);
        machine.Return(group);
        machine.Return(thread);
        return entries;
    }
}
