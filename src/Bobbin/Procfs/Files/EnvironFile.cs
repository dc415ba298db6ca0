using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/environ: the environment at the time of execve(2). Kernel: fs/proc/base.c, environ_read().</summary>
internal static class EnvironFile
{
    public static void Write(in TaskReading reading, ref ProcText text)
    {
        if (reading.Record.Memory is { } memory)
        {
            text.Literal(memory.Environment.Span);
        }
    }

    /// <summary>
    /// Whether a task still has the memory that it had: a file opened before execve(2) must not show what runs after it. A new
    /// program has an environment of its own, so its bytes lie elsewhere.
    /// </summary>
    public static bool IsSameMemory(in TaskRecord opened, in TaskRecord now) =>
        opened.Memory is { } before && now.Memory is { } after && before.Environment.Equals(after.Environment);
}
