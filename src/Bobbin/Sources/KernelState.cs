using System.Numerics;
using Bobbin.Tasks;

namespace Bobbin.Sources;

/// <summary>
/// The letter for the kernel's two words of a task's state (<c>include/linux/sched.h</c>, <c>fs/proc/array.c</c>).
/// </summary>
internal static class KernelState
{
    // Bits that are shown, by their number from 1: S, D, T, t, X (EXIT_DEAD), Z (EXIT_ZOMBIE), P; and I for TASK_REPORT_IDLE.
    private const uint Shown = 0x7F;
    private const uint Uninterruptible = 0x2, NoLoad = 0x400, RealTimeLockWait = 0x1000, Frozen = 0x8000;

    public static TaskState Of(uint state, uint exitState)
    {
        if ((state & (Uninterruptible | NoLoad)) == (Uninterruptible | NoLoad))
        {
            return TaskState.Idle;
        }

        if ((state & (RealTimeLockWait | Frozen)) != 0)
        {
            return TaskState.DiskSleep;
        }

        uint shown = (state | exitState) & Shown;
        return (TaskState)"RSDTtXZP"u8[32 - BitOperations.LeadingZeroCount(shown)];
    }
}
