using Bobbin.Kernel.Linux;

namespace Bobbin.Sources;

/// <summary>Who has an id now, as the kernel says without /proc and to everybody; what it does not say is 0 or null.</summary>
internal struct TaskFacts
{
    /// <summary>Unlike that of every other task since boot; 0 before Linux 6.9.</summary>
    public ulong Identity;

    /// <summary>Its process; 0 if that is not told, as of other threads before Linux 6.13.</summary>
    public int Process;

    /// <summary>Whether it is sure that it leads no process.</summary>
    public bool IsOtherThread;

    public uint? User;
    public int? Parent;

    /// <summary>Asks by a pidfd.</summary>
    public static TaskFacts Of(int id)
    {
        TaskFacts facts = default;
        Errno errno = Libc.PidfdOpen(id, anyThread: true, out int pidfd);
        if (errno == Errno.EINVAL)
        {
            // Before 6.9 only a leader has one, and EINVAL is also the answer about another thread.
            errno = Libc.PidfdOpen(id, anyThread: false, out pidfd);
            facts.IsOtherThread = errno == Errno.EINVAL;
            facts.Process = errno == Errno.None ? id : 0;
        }

        if (errno != Errno.None)
        {
            return facts;
        }

        if (Libc.GetFileSystemType(pidfd, out long type) == Errno.None && type == FileSystemMagic.Pidfs
            && Libc.Stat(pidfd, out Statx status, Statx.InodeOnly) == Errno.None)
        {
            facts.Identity = status.Inode;
        }

        if (Libc.PidfdGetInfo(pidfd, out PidfdInfo info) == Errno.None)
        {
            facts.Process = info.GroupId;
            facts.Parent = info.ParentId;
            facts.User = info.UserId;
        }
        else if (facts.Process == 0 && Libc.PidfdOpen(id, anyThread: false, out int leader) is var answer)
        {
            facts.Process = answer == Errno.None ? id : 0;
            facts.IsOtherThread = answer is Errno.ENOENT or Errno.EINVAL;
            Libc.Close(leader);
        }

        Libc.Close(pidfd);
        facts.IsOtherThread |= facts.Process != 0 && facts.Process != id;
        return facts;
    }
}
