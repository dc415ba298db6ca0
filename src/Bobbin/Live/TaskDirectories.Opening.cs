using System.Diagnostics.CodeAnalysis;
using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Live;

// Opening a task's directory, and finding out whose it is.
internal sealed partial class TaskDirectories
{
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
    private bool TryOpen(int id, bool thread, [NotNullWhen(true)] out TaskDirectory? directory)
    {
        directory = null;
        for (int attempt = 0; attempt < 16; attempt++)
        {
            Errno error = TaskDirectory.Open(Root, id, thread, out int descriptor);
            if (error is Errno.EMFILE or Errno.ENFILE && CloseSome())
            {
                continue;
            }

            if (error != Errno.None)
            {
                return false;
            }

            if (TryIdentify(id, descriptor, out ulong start, out int group))
            {
                TaskDirectory opened = new(new TaskKey(id, start), thread, descriptor) { Uses = 1, GroupId = group };
                if (!_usePidfs || opened.IsAlive)
                {
                    Keep(opened);
                    directory = opened;
                    return true;
                }
            }

            Libc.Close(descriptor);
        }

        return false;
    }

    private bool TryIdentify(int id, int descriptor, out ulong start, out int group)
    {
        group = 0;
        if (!_usePidfs)
        {
            return StatText.TryReadStart(descriptor, out start);
        }

        start = 0;
        Errno error = Libc.PidfdOpen(id, anyThread: true, out int pidfd);
        if (error is Errno.EMFILE or Errno.ENFILE && CloseSome())
        {
            error = Libc.PidfdOpen(id, anyThread: true, out pidfd);
        }

        if (error != Errno.None)
        {
            return false;
        }

        bool known = Libc.Stat(pidfd, out Statx stat, Statx.InodeOnly) == Errno.None;
        start = stat.Inode;
        if (Libc.PidfdGetInfo(pidfd, out PidfdInfo info) == Errno.None)
        {
            group = info.GroupId;
        }

        Libc.Close(pidfd);
        return known;
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
