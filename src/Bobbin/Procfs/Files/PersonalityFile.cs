namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/personality. Kernel: fs/proc/base.c, proc_pid_personality().</summary>
internal static class PersonalityFile
{
    public static void Write(in TaskReading reading, ref ProcText text) => text.Hex(reading.Record.Personality, 8).Line();
}
