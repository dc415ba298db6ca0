using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary><c>struct perf_event_attr</c>, its first version (<c>include/uapi/linux/perf_event.h</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PerfEventAttributes
{
    public uint Type;          // type
    public uint Size;          // size
    public ulong Config;       // config
    public ulong SamplePeriod; // sample_period
    public ulong SampleType;   // sample_type
    public ulong ReadFormat;   // read_format
    public ulong Flags;        // disabled, inherit, ...
    public uint WakeupEvents;  // wakeup_events
    public uint BreakpointType;
    public ulong Config1;
}

// perf_event_open(2).
internal static unsafe partial class Libc
{
    /// <summary>An event that counts, or samples, on one processor whatever runs there.</summary>
    public static Errno PerfEventOpen(in PerfEventAttributes attributes, int processor, out int descriptor)
    {
        const int Everybody = -1, NoGroup = -1, CloseOnExec = 8;
        fixed (PerfEventAttributes* at = &attributes)
        {
            descriptor = (int)syscall(SystemCall.PerfEventOpen, (nint)at, Everybody, processor, NoGroup, CloseOnExec);
            return Failure(descriptor);
        }
    }
}
