namespace Bobbin.Procfs.Files;

/// <summary>USER_HZ, the unit of times in /proc: a hundredth of a second.</summary>
internal static class Ticks
{
    /// <summary>Nanoseconds as ticks.</summary>
    public static ulong Of(ulong nanoseconds) => nanoseconds / 10_000_000;
}
