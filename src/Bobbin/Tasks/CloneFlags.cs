namespace Bobbin.Tasks;

/// <summary>Flags of clone(2) and unshare(2) (<c>include/uapi/linux/sched.h</c>).</summary>
[Flags]
public enum CloneFlags : ulong
{
    /// <summary>Nothing is shared.</summary>
    None = 0,

    /// <summary>A new time namespace (unshare(2) and clone3(2) only).</summary>
    CLONE_NEWTIME = 0x80,

    /// <summary>Memory is shared.</summary>
    CLONE_VM = 0x100,

    /// <summary>Root, working directory and umask are shared.</summary>
    CLONE_FS = 0x200,

    /// <summary>Open files are shared.</summary>
    CLONE_FILES = 0x400,

    /// <summary>Signal handlers are shared.</summary>
    CLONE_SIGHAND = 0x800,

    /// <summary>The child is traced too.</summary>
    CLONE_PTRACE = 0x2000,

    /// <summary>The parent waits until the child lets go of its memory.</summary>
    CLONE_VFORK = 0x4000,

    /// <summary>The child's parent is the caller's parent.</summary>
    CLONE_PARENT = 0x8000,

    /// <summary>The child is a thread of the caller's group.</summary>
    CLONE_THREAD = 0x10000,

    /// <summary>A new mount namespace.</summary>
    CLONE_NEWNS = 0x20000,

    /// <summary>A new cgroup namespace.</summary>
    CLONE_NEWCGROUP = 0x2000000,

    /// <summary>A new namespace of host names.</summary>
    CLONE_NEWUTS = 0x4000000,

    /// <summary>A new namespace of System V objects.</summary>
    CLONE_NEWIPC = 0x8000000,

    /// <summary>A new user namespace.</summary>
    CLONE_NEWUSER = 0x10000000,

    /// <summary>A new pid namespace: for the child with clone(2), for the next child with unshare(2).</summary>
    CLONE_NEWPID = 0x20000000,

    /// <summary>A new network namespace.</summary>
    CLONE_NEWNET = 0x40000000,
}
