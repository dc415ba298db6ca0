using Bobbin.Kernel.Linux;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

/// <summary>A pid namespace inside this process's own: which one, and how deep.</summary>
/// <param name="Inode">Its inode number.</param>
/// <param name="Depth">How many namespaces it lies below this process's own; 0 for that one itself.</param>
internal sealed record PidNamespace(ulong Inode, int Depth)
{
    /// <summary>Looks at a descriptor of a namespace.</summary>
    /// <exception cref="LinuxException">It is none, or lies not inside this process's own.</exception>
    public static PidNamespace Of(int descriptor)
    {
        Errno error = Libc.Open("/proc/self/ns/pid"u8, OpenFlags.ReadOnly, out int own);
        if (error != Errno.None)
        {
            throw new LinuxException(error, "open", "/proc/self/ns/pid");
        }

        ulong ownInode = InodeOf(own);
        Libc.Close(own);
        return Climb(descriptor, ownInode, out int depth) == Errno.None
            ? new PidNamespace(InodeOf(descriptor), depth)
            : throw new LinuxException(Errno.EINVAL, "ioctl", "NS_GET_PARENT: not a pid namespace inside this process's own");
    }

    /// <summary>Whether a task, by the directory of it, lives in this namespace or in one inside it: ENOENT where it does not.</summary>
    public Errno Holds(int taskDirectory)
    {
        Errno error = Libc.OpenAt(taskDirectory, "ns/pid"u8, OpenFlags.ReadOnly, out int descriptor);
        if (error == Errno.None)
        {
            error = Climb(descriptor, Inode, out _);
            Libc.Close(descriptor);
        }

        return error == Errno.None || error.IsShortage ? error : Errno.ENOENT;
    }

    /// <summary>How many parents lie between a namespace and another that holds it; the errno of the last step where it does not.</summary>
    private static Errno Climb(int descriptor, ulong inode, out int steps)
    {
        int at = descriptor;
        steps = 0;
        while (InodeOf(at) != inode)
        {
            Errno error = Libc.NamespaceParent(at, out int parent);
            if (at != descriptor)
            {
                Libc.Close(at);
            }

            if (error != Errno.None)
            {
                return error;
            }

            at = parent;
            steps++;
        }

        if (at != descriptor)
        {
            Libc.Close(at);
        }

        return Errno.None;
    }

    private static ulong InodeOf(int descriptor) =>
        Libc.Stat(descriptor, out Statx stat, Statx.InodeOnly) == Errno.None ? stat.Inode : 0;
}
