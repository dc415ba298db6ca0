using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/comm: the thread's name, raw. Kernel: fs/proc/base.c, comm_show() and comm_write().</summary>
internal static class CommFile
{
    private const int MaxLength = 15; // TASK_COMM_LEN without its NUL

    public static void Write(in TaskReading reading, ref ProcText text) => text.Literal(reading.Record.Name.Span).Line();

    /// <summary>Only the task's own group may; a longer name is cut, and still all of it counts as written.</summary>
    public static Errno Store(in TaskWriting writing, ReadOnlySpan<byte> data, ref int count)
    {
        if (writing.Content.Records.FindGroup(writing.Task, out int group) != Errno.None)
        {
            return Errno.ESRCH;
        }

        return writing.Content.TaskAccess.IsOwnGroup(writing.Writer, group)
            ? writing.Content.Records.SetName(writing.Task, data[..Math.Min(data.Length, MaxLength)])
            : Errno.EINVAL;
    }
}
