using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/oom_score. Kernel: fs/proc/base.c, proc_oom_score().</summary>
internal static class OomScoreFile
{
    public static void Write(in TaskReading reading, ref ProcText text) => text.Number(reading.Record.OomScore).Line();
}

/// <summary>/proc/PID/oom_score_adj: -1000 to 1000. Kernel: fs/proc/base.c, oom_score_adj_write() and __set_oom_adj().</summary>
internal static class OomScoreAdjFile
{
    public static void Write(in TaskReading reading, ref ProcText text) => text.Number(reading.Record.OomScoreAdj).Line();

    public static Errno Store(in TaskWriting writing, ReadOnlySpan<byte> data, ref int count)
    {
        Errno error = WrittenNumber.TryTake(data, ref count, out long value);
        if (error != Errno.None)
        {
            return error;
        }

        return value is < -1000 or > 1000
            ? Errno.EINVAL
            : writing.Content.Records.SetOomScoreAdj(writing.Task, (int)value, OomAdjFile.MayLower(writing));
    }
}

/// <summary>/proc/PID/oom_adj, of old: -17 to 15. Kernel: fs/proc/base.c, oom_adj_read() and oom_adj_write().</summary>
internal static class OomAdjFile
{
    private const int Disable = -17;
    private const int Most = 15;

    public static void Write(in TaskReading reading, ref ProcText text)
    {
        int adjustment = reading.Record.OomScoreAdj;
        text.Number(adjustment == 1000 ? Most : Math.Min(adjustment * -Disable / 1000, Most)).Line();
    }

    public static Errno Store(in TaskWriting writing, ReadOnlySpan<byte> data, ref int count)
    {
        Errno error = WrittenNumber.TryTake(data, ref count, out long value);
        if (error != Errno.None)
        {
            return error;
        }

        if (value is < Disable or > Most)
        {
            return Errno.EINVAL;
        }

        int adjustment = value == Most ? 1000 : (int)value * 1000 / -Disable;
        if (!writing.Content.Records.TryGetRecord(writing.Task, out TaskRecord record))
        {
            return Errno.ESRCH;
        }

        bool mayLower = MayLower(writing);
        return adjustment < record.OomScoreAdj && !mayLower
            ? Errno.EACCES
            : writing.Content.Records.SetOomScoreAdj(writing.Task, adjustment, mayLower);
    }

    /// <summary>Below what the task's starter set, only with CAP_SYS_RESOURCE.</summary>
    public static bool MayLower(in TaskWriting writing) =>
        writing.Content.TaskAccess.Credentials.HasCapability(writing.Writer, Capability.CAP_SYS_RESOURCE);
}
