namespace Bobbin.Procfs.Files;

/// <summary>
/// Files that say nothing of a table's tasks: /proc/PID/timers, since they have no POSIX timers, and arch_status, since their
/// processors have nothing to tell.
/// </summary>
internal static class EmptyFile
{
    public static void Write(in TaskReading reading, ref ProcText text)
    {
    }
}
