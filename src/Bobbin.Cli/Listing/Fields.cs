using Bobbin.Snapshots;
using Bobbin.Tasks;

namespace Bobbin.Cli.Listing;

/// <summary>All fields, by the names that ps(1) gives them.</summary>
internal static partial class Fields
{
    private static readonly Field[] s_all =
    [
        .. Identity(), .. Usage(), .. Times(), .. Scheduling(), .. Texts(),
    ];

    /// <summary>Every field, in the order of help.</summary>
    public static IReadOnlyList<Field> All => s_all;

    /// <summary>Finds a field by any of its names.</summary>
    public static Field? Find(string name) =>
        Array.Find(s_all, field => field.Name == name || field.Aliases.Contains(name));

    /// <summary>Fields by name, each known.</summary>
    public static Field[] Of(params ReadOnlySpan<string> names)
    {
        Field[] fields = new Field[names.Length];
        for (int i = 0; i < names.Length; i++)
        {
            fields[i] = Find(names[i]) ?? throw new ArgumentException(names[i], nameof(names));
        }

        return fields;
    }

    private static Field Number(string name, string header, string description, Func<ListingScene, ListedTask, long> value) =>
        new(name, header, FieldKind.Number, description, (cells, scene, task) => cells.Number(value(scene, task)))
        {
            Key = (scene, task) => value(scene, task),
        };

    private static Field OptionalNumber(string name, string header, string description, Func<ListedTask, uint?> value) =>
        new(name, header, FieldKind.Number, description, (cells, _, task) =>
        {
            if (value(task) is uint known)
            {
                cells.Number(known);
            }
            else
            {
                cells.Byte((byte)'-');
            }
        })
        {
            Key = (_, task) => value(task) ?? -1d,
        };

    private static Field Share(string name, string header, string description, Func<ListingScene, ListedTask, double> value) =>
        new(name, header, FieldKind.Number, description, (cells, scene, task) => cells.Tenths(value(scene, task))) { Key = value };

    private static Field[] Identity() =>
    [
        Number("pid", "PID", "process id", (_, task) => task.Process.Id) with { Aliases = ["tgid"] },
        new("tid", "TID", FieldKind.Number, "thread id; - on the line of a process whose threads follow", WriteThreadId)
            { Aliases = ["lwp", "spid"], Key = (_, task) => task.Thread.Id },
        Number("ppid", "PPID", "id of the parent process; 0: none that this pid namespace sees", (_, task) => task.Process.ParentId),
        Number("pgid", "PGID", "process group", (_, task) => task.Process.ProcessGroupId) with { Aliases = ["pgrp"] },
        Number("sid", "SID", "session", (_, task) => task.Process.SessionId) with { Aliases = ["sess", "session"] },
        User("user", "USER", "name of the effective user", task => task.Process.EffectiveUserId) with { Aliases = ["euser", "uname"] },
        OptionalNumber("uid", "UID", "effective user id", task => task.Process.EffectiveUserId) with { Aliases = ["euid"] },
        User("ruser", "RUSER", "name of the real user", task => task.Process.UserId),
        OptionalNumber("ruid", "RUID", "real user id", task => task.Process.UserId),
        Group("group", "GROUP", "name of the effective group", task => task.Process.EffectiveGroupId) with { Aliases = ["egroup"] },
        OptionalNumber("gid", "GID", "effective group id", task => task.Process.EffectiveGroupId) with { Aliases = ["egid"] },
        OptionalNumber("rgid", "RGID", "real group id", task => task.Process.GroupId),
        new("tty", "TTY", FieldKind.Text, "controlling terminal", (cells, _, task) => Terminals.Write(cells, task.Process.Terminal)) { Aliases = ["tt", "tname"] },
        Number("tpgid", "TPGID", "process group in the foreground of the terminal; -1: no terminal", (_, task) => task.Process.ForegroundGroupId),
        Number("nlwp", "NLWP", "threads of the process", (_, task) => task.Process.ThreadCount) with { Aliases = ["thcount"] },
    ];

    private static void WriteThreadId(CellBuffer cells, ListingScene scene, ListedTask task)
    {
        if (task.HasThreads)
        {
            cells.Byte((byte)'-');
        }
        else
        {
            cells.Number(task.Thread.Id);
        }
    }

    private static Field User(string name, string header, string description, Func<ListedTask, uint?> id) =>
        new(name, header, FieldKind.Text, description, (cells, scene, task) => cells.Foreign(id(task) is uint known ? scene.Names.User(known) : "-"u8));

    private static Field Group(string name, string header, string description, Func<ListedTask, uint?> id) =>
        new(name, header, FieldKind.Text, description, (cells, scene, task) => cells.Foreign(id(task) is uint known ? scene.Names.Group(known) : "-"u8));

    private static Field[] Usage() =>
    [
        Share("%cpu", "%CPU", "processor time, of one processor: since its start, or since the table before", ProcessorPercent) with { Aliases = ["pcpu"] },
        Share("%mem", "%MEM", "rss, of the machine's memory", (scene, task) => 100d * task.Process.ResidentBytes / Math.Max(1, scene.MemoryBytes)) with { Aliases = ["pmem"] },
        Number("rss", "RSS", "resident memory, KiB", (_, task) => (long)(task.Process.ResidentBytes / 1024)) with { Aliases = ["rssize", "rsz"] },
        Number("vsz", "VSZ", "address space, KiB", (_, task) => (long)(task.Process.VirtualBytes / 1024)) with { Aliases = ["vsize"] },
        Number("minflt", "MINFLT", "page faults without I/O", (_, task) => (long)(task.IsThread ? task.Thread.MinorFaults : task.Process.MinorFaults)) with { Aliases = ["min_flt"] },
        Number("majflt", "MAJFLT", "page faults with I/O", (_, task) => (long)(task.IsThread ? task.Thread.MajorFaults : task.Process.MajorFaults)) with { Aliases = ["maj_flt"] },
        Io("rbytes", "READ", "fetched from storage by the process", io => io.ReadBytes),
        Io("wbytes", "WRITTEN", "sent to storage by the process", io => io.WrittenBytes),
    ];

    private static Field Io(string name, string header, string description, Func<TaskIo, ulong> value) =>
        new(name, header, FieldKind.Number, description + ", bytes; -: you may not look", (cells, scene, task) =>
        {
            if (scene.Texts.TryReadIo(task.Process.Id, out TaskIo io))
            {
                cells.Number(value(io));
            }
            else
            {
                cells.Byte((byte)'-');
            }
        })
        {
            Key = (scene, task) => scene.Texts.TryReadIo(task.Process.Id, out TaskIo io) ? value(io) : -1d,
        };

    private static Field[] Scheduling() =>
    [
        new("state", "S", FieldKind.Text, "R runs, S sleeps, D waits (disk), T stopped, t traced, Z zombie, I idle, X dead", (cells, _, task) => cells.Byte((byte)task.Thread.State))
            { Aliases = ["s"] },
        new("stat", "STAT", FieldKind.Text, "state; < high, N low priority; s session leader, l threads, + in the foreground", WriteStat),
        Number("ni", "NI", "nice: -20 to 19", (_, task) => task.Thread.Nice) with { Aliases = ["nice"] },
        Number("pri", "PRI", "the kernel's priority (field 18 of stat): 20 + nice, below 0 in real time", (_, task) => task.Thread.Priority) with { Aliases = ["priority"] },
        Number("rtprio", "RTPRIO", "real-time priority; 0: none", (_, task) => task.Thread.RealTimePriority),
        new("cls", "CLS", FieldKind.Text, "scheduling: TS, FF, RR, B, IDL, DLN, EXT", (cells, _, task) => cells.Literal(Policy(task.Thread.Policy))) { Aliases = ["class", "policy"] },
        Number("psr", "PSR", "processor it ran on last", (_, task) => task.Thread.Processor) with { Aliases = ["cpu"] },
        Number("f", "F", "flags (field 9 of stat)", (_, task) => (uint)task.Thread.Flags) with { Aliases = ["flag", "flags"] },
        new("wchan", "WCHAN", FieldKind.Text, "the kernel's function that it waits in; 0: it runs, or you may not look", (cells, scene, task) => cells.Foreign(Wait(scene, task))),
    ];

    private static ReadOnlySpan<byte> Wait(ListingScene scene, ListedTask task) =>
        scene.Texts.WaitChannel(task.Thread.Id) is { IsEmpty: false } channel ? channel : "-"u8;

    /// <summary>The share of one processor, in percent.</summary>
    public static double ProcessorPercent(ListingScene scene, ListedTask task)
    {
        if (scene.Changes is { } changes)
        {
            return 100 * (task.IsThread ? changes.ProcessorShare(task.Thread) : changes.ProcessorShare(task.Process));
        }

        TimeSpan lived = scene.Tasks.TakenAt - task.Thread.StartTime;
        return lived <= TimeSpan.Zero ? 0 : 100 * (ProcessorTime(task) / lived);
    }

    private static TimeSpan ProcessorTime(ListedTask task) =>
        task.IsThread ? task.Thread.UserTime + task.Thread.SystemTime : task.Process.UserTime + task.Process.SystemTime;

    private static ReadOnlySpan<byte> Policy(SchedulingPolicy policy) => policy switch
    {
        SchedulingPolicy.SCHED_NORMAL => "TS"u8,
        SchedulingPolicy.SCHED_FIFO => "FF"u8,
        SchedulingPolicy.SCHED_RR => "RR"u8,
        SchedulingPolicy.SCHED_BATCH => "B"u8,
        SchedulingPolicy.SCHED_IDLE => "IDL"u8,
        SchedulingPolicy.SCHED_DEADLINE => "DLN"u8,
        SchedulingPolicy.SCHED_EXT => "EXT"u8,
        _ => "?"u8,
    };

    private static void WriteStat(CellBuffer cells, ListingScene scene, ListedTask task)
    {
        cells.Byte((byte)task.Thread.State);
        if (task.Thread.Nice != 0)
        {
            cells.Byte((byte)(task.Thread.Nice < 0 ? '<' : 'N'));
        }

        if (task.Process.SessionId == task.Process.Id)
        {
            cells.Byte((byte)'s');
        }

        if (task.Process.ThreadCount > 1)
        {
            cells.Byte((byte)'l');
        }

        if (task.Process.ForegroundGroupId == task.Process.ProcessGroupId)
        {
            cells.Byte((byte)'+');
        }
    }
}
