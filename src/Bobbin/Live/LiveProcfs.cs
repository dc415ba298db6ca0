using System.Buffers.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

/// <summary>
/// The kernel's procfs that a live source reads. As root it is an instance of our own that hangs nowhere, with the view's options,
/// so that ids in its texts and its verdicts are the kernel's, and nothing that is mounted over the machine's /proc is trusted.
/// Where mounting is refused it is the machine's /proc, by a descriptor from before anything is mounted over it. Everything below is
/// opened from these descriptors, never by a path: a server must not walk into its own mount.
/// </summary>
public sealed class LiveProcfs : IDisposable
{
    private LiveProcfs(int machine, int tasks, int content, bool isOwn, ProcView view, PidNamespace? shown)
    {
        bool idsAreOurs = shown is null;
        int sets = 1 + (tasks != machine ? 1 : 0) + (content != tasks ? 1 : 0);
        int capacity = TaskDirectories.CapacityForAll / sets;
        Machine = new TaskDirectories(machine, true, capacity);
        Tasks = tasks == machine ? Machine : new TaskDirectories(tasks, idsAreOurs, capacity);
        Content = content == tasks ? Tasks : new TaskDirectories(content, idsAreOurs, capacity);
        IsOwn = isOwn;
        View = view;
        Shown = shown;
    }

    /// <summary>Whether it is an instance of our own, whose options are the view's; else the machine's /proc.</summary>
    public bool IsOwn { get; }

    /// <summary>The view it was made for.</summary>
    public ProcView View { get; }

    /// <summary>The pid namespace whose ids are shown, where it is not this process's own.</summary>
    internal PidNamespace? Shown { get; }

    /// <summary>Root of the procfs whose files are shown: an O_PATH descriptor of a mount, for open_tree(2) and move_mount(2) too.</summary>
    public int Root => Content.Root;

    /// <summary>Everything, with the ids of this process's own pid namespace: callers are known by these.</summary>
    internal TaskDirectories Machine { get; }

    /// <summary>Everything, with the ids that are shown.</summary>
    internal TaskDirectories Tasks { get; }

    /// <summary>What is shown, with the view's options.</summary>
    internal TaskDirectories Content { get; }

    /// <summary>
    /// Opens the procfs for a view.
    /// </summary>
    /// <param name="view">Its hidepid, gid and subset become options of the instance.</param>
    /// <param name="pidNamespace">A descriptor of the pid namespace to show, or -1 for this process's own.</param>
    /// <param name="machine">A directory of the kernel's procfs for where none can be mounted, or -1 for /proc.</param>
    /// <exception cref="LinuxException">There is no procfs to be had, or none of that pid namespace.</exception>
    public static LiveProcfs Open(ProcView view, int pidNamespace = -1, int machine = -1)
    {
        Errno error = Create(new ProcView(), -1, out int own);
        if (error != Errno.None)
        {
            return pidNamespace < 0
                ? OpenMachine(view, machine)
                : throw new LinuxException(error, "fsmount", "proc, which showing another pid namespace needs");
        }

        int tasks = own;
        PidNamespace? shown = null;
        if (pidNamespace >= 0)
        {
            shown = PidNamespace.Of(pidNamespace);
            tasks = CreateOrThrow(new ProcView(), pidNamespace);
        }

        bool plain = view.HidePid == HidePid.Off && !view.PidOnly && !view.ReadOnly;
        int content = plain ? tasks : CreateOrThrow(view, pidNamespace);
        return new LiveProcfs(own, tasks, content, true, view, shown);
    }

    /// <summary>The machine's /proc, as for a user who may not mount.</summary>
    /// <param name="view">What will be shown of it.</param>
    /// <param name="machine">A directory of it that is open, which stays its owner's; -1: at /proc.</param>
    /// <exception cref="LinuxException">It is no procfs of this process's pid namespace.</exception>
    public static LiveProcfs OpenMachine(ProcView view, int machine = -1)
    {
        int root;
        Errno error = machine >= 0
            ? Libc.OpenAt(machine, "."u8, OpenFlags.PathOnly | OpenFlags.Directory, out root)
            : Libc.Open("/proc"u8, OpenFlags.PathOnly | OpenFlags.Directory, out root);
        if (error != Errno.None)
        {
            throw new LinuxException(error, "open", "/proc");
        }

        Span<byte> self = stackalloc byte[16];
        if (Libc.ReadLinkAt(root, "self"u8, self, out int length) == Errno.None
            && Utf8Parser.TryParse(self[..length], out int id, out _) && id == Environment.ProcessId)
        {
            return new LiveProcfs(root, root, root, false, view, null);
        }

        Libc.Close(root);
        throw new LinuxException(Errno.ENOENT, "readlink", "/proc/self: /proc is no procfs of this process's pid namespace");
    }

    /// <summary>
    /// Makes a procfs with a view's options that hangs nowhere: fsopen(2), fsconfig(2), fsmount(2). Whoever wants it to hang
    /// somewhere hands <paramref name="mount"/> to move_mount(2).
    /// </summary>
    public static Errno Create(ProcView view, int pidNamespace, out int mount)
    {
        mount = -1;
        Errno error = Libc.FsOpen("proc"u8, out int context);
        if (error != Errno.None)
        {
            return error;
        }

        error = Configure(context, view, pidNamespace);
        if (error == Errno.None)
        {
            MountAttributes attributes = MountAttributes.NoSetUserId | MountAttributes.NoDevices | MountAttributes.NoExecute;
            error = Libc.FsMount(context, attributes | (view.ReadOnly ? MountAttributes.ReadOnly : 0), out mount);
        }

        Libc.Close(context);
        return error;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Content.Dispose();
        Tasks.Dispose();
        Machine.Dispose();
    }

    private static int CreateOrThrow(ProcView view, int pidNamespace)
    {
        Errno error = Create(view, pidNamespace, out int mount);
        return error == Errno.None
            ? mount
            : throw new LinuxException(error, "fsconfig", pidNamespace >= 0 ? "proc, pidns (Linux 6.18)" : $"proc, {view.Options}");
    }

    private static Errno Configure(int context, ProcView view, int pidNamespace)
    {
        Errno error = Errno.None;
        Span<byte> digits = stackalloc byte[16];
        if (view.HidePid != HidePid.Off)
        {
            Utf8Formatter.TryFormat((int)view.HidePid, digits, out int length);
            error = Libc.FsConfigString(context, "hidepid"u8, digits[..length]);
        }

        if (error == Errno.None && view.Gid != 0)
        {
            Utf8Formatter.TryFormat(view.Gid, digits, out int length);
            error = Libc.FsConfigString(context, "gid"u8, digits[..length]);
        }

        if (error == Errno.None && view.PidOnly)
        {
            error = Libc.FsConfigString(context, "subset"u8, "pid"u8);
        }

        if (error == Errno.None && pidNamespace >= 0)
        {
            error = Libc.FsConfigDescriptor(context, "pidns"u8, pidNamespace);
        }

        return error == Errno.None ? Libc.FsConfigCreate(context) : error;
    }
}
