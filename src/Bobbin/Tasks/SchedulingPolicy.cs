namespace Bobbin.Tasks;

/// <summary>Scheduling policies (<c>include/uapi/linux/sched.h</c>).</summary>
public enum SchedulingPolicy
{
    /// <summary>Ordinary time sharing.</summary>
    SCHED_NORMAL = 0,

    /// <summary>First in, first out.</summary>
    SCHED_FIFO = 1,

    /// <summary>Round robin.</summary>
    SCHED_RR = 2,

    /// <summary>Throughput before latency.</summary>
    SCHED_BATCH = 3,

    /// <summary>Below everything else.</summary>
    SCHED_IDLE = 5,

    /// <summary>Earliest deadline first.</summary>
    SCHED_DEADLINE = 6,

    /// <summary>By a BPF program.</summary>
    SCHED_EXT = 7,
}

/// <summary>How a task is scheduled.</summary>
/// <param name="Policy">Its policy.</param>
/// <param name="Nice">-20 to 19.</param>
/// <param name="RealTimePriority">1 to 99 under a real-time policy, else 0.</param>
/// <param name="Processor">Where it ran last.</param>
public readonly record struct Scheduling(SchedulingPolicy Policy, int Nice, int RealTimePriority, int Processor)
{
    /// <summary>
    /// Field 18 of stat: 20 + nice, below zero under a real-time policy (<c>kernel/sched/syscalls.c</c>, <c>task_prio</c>).
    /// </summary>
    public int Priority => Policy switch
    {
        SchedulingPolicy.SCHED_FIFO or SchedulingPolicy.SCHED_RR => -1 - RealTimePriority,
        SchedulingPolicy.SCHED_DEADLINE => -101,
        _ => 20 + Nice,
    };
}
