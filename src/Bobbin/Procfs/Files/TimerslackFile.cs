using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/timerslack_ns: of oneself, or with CAP_SYS_NICE. Kernel: fs/proc/base.c, timerslack_ns_write().</summary>
internal static class TimerslackFile
{
    public static void Write(in TaskReading reading, ref ProcText text) => text.Number(reading.Record.TimerSlack).Line();

    public static Errno Store(in TaskWriting writing, ReadOnlySpan<byte> data, ref int count)
    {
        Errno error = WrittenNumber.TryParse(data, radix: 10, out ulong value);
        return error != Errno.None ? error
            : !writing.Content.Records.IsAlive(writing.Task) ? Errno.ESRCH
            : !MayTouch(writing.Content.TaskAccess, writing.Writer, writing.Task) ? Errno.EPERM
            : writing.Content.Records.SetTimerSlack(writing.Task, value);
    }

    public static bool MayTouch(TaskAccess access, in Caller caller, TaskKey task) =>
        access.IsItself(caller, task.Id) || access.Credentials.HasCapability(caller, Capability.CAP_SYS_NICE);
}
