using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

// Clocks.
internal static unsafe partial class Libc
{
    /// <summary><c>CLOCK_BOOTTIME</c>: since boot, sleep included.</summary>
    private const int BootTime = 7;

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpecification
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int clock_gettime(int clock, TimeSpecification* time);

    /// <summary>How long ago the machine was booted, in this process's time namespace (CLOCK_BOOTTIME).</summary>
    public static TimeSpan TimeSinceBoot()
    {
        TimeSpecification time;
        _ = clock_gettime(BootTime, &time);
        return new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick));
    }
}
