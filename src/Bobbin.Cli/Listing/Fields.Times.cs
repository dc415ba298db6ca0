using Bobbin.Snapshots;

namespace Bobbin.Cli.Listing;

// Times.
internal static partial class Fields
{
    private static Field[] Times() =>
    [
        new("time", "TIME", FieldKind.Time, "processor time, [days-]hours:minutes:seconds", (cells, _, task) => Clock(cells, ProcessorTime(task), alwaysHours: true))
            { Aliases = ["cputime"], Key = (_, task) => ProcessorTime(task).Ticks },
        Number("cputimes", "TIME", "processor time, seconds", (_, task) => (long)ProcessorTime(task).TotalSeconds) with { Aliases = ["times"] },
        new("utime", "UTIME", FieldKind.Number, "processor time in user mode, seconds", (cells, _, task) => cells.Number(UserTime(task).Ticks / TimeSpan.TicksPerSecond).Byte((byte)'.').TwoDigits(UserTime(task).Ticks / 100_000 % 100))
            { Key = (_, task) => UserTime(task).Ticks },
        new("stime", "STIME", FieldKind.Number, "processor time in the kernel, seconds", (cells, _, task) => cells.Number(SystemTime(task).Ticks / TimeSpan.TicksPerSecond).Byte((byte)'.').TwoDigits(SystemTime(task).Ticks / 100_000 % 100))
            { Key = (_, task) => SystemTime(task).Ticks },
        new("start", "START", FieldKind.Time, "when it started: the time, the day if that is not today, the year if not this one", WriteStart)
            { Aliases = ["start_time", "bsdstart"], Key = (_, task) => task.Thread.Identity.StartTicks },
        new("lstart", "STARTED", FieldKind.Time, "when it started, in full", (cells, _, task) => cells.Time(task.Thread.StartTime.ToLocalTime(), "yyyy-MM-dd HH:mm:ss"))
            { Key = (_, task) => task.Thread.Identity.StartTicks },
        new("etime", "ELAPSED", FieldKind.Time, "time since it started", (cells, scene, task) => Clock(cells, scene.Tasks.TakenAt - task.Thread.StartTime, alwaysHours: false))
            { Key = (_, task) => -(double)task.Thread.Identity.StartTicks },
        Number("etimes", "ELAPSED", "time since it started, seconds", (scene, task) => (long)(scene.Tasks.TakenAt - task.Thread.StartTime).TotalSeconds),
    ];

    private static TimeSpan UserTime(ListedTask task) => task.IsThread ? task.Thread.UserTime : task.Process.UserTime;

    private static TimeSpan SystemTime(ListedTask task) => task.IsThread ? task.Thread.SystemTime : task.Process.SystemTime;

    private static void Clock(CellBuffer cells, TimeSpan time, bool alwaysHours)
    {
        long seconds = Math.Max(0, time.Ticks / TimeSpan.TicksPerSecond);
        long days = seconds / 86_400;
        if (days > 0)
        {
            cells.Number(days).Byte((byte)'-');
        }

        if (alwaysHours || seconds >= 3600)
        {
            cells.TwoDigits(seconds / 3600 % 24).Byte((byte)':');
        }

        cells.TwoDigits(seconds / 60 % 60).Byte((byte)':').TwoDigits(seconds % 60);
    }

    private static void WriteStart(CellBuffer cells, ListingScene scene, ListedTask task)
    {
        DateTimeOffset start = task.Thread.StartTime.ToLocalTime();
        if (start.Date == scene.Now.Date)
        {
            cells.TwoDigits(start.Hour).Byte((byte)':').TwoDigits(start.Minute);
        }
        else
        {
            cells.Time(start, start.Year == scene.Now.Year ? "MMMdd" : "yyyy");
        }
    }
}
