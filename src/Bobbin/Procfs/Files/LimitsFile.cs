using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/limits. Kernel: fs/proc/base.c, proc_pid_limits().</summary>
internal static class LimitsFile
{
    public static void Write(in TaskReading reading, ref ProcText text) => Write(ref text, reading.Record.Limits);

    public static void Write(ref ProcText text, ResourceLimits limits)
    {
        text.Literal("Limit                     Soft Limit           Hard Limit           Units     \n"u8);
        for (int index = 0; index < ResourceLimits.Count; index++)
        {
            ResourceLimit limit = limits[(Resource)index];
            text.Left(NameOf((Resource)index), 25).Space();
            WriteValue(ref text, limit.Soft);
            WriteValue(ref text, limit.Hard);
            ReadOnlySpan<byte> unit = UnitOf((Resource)index);
            text.Left(unit, unit.IsEmpty ? 0 : 10).Line();
        }
    }

    private static void WriteValue(ref ProcText text, ulong value)
    {
        if (value == ResourceLimit.Unlimited)
        {
            text.Left("unlimited"u8, 20).Space();
        }
        else
        {
            text.Left(value, 20).Space();
        }
    }

    private static ReadOnlySpan<byte> NameOf(Resource resource) => resource switch
    {
        Resource.RLIMIT_CPU => "Max cpu time"u8,
        Resource.RLIMIT_FSIZE => "Max file size"u8,
        Resource.RLIMIT_DATA => "Max data size"u8,
        Resource.RLIMIT_STACK => "Max stack size"u8,
        Resource.RLIMIT_CORE => "Max core file size"u8,
        Resource.RLIMIT_RSS => "Max resident set"u8,
        Resource.RLIMIT_NPROC => "Max processes"u8,
        Resource.RLIMIT_NOFILE => "Max open files"u8,
        Resource.RLIMIT_MEMLOCK => "Max locked memory"u8,
        Resource.RLIMIT_AS => "Max address space"u8,
        Resource.RLIMIT_LOCKS => "Max file locks"u8,
        Resource.RLIMIT_SIGPENDING => "Max pending signals"u8,
        Resource.RLIMIT_MSGQUEUE => "Max msgqueue size"u8,
        Resource.RLIMIT_NICE => "Max nice priority"u8,
        Resource.RLIMIT_RTPRIO => "Max realtime priority"u8,
        _ => "Max realtime timeout"u8,
    };

    private static ReadOnlySpan<byte> UnitOf(Resource resource) => resource switch
    {
        Resource.RLIMIT_CPU => "seconds"u8,
        Resource.RLIMIT_NPROC => "processes"u8,
        Resource.RLIMIT_NOFILE => "files"u8,
        Resource.RLIMIT_LOCKS => "locks"u8,
        Resource.RLIMIT_SIGPENDING => "signals"u8,
        Resource.RLIMIT_NICE or Resource.RLIMIT_RTPRIO => default,
        Resource.RLIMIT_RTTIME => "us"u8,
        _ => "bytes"u8,
    };
}
