using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bobbin.Sources;

/// <summary>
/// What <see cref="IteratorProgram"/> writes for each thread, in the kernel's own units; for a leader, <see cref="GroupRecord"/> follows.
/// Times are nanoseconds. The names in the comments are members of <c>struct task_struct</c>.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ThreadRecord
{
    public int Id;                    // pid
    public int Group;                 // tgid
    public ulong StartTime;           // start_boottime
    public KernelName Name;           // comm
    public ulong UserTime;            // utime
    public ulong SystemTime;          // stime
    public ulong RunTime;             // se.sum_exec_runtime
    public ulong ShownUserTime;       // prev_cputime.utime
    public ulong ShownSystemTime;     // prev_cputime.stime
    public ulong GuestTime;           // gtime
    public ulong MinorFaults;         // min_flt
    public ulong MajorFaults;         // maj_flt
    public ulong BlockDelay;          // delays->blkio_delay
    public uint Flags;                // flags
    public uint State;                // __state
    public uint ExitState;            // exit_state
    public int Priority;              // prio
    public int StaticPriority;        // static_prio
    public uint RealTimePriority;     // rt_priority
    public uint Policy;               // policy
    public uint Processor;            // thread_info.cpu
}

/// <summary>
/// What the program writes for each thread group, behind its leader's record. The names are members of <c>struct signal_struct</c>
/// unless they say otherwise.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GroupRecord
{
    public int ParentId;              // task_struct.real_parent->tgid
    public int ThreadCount;           // nr_threads
    public int ProcessGroupId;        // pids[PIDTYPE_PGID]->numbers[0].nr
    public int SessionId;             // pids[PIDTYPE_SID]->numbers[0].nr
    public int TerminalMajor;         // tty->driver->major
    public int TerminalMinorStart;    // tty->driver->minor_start
    public int TerminalIndex;         // tty->index
    public int ForegroundGroupId;     // tty->ctrl.pgrp->numbers[0].nr
    public ulong EndedUserTime;       // utime: of the threads that have ended
    public ulong EndedSystemTime;     // stime
    public ulong EndedRunTime;        // sum_sched_runtime
    public ulong ShownUserTime;       // prev_cputime.utime
    public ulong ShownSystemTime;     // prev_cputime.stime
    public ulong ChildrenUserTime;    // cutime
    public ulong ChildrenSystemTime;  // cstime
    public ulong EndedGuestTime;      // gtime
    public ulong ChildrenGuestTime;   // cgtime
    public ulong EndedMinorFaults;    // min_flt
    public ulong EndedMajorFaults;    // maj_flt
    public ulong ChildrenMinorFaults; // cmin_flt
    public ulong ChildrenMajorFaults; // cmaj_flt
    public ulong ResidentLimit;       // rlim[RLIMIT_RSS].rlim_cur
    public ulong TotalPages;          // task_struct.mm->total_vm
    public long FilePages;            // mm->rss_stat[MM_FILEPAGES].count
    public long AnonymousPages;       // mm->rss_stat[MM_ANONPAGES].count
    public long SharedPages;          // mm->rss_stat[MM_SHMEMPAGES].count
    public uint UserId;               // task_struct.real_cred->uid
    public uint EffectiveUserId;      // real_cred->euid
    public uint GroupId;              // real_cred->gid
    public uint EffectiveGroupId;     // real_cred->egid
    public int ExitSignal;            // task_struct.exit_signal
    private readonly int _padding;
}

/// <summary><c>char[TASK_COMM_LEN]</c>.</summary>
[InlineArray(16)]
internal struct KernelName
{
    private byte _first;
}
