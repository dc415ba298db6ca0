using System.Reflection;
using System.Text;
using Bobbin.Kernel.Fuse;
using Bobbin.Procfs;

namespace Bobbin.Mount;

/// <summary>The files in <c>/proc/fs/bobbin</c>: what is mounted, and how often it was asked.</summary>
internal static class OwnFiles
{
    private const uint ReadableByAll = 0x124; // 0444

    /// <summary>The version of this library, as a release names it.</summary>
    public static string Version { get; } =
        (typeof(OwnFiles).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0").Split('+')[0];

    /// <summary>Adds them to a tree that serves nobody yet.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="source">The source in words.</param>
    /// <param name="mode">The mount's mode.</param>
    /// <param name="files">What counts.</param>
    /// <param name="server">The server, once it serves.</param>
    public static void AddTo(ProcTree tree, string source, MountMode mode, ProcFileSystem files, Func<FuseServer?> server)
    {
        byte[] version = Encoding.UTF8.GetBytes(Version + "\n");
        byte[] words = Encoding.UTF8.GetBytes(source + "\n");
        byte[] view = Encoding.UTF8.GetBytes(Describe(tree.View, mode));
        tree.Bobbin.AddFile("version"u8, ReadableByAll, (ref ProcText text) => text.Literal(version));
        tree.Bobbin.AddFile("source"u8, ReadableByAll, (ref ProcText text) => text.Literal(words));
        tree.Bobbin.AddFile("view"u8, ReadableByAll, (ref ProcText text) =>
        {
            text.Literal(view);
            WriteServer(ref text, server(), files);
        });
        tree.Bobbin.AddFile("stats"u8, ReadableByAll, (ref ProcText text) => WriteStatistics(ref text, server(), files));
    }

    private static string Describe(ProcView view, MountMode mode) =>
        $"""
        mode {(mode == MountMode.AtRest ? "at-rest" : "exact")}
        list-threads {(view.ListThreads ? "yes" : "no")}
        hidepid {view.HidePid.ToString().ToLowerInvariant()}
        gid {view.Gid}
        subset {(view.PidOnly ? "pid" : "all")}
        read-only {(view.ReadOnly ? "yes" : "no")}

        """;

    private static void WriteServer(ref ProcText text, FuseServer? server, ProcFileSystem files)
    {
        if (server is null)
        {
            return;
        }

        text.Literal("protocol 7."u8).Number(server.Protocol.MinorVersion).Line();
        text.Literal("transport "u8).Literal(server.Transport == FuseTransport.IoUring ? "io_uring\n"u8 : "device\n"u8);
        text.Literal("entry-lifetime "u8).Literal(files.Lifetimes.Notice switch
        {
            EndNotice.Prune => "until the task ends (prune)\n"u8,
            EndNotice.InvalidateEntry => "until the task ends (invalidate)\n"u8,
            _ => "none\n"u8,
        });
    }

    private static void WriteStatistics(ref ProcText text, FuseServer? server, ProcFileSystem files)
    {
        for (FuseOperation operation = FuseOperation.Lookup; server is not null && operation <= FuseOperation.CopyFileRange64; operation++)
        {
            ReadOnlySpan<byte> name = FuseCounters.NameOf(operation);
            if (!name.IsEmpty)
            {
                text.Literal(name).Space().Number(server.Counters[operation]).Line();
            }

            if (operation == FuseOperation.Lookup)
            {
                text.Literal("root-lookup "u8).Number(files.RootLookups).Line();
            }
        }

        text.Literal("ends-told "u8).Number(files.Lifetimes.Forgotten).Line();
        text.Literal("open-files "u8).Number(files.Handles.Count).Line();
        text.Literal("allocated-bytes "u8).Number(GC.GetTotalAllocatedBytes()).Line();
    }
}
