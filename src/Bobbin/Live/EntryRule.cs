namespace Bobbin.Live;

/// <summary>
/// Which of the kernel's checks stand before a file, so far as it matters who asks. The checks themselves are the kernel's: a rule
/// says as whom it must be asked. Section numbers and kernel places are in docs/fidelity.md.
/// </summary>
[Flags]
internal enum EntryRule
{
    /// <summary>Mode bits against the owner, checked when it is opened.</summary>
    None = 0,

    /// <summary>Everybody may read it, and it says the same to all: opened and read without asking who.</summary>
    Public = 1,

    /// <summary>Who opens it, walks through it or reads the link must be allowed to trace the task (PTRACE_MODE_READ or ATTACH).</summary>
    Trace = 2,

    /// <summary>The kernel looks at who reads, each time.</summary>
    ReaderCounts = 4,

    /// <summary>Who reads it must be allowed to trace the task, checked at each read.</summary>
    TraceAtRead = 8,

    /// <summary>Says less to who may not trace the task.</summary>
    Masked = 16,

    /// <summary>What it says depends on the capabilities of the opener: never opened with more than the caller's.</summary>
    OpenerCounts = 32,

    /// <summary>The directory is open to the task's own threads whatever its mode.</summary>
    OpenToOwnGroup = 64,

    /// <summary>A thread may always have its own.</summary>
    OpenToItself = 128,

    /// <summary>Writing it gives a user namespace its ids; of a file that is no task's: what is written are ids in the writer's user namespace.</summary>
    MapsIds = 256,

    /// <summary>Only the task itself may write it, which a server never is.</summary>
    WrittenByItself = 512,

    /// <summary>Shows and changes namespaces of who reads and writes.</summary>
    Namespaces = 1024,

    /// <summary>Shows paths as the reader's cgroup namespace has them.</summary>
    CgroupNamespace = 4096,

    /// <summary>Shows what the reader possesses: the server's own possessions must not show.</summary>
    Possessions = 2048,

    /// <summary>A setting of an ipc namespace that its owner may change without any capability.</summary>
    OfIpc = 8192,

    /// <summary>Nothing is known of it: whatever could matter does.</summary>
    Unknown = Trace | ReaderCounts | TraceAtRead | OpenerCounts,
}

/// <summary>The rules by name.</summary>
internal static class EntryRules
{
    /// <summary>Of an entry in a task's directory.</summary>
    public static EntryRule OfTask(ReadOnlySpan<byte> path)
    {
        if (path.StartsWith("ns/"u8))
        {
            return EntryRule.Trace;
        }

        if (path.StartsWith("attr/"u8))
        {
            return EntryRule.ReaderCounts | EntryRule.WrittenByItself;
        }

        return System.Text.Encoding.Latin1.GetString(path) switch
        {
            "status" or "limits" or "cmdline" or "statm" or "children" or "mounts" or "mountinfo" or "schedstat"
                or "oom_score" or "oom_adj" or "oom_score_adj" or "sessionid" or "coredump_filter" or "sched"
                or "autogroup" or "arch_status" or "timens_offsets" => EntryRule.Public,
            "cgroup" or "cpuset" => EntryRule.Public | EntryRule.CgroupNamespace,
            "comm" or "loginuid" => EntryRule.Public | EntryRule.WrittenByItself,
            "uid_map" or "gid_map" or "projid_map" or "setgroups" => EntryRule.Public | EntryRule.MapsIds,
            "stat" or "wchan" => EntryRule.ReaderCounts | EntryRule.Masked,
            "environ" or "auxv" or "mem" or "maps" or "numa_maps" or "smaps" or "smaps_rollup" or "timers" => EntryRule.Trace,
            "pagemap" => EntryRule.Trace | EntryRule.OpenerCounts,
            "io" or "syscall" or "personality" => EntryRule.ReaderCounts | EntryRule.TraceAtRead,
            "stack" => EntryRule.ReaderCounts | EntryRule.TraceAtRead | EntryRule.OpenerCounts,
            "timerslack_ns" => EntryRule.ReaderCounts | EntryRule.OpenToItself,
            "cwd" or "root" or "exe" => EntryRule.Trace,
            "fd" => EntryRule.OpenToOwnGroup,
            "map_files" => EntryRule.OpenToOwnGroup | EntryRule.Trace,
            "fdinfo" => EntryRule.Trace,
            "task" or "ns" or "attr" or "net" => EntryRule.None,
            "mountstats" or "clear_refs" or "ksm_merging_pages" or "ksm_stat" => EntryRule.None,
            _ => EntryRule.Unknown,
        };
    }

    /// <summary>Of a path below an entry of a task that has no fixed names below: what walking there asks for, and the thing itself.</summary>
    public static (EntryRule Walk, EntryRule Rule) BelowTask(ReadOnlySpan<byte> path)
    {
        if (path.StartsWith("net/"u8))
        {
            return (EntryRule.Public, OfNet(path));
        }

        return path.StartsWith("fd/"u8) ? (EntryRule.OpenToOwnGroup, EntryRule.Trace)
            : path.StartsWith("map_files/"u8) ? (EntryRule.OpenToOwnGroup | EntryRule.Trace, EntryRule.Trace)
            : path.StartsWith("fdinfo/"u8) ? (EntryRule.Trace, EntryRule.Trace)
            : (EntryRule.None, EntryRule.Unknown);
    }

    /// <summary>Of a path from the root: what walking there asks for, and the thing itself.</summary>
    public static (EntryRule Walk, EntryRule Rule) BelowRoot(ReadOnlySpan<byte> path)
    {
        EntryRule rule = OfStatic(path);
        return (path.Contains((byte)'/') ? rule & EntryRule.Namespaces : EntryRule.Public, rule);
    }

    /// <summary>Of a file below <c>net</c>. Many print kernel addresses to those who may see them.</summary>
    public static EntryRule OfNet(ReadOnlySpan<byte> path) => System.Text.Encoding.Latin1.GetString(path) switch
    {
        "net/dev" or "net/snmp" or "net/snmp6" or "net/netstat" or "net/sockstat" or "net/sockstat6" or "net/arp" or "net/route"
            or "net/if_inet6" => EntryRule.Public,
        _ => EntryRule.ReaderCounts,
    };

    /// <summary>Of an entry that no task has.</summary>
    public static EntryRule OfStatic(ReadOnlySpan<byte> path)
    {
        if (path.SequenceEqual("sys/net/ipv4/ping_group_range"u8))
        {
            return EntryRule.ReaderCounts | EntryRule.Namespaces | EntryRule.MapsIds;
        }

        if (path.StartsWith("sys/"u8) || path.StartsWith("sysvipc/"u8))
        {
            return EntryRule.ReaderCounts | EntryRule.Namespaces | (IsOfIpc(path) ? EntryRule.OfIpc : EntryRule.None);
        }

        return System.Text.Encoding.Latin1.GetString(path) switch
        {
            "uptime" or "stat" or "meminfo" or "loadavg" or "cpuinfo" or "version" or "vmstat" or "cmdline" or "filesystems"
                or "devices" or "diskstats" or "partitions" or "swaps" or "interrupts" or "softirqs" => EntryRule.Public,
            "keys" or "key-users" => EntryRule.ReaderCounts | EntryRule.Possessions,
            _ => EntryRule.ReaderCounts,
        };
    }

    /// <summary>Those beside them, which set the next id, ask for a capability (<c>ipc/ipc_sysctl.c</c>, ipc_permissions).</summary>
    private static bool IsOfIpc(ReadOnlySpan<byte> path) =>
        path.StartsWith("sys/fs/mqueue/"u8)
        || System.Text.Encoding.Latin1.GetString(path) is "sys/kernel/shmmax" or "sys/kernel/shmall" or "sys/kernel/shmmni" or "sys/kernel/shm_rmid_forced"
            or "sys/kernel/msgmax" or "sys/kernel/msgmni" or "sys/kernel/msgmnb" or "sys/kernel/sem";
}
