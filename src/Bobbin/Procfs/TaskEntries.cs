using System.Diagnostics.CodeAnalysis;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs.Files;

namespace Bobbin.Procfs;

/// <summary>
/// The entries of a task's directory in the kernel's order (<c>fs/proc/base.c</c>, tgid_base_stuff and tid_base_stuff). A file more is
/// a row more. Numbers follow from places, from 1; those from 90 on are <see cref="NsDirectory"/>'s and <see cref="NetDirectory"/>'s.
/// </summary>
internal static class TaskEntries
{
    private const uint R = 0x124;           // r--r--r--
    private const uint OwnerR = 0x100;      // r--------
    private const uint OwnerRW = 0x1A4;     // rw-r--r--
    private const uint AllRW = 0x1B6;       // rw-rw-rw-
    private const uint All = FileType.Link | 0x1FF;
    private const EntryAccess Open = EntryAccess.TraceToOpen;

    private static readonly TaskEntry[] s_rows = Number(
    [
        new("task"u8.ToArray(), FileType.Directory | 0x16D) { Scope = EntryScope.Group },
        new("fd"u8.ToArray(), FileType.Directory | 0x140) { Access = EntryAccess.GroupPasses, Directory = new FdDirectory(info: false) },
        new("fdinfo"u8.ToArray(), FileType.Directory | 0x16D) { Access = Open, Directory = new FdDirectory(info: true) },
        new("ns"u8.ToArray(), FileType.Directory | 0x149) { Directory = new NsDirectory() },
        new("net"u8.ToArray(), FileType.Directory | 0x16D) { Directory = new NetDirectory() },
        new("environ"u8.ToArray(), FileType.Regular | OwnerR)
        {
            Access = Open | EntryAccess.MemoryToOpen, Rule = TextRule.EachRead, AfterDeath = AfterDeath.Empty, Text = EnvironFile.Write,
        },
        new("auxv"u8.ToArray(), FileType.Regular | OwnerR)
        {
            Access = Open | EntryAccess.MemoryToOpen, Rule = TextRule.EachRead, AfterDeath = AfterDeath.AsOpened, Text = AuxvFile.Write,
        },
        Text("status"u8, R, StatusFile.Write),
        new("personality"u8.ToArray(), FileType.Regular | OwnerR) { Access = EntryAccess.TraceToReadOrPermission, Text = PersonalityFile.Write },
        Text("limits"u8, R, LimitsFile.Write),
        new("timens_offsets"u8.ToArray(), FileType.Regular | OwnerRW) { Scope = EntryScope.Group, Text = TimensOffsetsFile.Write },
        new("comm"u8.ToArray(), FileType.Regular | OwnerRW)
        {
            Access = EntryAccess.GroupPassesByThread, Text = CommFile.Write, Store = CommFile.Store,
        },
        new("cmdline"u8.ToArray(), FileType.Regular | R) { Rule = TextRule.EachRead, Text = CmdlineFile.Write },
        Text("stat"u8, R, StatFile.Write),
        Text("statm"u8, R, StatmFile.Write),
        new("maps"u8.ToArray(), FileType.Regular | R) { Access = Open, Rule = TextRule.Records, Text = MapsFile.Write },
        new("children"u8.ToArray(), FileType.Regular | R) { Scope = EntryScope.Thread, Text = ChildrenFile.Write },
        new("cwd"u8.ToArray(), All) { Link = PathLinks.WorkingDirectory },
        new("root"u8.ToArray(), All) { Link = PathLinks.Root },
        new("exe"u8.ToArray(), All) { Link = PathLinks.Executable },
        new("mounts"u8.ToArray(), FileType.Regular | R)
        {
            Access = EntryAccess.FileSystemToOpen, AfterDeath = AfterDeath.AsOpened, Text = MountsFile.Write,
        },
        new("mountinfo"u8.ToArray(), FileType.Regular | R)
        {
            Access = EntryAccess.FileSystemToOpen, AfterDeath = AfterDeath.AsOpened, Text = MountinfoFile.Write,
        },
        new("smaps"u8.ToArray(), FileType.Regular | R) { Access = Open, Rule = TextRule.Records, Text = SmapsFile.Write },
        new("smaps_rollup"u8.ToArray(), FileType.Regular | R) { Access = Open | EntryAccess.MemoryToOpen, Text = SmapsRollupFile.Write },
        Text("wchan"u8, R, WchanFile.Write),
        Text("schedstat"u8, R, SchedstatFile.Write),
        Text("cpuset"u8, R, CpusetFile.Write),
        Text("cgroup"u8, R, CgroupFile.Write),
        Text("oom_score"u8, R, OomScoreFile.Write),
        Value("oom_adj"u8, OwnerRW, OomAdjFile.Write, OomAdjFile.Store),
        Value("oom_score_adj"u8, OwnerRW, OomScoreAdjFile.Write, OomScoreAdjFile.Store),
        Value("loginuid"u8, OwnerRW, LoginuidFile.Write, LoginuidFile.Store),
        Value("sessionid"u8, R, SessionidFile.Write, null),
        new("coredump_filter"u8.ToArray(), FileType.Regular | OwnerRW)
        {
            Scope = EntryScope.Group, Rule = TextRule.EachRead, Text = CoredumpFilterFile.Write, Store = CoredumpFilterFile.Store,
        },
        new("io"u8.ToArray(), FileType.Regular | OwnerR) { Access = EntryAccess.TraceToRead, Text = IoFile.Write },
        Map("uid_map"u8, UserNamespaceFiles.WriteUsers),
        Map("gid_map"u8, UserNamespaceFiles.WriteGroups),
        Map("projid_map"u8, UserNamespaceFiles.WriteProjects),
        Map("setgroups"u8, UserNamespaceFiles.WriteSetGroups),
        new("timers"u8.ToArray(), FileType.Regular | R) { Scope = EntryScope.Group, Access = Open, Text = EmptyFile.Write },
        new("timerslack_ns"u8.ToArray(), FileType.Regular | AllRW)
        {
            Scope = EntryScope.Group, Access = EntryAccess.SelfOrNice, Text = TimerslackFile.Write, Store = TimerslackFile.Store,
        },
        Text("arch_status"u8, R, EmptyFile.Write),
        Text("ksm_merging_pages"u8, OwnerR, KsmMergingPagesFile.Write),
        Text("ksm_stat"u8, OwnerR, KsmStatFile.Write),
    ]);

    private static readonly TaskEntry[] s_group = [.. s_rows.Where(row => row.Scope.HasFlag(EntryScope.Group))];
    private static readonly TaskEntry[] s_thread = [.. s_rows.Where(row => row.Scope.HasFlag(EntryScope.Thread))];
    private static readonly TaskEntry[][] s_byLength =
    [
        .. Enumerable.Range(0, s_rows.Max(row => row.Name.Length) + 1).Select(length => s_rows.Where(row => row.Name.Length == length).ToArray()),
    ];

    private static readonly int s_groupDirectories = s_group.Count(row => row.DirectoryType == DirectoryEntryType.Directory);
    private static readonly int s_threadDirectories = s_thread.Count(row => row.DirectoryType == DirectoryEntryType.Directory);

    /// <summary>The rows of one kind of directory, in their order.</summary>
    public static ReadOnlySpan<TaskEntry> Of(bool thread) => thread ? s_thread : s_group;

    /// <summary>How many of them are directories.</summary>
    public static int CountDirectories(bool thread) => thread ? s_threadDirectories : s_groupDirectories;

    /// <summary>The row with a number.</summary>
    public static bool TryGet(int number, [NotNullWhen(true)] out TaskEntry? row)
    {
        row = (uint)(number - 1) < (uint)s_rows.Length ? s_rows[number - 1] : null;
        return row is not null;
    }

    /// <summary>Finds a name.</summary>
    public static bool TryFind(ReadOnlySpan<byte> name, bool thread, [NotNullWhen(true)] out TaskEntry? row)
    {
        row = null;
        if (name.Length >= s_byLength.Length)
        {
            return false;
        }

        EntryScope scope = thread ? EntryScope.Thread : EntryScope.Group;
        foreach (TaskEntry candidate in s_byLength[name.Length])
        {
            if (candidate.Name.SequenceEqual(name))
            {
                row = (candidate.Scope & scope) != 0 ? candidate : null;
                break;
            }
        }

        return row is not null;
    }

    private static TaskEntry Text(ReadOnlySpan<byte> name, uint permissions, TaskText text) =>
        new(name.ToArray(), FileType.Regular | permissions) { Text = text };

    private static TaskEntry Value(ReadOnlySpan<byte> name, uint permissions, TaskText text, TaskStore? store) =>
        new(name.ToArray(), FileType.Regular | permissions) { Rule = TextRule.EachRead, Text = text, Store = store };

    private static TaskEntry Map(ReadOnlySpan<byte> name, TaskText text) =>
        new(name.ToArray(), FileType.Regular | OwnerRW)
        {
            AfterDeath = AfterDeath.AsOpened, Text = text, Store = UserNamespaceFiles.Store,
        };

    private static TaskEntry[] Number(TaskEntry[] rows)
    {
        for (int index = 0; index < rows.Length; index++)
        {
            rows[index].Number = index + 1;
        }

        return rows;
    }
}
