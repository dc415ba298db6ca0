using Bobbin.Kernel.Fuse;
using Bobbin.Mount;
using Bobbin.Procfs;
using Bobbin.Table;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Bench;

/// <summary>The verb <c>serve-table DIR PROCESSES THREADS [--at-rest] [--io-uring] [--trace]</c>: a mounted table of made-up tasks.</summary>
internal static class TableServer
{
    /// <summary>Serves until the file system is unmounted.</summary>
    public static int Run(string[] arguments)
    {
        if (arguments is not [var folder, var first, var second, .. var flags]
            || !int.TryParse(first, out int processes) || !int.TryParse(second, out int threads))
        {
            Console.Error.WriteLine("usage: serve-table DIR PROCESSES THREADS [--at-rest] [--io-uring] [--trace]");
            return 2;
        }

        TaskTable table = SampleTables.Many(processes, threads);

        // Whoever asks is init here: the reader runs ps in a pid namespace of its own, where it is number 1.
        TableSource source = new(table) { CallerMap = _ => table.Init };
        SafeFileHandle device = FuseMount.OpenDevice();
        FuseMount.Mount(device, folder);
        ProcServerOptions options = new()
        {
            Mode = flags.Contains("--at-rest") ? MountMode.AtRest : MountMode.Exact,
            UseIoUring = flags.Contains("--io-uring"),
            Log = Console.Error.WriteLine,
            Trace = flags.Contains("--trace") ? Console.Error.WriteLine : null,
        };
        GeneratedContent content = new(source, options.View, BareCredentials.CapableRoot);
        using ProcServer server = new(new ProcTree(source, content, options.View, BareCredentials.CapableRoot), "a table", options);
        server.Serve(device);
        return 0;
    }

    /// <summary>The ids of such a table's made-up processes, without those of its boot.</summary>
    public static int[] IdsOf(int processes, int threads)
    {
        int[] groups = new int[processes + 64];
        _ = new TableSource(SampleTables.Many(processes, threads)).ListGroups(0, groups, out int count);
        return groups[(count - processes)..count];
    }
}
