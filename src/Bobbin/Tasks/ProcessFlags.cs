namespace Bobbin.Tasks;

/// <summary>Flags of a task, field 9 of stat (<c>include/linux/sched.h</c>): those that a table knows.</summary>
[Flags]
public enum ProcessFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Is being shut down.</summary>
    PF_EXITING = 0x4,

    /// <summary>A worker of io_uring.</summary>
    PF_IO_WORKER = 0x10,

    /// <summary>A worker of a work queue.</summary>
    PF_WQ_WORKER = 0x20,

    /// <summary>Forked, and has not called execve(2) since.</summary>
    PF_FORKNOEXEC = 0x40,

    /// <summary>Used superuser privileges.</summary>
    PF_SUPERPRIV = 0x100,

    /// <summary>Killed by a signal.</summary>
    PF_SIGNALED = 0x400,

    /// <summary>Its address space is made at random.</summary>
    PF_RANDOMIZE = 0x400000,

    /// <summary>A kernel thread.</summary>
    PF_KTHREAD = 0x200000,

    /// <summary>May not change its own allowed processors.</summary>
    PF_NO_SETAFFINITY = 0x4000000,
}
