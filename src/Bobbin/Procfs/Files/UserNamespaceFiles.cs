using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/uid_map, gid_map, projid_map and setgroups. Kernel: kernel/user_namespace.c.</summary>
internal static class UserNamespaceFiles
{
    public static void WriteUsers(in TaskReading reading, ref ProcText text) => WriteMap(ref text, reading.Record.UserNamespace.Users.Span);

    public static void WriteGroups(in TaskReading reading, ref ProcText text) => WriteMap(ref text, reading.Record.UserNamespace.Groups.Span);

    public static void WriteProjects(in TaskReading reading, ref ProcText text) =>
        WriteMap(ref text, reading.Record.UserNamespace.Projects.Span);

    public static void WriteSetGroups(in TaskReading reading, ref ProcText text) =>
        text.Literal(reading.Record.UserNamespace.AllowsSetGroups ? "allow\n"u8 : "deny\n"u8);

    /// <summary>A map is written once, before anybody looks; in a table its maker does that.</summary>
    public static Errno Store(in TaskWriting writing, ReadOnlySpan<byte> data, ref int count) => Errno.EPERM;

    private static void WriteMap(ref ProcText text, ReadOnlySpan<IdRange> ranges)
    {
        foreach (IdRange range in ranges)
        {
            text.Right(range.Inside, 10).Space().Right(range.Outside, 10).Space().Right(range.Count, 10).Line();
        }
    }
}
