namespace Bobbin.Procfs;

/// <summary>Time as <see cref="ProcAttributes.Time"/> wants it.</summary>
internal static class ProcClock
{
    /// <summary>Nanoseconds since 1970-01-01 UTC.</summary>
    public static long Now => (DateTime.UtcNow.Ticks - DateTime.UnixEpoch.Ticks) * 100;
}
