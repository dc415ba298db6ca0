using System.Buffers.Text;
using Bobbin.Kernel.Linux;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

/// <summary>
/// Tracing inside a user namespace that this process cannot enter. Asked from outside as the user who made the namespace, the kernel would
/// grant every capability in it, which whoever is inside may have given up. It then comes down to whether the task is dumpable
/// (<c>kernel/ptrace.c</c>, __ptrace_may_access), which nothing says outright.
/// </summary>
internal static class NestedTracing
{
    private const uint Overflow = 65534;

    /// <summary>Whether a task's user namespace was made in a given one, so that no other lies between.</summary>
    public static bool IsMadeIn(TaskDirectory task, ulong parent)
    {
        if (parent == 0 || Libc.OpenAt(task.Descriptor, "ns/user"u8, OpenFlags.ReadOnly, out int own) != Errno.None)
        {
            return false;
        }

        bool made = false;
        if (Libc.NamespaceParent(own, out int above) == Errno.None)
        {
            made = Libc.Stat(above, out Statx stat) == Errno.None && stat.Inode == parent;
            Libc.Close(above);
        }

        Libc.Close(own);
        return made;
    }

    /// <summary>Whether a caller without capabilities may trace a task of its namespace: all ids are the caller's, and it is dumpable.</summary>
    public static bool NeedsNoCapability(CallerIdentity who, TaskDirectory task, in StatusText status)
    {
        for (int index = 0; index < 3; index++)
        {
            if (!status.TryNumber("Uid:"u8, index, out uint user) || user != who.UserId
                || !status.TryNumber("Gid:"u8, index, out uint group) || group != who.GroupId)
            {
                return false;
            }
        }

        return IsDumpable(task, who.UserId);
    }

    /// <summary>
    /// Whether a user's task is dumpable for sure: its files are the user's, while those of one that is not are user 0's of the namespace that
    /// it was executed in. Nobody knows where that is the same user.
    /// </summary>
    private static bool IsDumpable(TaskDirectory task, uint user) =>
        user is not 0 and not Overflow
        && Libc.StatAt(task.Descriptor, "stat"u8, At.SymlinkNoFollow, out Statx stat) == Errno.None && stat.UserId == user
        && TryReadFirstUser(task, out uint first) && first != user;

    /// <summary>Who user 0 of a task's namespace is here; <see cref="Overflow"/> where there is none.</summary>
    private static bool TryReadFirstUser(TaskDirectory task, out uint user)
    {
        user = Overflow;
        if (Libc.OpenAt(task.Descriptor, "uid_map"u8, OpenFlags.ReadOnly, out int file) != Errno.None)
        {
            return false;
        }

        // At most 340 lines of 33 bytes (UID_GID_MAP_MAX_EXTENTS).
        Span<byte> buffer = stackalloc byte[(340 * 33) + 1];
        Errno error = Libc.ReadAt(file, buffer, 0, out int length);
        Libc.Close(file);
        ReadOnlySpan<byte> text = buffer[..length];
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range].TrimStart((byte)' ');
            if (Utf8Parser.TryParse(line, out uint inside, out int used) && inside == 0
                && Utf8Parser.TryParse(line[used..].TrimStart((byte)' '), out uint outside, out _))
            {
                user = outside;
            }
        }

        return error == Errno.None && length < buffer.Length;
    }
}
