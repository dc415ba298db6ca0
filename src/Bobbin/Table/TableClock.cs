using System.Diagnostics;

namespace Bobbin.Table;

/// <summary>A table's time. It runs by itself from the moment it is made, until it is set by hand: then only by hand.</summary>
public sealed class TableClock
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _byHand = -1;

    /// <summary>When the machine was booted: nanoseconds since 1970-01-01 UTC.</summary>
    public long BootTime { get; init; } = (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    /// <summary>Nanoseconds since boot. Setting it stops the clock there.</summary>
    public ulong Uptime
    {
        get
        {
            long byHand = Volatile.Read(ref _byHand);
            return byHand >= 0 ? (ulong)byHand : (ulong)Stopwatch.GetElapsedTime(_started).Ticks * 100;
        }
        set => Volatile.Write(ref _byHand, checked((long)value));
    }

    /// <summary>A clock that stands at a time until it is set.</summary>
    public static TableClock StoppedAt(ulong uptime, long bootTime = 1_767_225_600_000_000_000) =>
        new() { BootTime = bootTime, Uptime = uptime };

    /// <summary>Sets the clock forward.</summary>
    public void Advance(ulong nanoseconds) => Uptime += nanoseconds;
}
