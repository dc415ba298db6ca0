using System.Diagnostics.CodeAnalysis;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;

namespace Bobbin.Live;

// Opening a task's directory, and finding out whose it is.
internal sealed partial class TaskDirectories
{
    /// <summary>Opens a file, and where descriptors lack closes some that nobody uses and tries once more.</summary>
    public Errno OpenAt(int from, ReadOnlySpan<byte> path, int flags, out int descriptor)
    {
        Errno error = Libc.OpenAt(from, path, flags, out descriptor);
        return error.IsShortage && CloseSome() ? Libc.OpenAt(from, path, flags, out descriptor) : error;
    }

    private bool TryTake(int id, bool thread, [NotNullWhen(true)] out TaskDirectory? directory)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(NumberOf(id, thread), out directory))
            {
                return false;
            }

            directory.Uses++;
            directory.WasUsed = true;
            return true;
        }
    }

    /// <summary>
    /// Opens and identifies. The pidfd is asked for after the directory is open, and the directory found alive after that: so both
    /// are of one task, since while that task lived nobody else had its id.
    /// </summary>
    private Errno Open(int id, bool thread, out TaskDirectory directory)
    {
        directory = null!;
        Errno error = Errno.None;
        for (int attempt = 0; attempt < 16; attempt++)
        {
            error = TaskDirectory.Open(Root, id, thread, out int descriptor);
            if (error.IsShortage && CloseSome())
            {
                continue;
            }

            if (error != Errno.None)
            {
                return IsNobodys(id, error) ? Errno.ENOENT : error;
            }

            error = Identify(id, descriptor, out ulong start, out int group);
            if (error == Errno.None)
            {
                TaskDirectory opened = new(new TaskKey(id, start), thread, descriptor) { Uses = 1, GroupId = group };
                if (!_usePidfs || opened.IsAlive)
                {
                    Keep(opened);
                    directory = opened;
                    return Errno.None;
                }
            }

            // Gone since it was opened: the next attempt finds nobody, or who has the id now.
            Libc.Close(descriptor);
            if (error.IsShortage && !CloseSome())
            {
                return IsNobodys(id, error) ? Errno.ENOENT : error;
            }
        }

        return error.IsShortage ? error : Errno.ENOENT;
    }

    /// <summary>
    /// Whether an open failed because nobody has the id. Without a descriptor to give, the kernel does not even look whether there is such
    /// a name; stat(2) needs none.
    /// </summary>
    private bool IsNobodys(int id, Errno error)
    {
        if (error.IsShortage)
        {
            Span<byte> name = stackalloc byte[DecimalName.MaxLength];
            error = Libc.StatAt(Root, DecimalName.Format(id, name), At.SymlinkNoFollow, out _, Statx.InodeOnly);
        }

        return error is Errno.ENOENT or Errno.ESRCH;
    }

    private Errno Identify(int id, int descriptor, out ulong start, out int group)
    {
        group = 0;
        if (!_usePidfs)
        {
            return StatText.ReadStart(descriptor, out start);
        }

        start = 0;
        Errno error = Libc.PidfdOpen(id, anyThread: true, out int pidfd);
        if (error != Errno.None)
        {
            return error;
        }

        error = Libc.Stat(pidfd, out Statx stat, Statx.InodeOnly);
        start = stat.Inode;
        if (Libc.PidfdGetInfo(pidfd, out PidfdInfo info) == Errno.None)
        {
            group = info.GroupId;
        }

        Libc.Close(pidfd);
        return error;
    }

    /// <summary>Since kernel 6.9 a pidfd's inode number tells any two tasks apart, and a pidfd of a thread can be had.</summary>
    private static bool HasPidfs()
    {
        if (Libc.PidfdOpen(Libc.GetThreadId(), anyThread: true, out int pidfd) != Errno.None)
        {
            return false;
        }

        bool has = Libc.GetFileSystemType(pidfd, out long type) == Errno.None && type == FileSystemMagic.Pidfs;
        Libc.Close(pidfd);
        return has;
    }
}
