namespace Bobbin.Tasks;

/// <summary>Numbers of the kernel's capabilities (<c>include/uapi/linux/capability.h</c>): bits of a capability set.</summary>
public enum Capability
{
    /// <summary>Change owners of files.</summary>
    CAP_CHOWN = 0,

    /// <summary>Pass permission checks of files.</summary>
    CAP_DAC_OVERRIDE = 1,

    /// <summary>Pass read and search checks of files.</summary>
    CAP_DAC_READ_SEARCH = 2,

    /// <summary>Act as a file's owner.</summary>
    CAP_FOWNER = 3,

    /// <summary>Keep set-id bits.</summary>
    CAP_FSETID = 4,

    /// <summary>Signal any process.</summary>
    CAP_KILL = 5,

    /// <summary>Change group ids.</summary>
    CAP_SETGID = 6,

    /// <summary>Change user ids.</summary>
    CAP_SETUID = 7,

    /// <summary>Change capability sets.</summary>
    CAP_SETPCAP = 8,

    /// <summary>Set immutable and append-only flags.</summary>
    CAP_LINUX_IMMUTABLE = 9,

    /// <summary>Bind to low ports.</summary>
    CAP_NET_BIND_SERVICE = 10,

    /// <summary>Broadcast.</summary>
    CAP_NET_BROADCAST = 11,

    /// <summary>Administer the network.</summary>
    CAP_NET_ADMIN = 12,

    /// <summary>Raw sockets.</summary>
    CAP_NET_RAW = 13,

    /// <summary>Lock memory.</summary>
    CAP_IPC_LOCK = 14,

    /// <summary>Pass checks of System V objects.</summary>
    CAP_IPC_OWNER = 15,

    /// <summary>Load kernel modules.</summary>
    CAP_SYS_MODULE = 16,

    /// <summary>Raw input and output.</summary>
    CAP_SYS_RAWIO = 17,

    /// <summary>chroot(2).</summary>
    CAP_SYS_CHROOT = 18,

    /// <summary>Trace any process.</summary>
    CAP_SYS_PTRACE = 19,

    /// <summary>Process accounting.</summary>
    CAP_SYS_PACCT = 20,

    /// <summary>Administer the system.</summary>
    CAP_SYS_ADMIN = 21,

    /// <summary>Reboot.</summary>
    CAP_SYS_BOOT = 22,

    /// <summary>Raise priorities.</summary>
    CAP_SYS_NICE = 23,

    /// <summary>Exceed resource limits.</summary>
    CAP_SYS_RESOURCE = 24,

    /// <summary>Set the clock.</summary>
    CAP_SYS_TIME = 25,

    /// <summary>Configure terminals.</summary>
    CAP_SYS_TTY_CONFIG = 26,

    /// <summary>Make device nodes.</summary>
    CAP_MKNOD = 27,

    /// <summary>Take leases.</summary>
    CAP_LEASE = 28,

    /// <summary>Write audit records.</summary>
    CAP_AUDIT_WRITE = 29,

    /// <summary>Configure audit.</summary>
    CAP_AUDIT_CONTROL = 30,

    /// <summary>Set file capabilities.</summary>
    CAP_SETFCAP = 31,

    /// <summary>Override mandatory access control.</summary>
    CAP_MAC_OVERRIDE = 32,

    /// <summary>Configure mandatory access control.</summary>
    CAP_MAC_ADMIN = 33,

    /// <summary>Configure the kernel's log.</summary>
    CAP_SYSLOG = 34,

    /// <summary>Set alarms that wake the machine.</summary>
    CAP_WAKE_ALARM = 35,

    /// <summary>Keep the machine awake.</summary>
    CAP_BLOCK_SUSPEND = 36,

    /// <summary>Read audit records.</summary>
    CAP_AUDIT_READ = 37,

    /// <summary>Measure performance.</summary>
    CAP_PERFMON = 38,

    /// <summary>Load BPF programs.</summary>
    CAP_BPF = 39,

    /// <summary>Checkpoint and restore.</summary>
    CAP_CHECKPOINT_RESTORE = 40,
}
