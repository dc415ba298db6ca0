namespace Bobbin.Snapshots;

/// <summary>USER_HZ, in which /proc counts times: a hundredth of a second on every architecture that .NET runs on.</summary>
internal static class ClockTicks
{
    public const ulong PerSecond = 100;

    /// <summary>Nanoseconds in one.</summary>
    public const ulong Nanoseconds = 1_000_000_000 / PerSecond;

    public static TimeSpan Duration(ulong ticks) => new((long)(ticks * (ulong)(TimeSpan.TicksPerSecond / (long)PerSecond)));
}
