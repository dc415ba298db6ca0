using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/schedstat: nanoseconds run, nanoseconds waited, slices. Kernel: fs/proc/base.c, proc_pid_schedstat().</summary>
internal static class SchedstatFile
{
    public static void Write(in TaskReading reading, ref ProcText text)
    {
        TaskRuns runs = reading.Record.Runs;
        text.Number(runs.RunTime).Space().Number(runs.WaitTime).Space().Number(runs.Slices).Line();
    }
}
