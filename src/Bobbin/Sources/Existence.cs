using Bobbin.Kernel.Linux;

namespace Bobbin.Sources;

/// <summary>Whether a task has an id, as a system call about it has it: any thread's, in this process's pid namespace.</summary>
internal static class Existence
{
    /// <summary>Whether a task has the id. A refusal is about a task, too.</summary>
    public static bool Has(int id) => Libc.FindTask(id) != Errno.ESRCH;

    /// <summary>Null where the call can be trusted to tell; else why not.</summary>
    public static string? WhyNot()
    {
        // A filter of system calls (seccomp) refuses it whatever the id.
        Errno impossible = Libc.FindTask(int.MaxValue), own = Libc.FindTask(Libc.getpid());
        return impossible != Errno.ESRCH ? $"sched_getscheduler of an id that no task can have: {impossible.Describe()}"
            : own != Errno.None ? $"sched_getscheduler of this process: {own.Describe()}"
            : null;
    }
}
