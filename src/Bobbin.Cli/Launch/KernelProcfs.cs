using System.Text;
using Bobbin.Cli.Serving;
using Bobbin.Kernel.Linux;
using Bobbin.Live;
using Microsoft.Win32.SafeHandles;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Cli.Launch;

/// <summary>
/// The kernel's procfs, found or made, and kept reachable beside Bobbin's: what <c>/proc/PID/fd/N</c> leads to only the kernel can
/// follow, so the server answers with links into it.
/// </summary>
internal static class KernelProcfs
{
    /// <summary>
    /// Directories that exist to be mounted on and are missed least, the best first: where FUSE is, sysfs has the first. It hides the
    /// abort switches of FUSE connections from the command.
    /// </summary>
    public static IReadOnlyList<string> Places { get; } =
        ["/sys/fs/fuse/connections", "/sys/fs/pstore", "/sys/kernel/debug", "/sys/kernel/tracing", "/sys/fs/bpf", "/mnt", "/media", "/srv"];

    /// <summary>The first place that is there; empty where none is.</summary>
    public static string FindPlace()
    {
        foreach (string place in Places)
        {
            if (Libc.StatAt(At.CurrentDirectory, Encoding.ASCII.GetBytes(place), 0, out Statx status) == Errno.None
                && (status.Mode & FileType.Mask) == FileType.Directory)
            {
                return place;
            }
        }

        return "";
    }

    /// <summary>A directory of the kernel's procfs that is mounted here: /proc, or below a Bobbin's /proc the one it keeps. Else -1.</summary>
    public static int Find()
    {
        foreach (string place in Places.Prepend("/proc"))
        {
            if (Libc.Open(Encoding.ASCII.GetBytes(place), OpenFlags.PathOnly | OpenFlags.Directory, out int directory) != Errno.None)
            {
                continue;
            }

            if (Libc.GetFileSystemType(directory, out long type) == Errno.None && type == FileSystemMagic.Proc)
            {
                return directory;
            }

            Libc.Close(directory);
        }

        return -1;
    }

    /// <summary>
    /// A mount of procfs that hangs nowhere yet, for <see cref="Attach"/>: an instance with the view's own options where that is
    /// allowed, else a copy of what is mounted here. -1 where neither can be had.
    /// </summary>
    /// <param name="options">What is shown; the links shall lead no further.</param>
    /// <param name="found">What <see cref="Find"/> found.</param>
    public static int Detach(ServerOptions options, int found)
    {
        using SafeFileHandle? pidNamespace = Server.OpenPidNamespace(options);
        if (LiveProcfs.Create(options.View, (int)(pidNamespace?.DangerousGetHandle() ?? -1), out int mount) == Errno.None)
        {
            return mount;
        }

        // Whatever masks parts of it (a container's /proc) is copied along; a user namespace allows nothing else.
        if (found < 0 || pidNamespace is not null || Libc.OpenTree(found, ""u8, OpenTreeFlags.Clone | OpenTreeFlags.Recursive | OpenTreeFlags.EmptyPath, out int copy) != Errno.None)
        {
            return -1;
        }

        if (options.View.ReadOnly)
        {
            _ = Libc.MountSetAttributes(copy, ""u8, At.EmptyPath | At.Recursive, new MountAttr { Set = (ulong)MountAttributes.ReadOnly });
        }

        return copy;
    }

    /// <summary>Hangs it at a place.</summary>
    public static Errno Attach(int mount, string place) =>
        Libc.MoveMount(mount, ""u8, At.CurrentDirectory, Encoding.ASCII.GetBytes(place), MoveMountFlags.FromEmptyPath);
}
