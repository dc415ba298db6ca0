using System.Collections.Concurrent;

namespace Bobbin.Tests.Fixtures;

/// <summary>The way out of a mount that no longer answers: an aborted connection fails every call that waits for it.</summary>
internal static class FuseConnections
{
    private const string Folder = "/sys/fs/fuse/connections";
    private static readonly ConcurrentDictionary<string, bool> s_open = [];

    public static void Add(string connection)
    {
        if (!Directory.EnumerateFileSystemEntries(Folder).Any())
        {
            Command.Run(["mount", "-t", "fusectl", "none", Folder]);
        }

        s_open[connection] = true;
    }

    public static void AbortAll()
    {
        foreach (string connection in s_open.Keys)
        {
            Abort(connection);
        }
    }

    /// <summary>After an unmount: the connection ends by itself, unless somebody holds it.</summary>
    public static void AbortIfStillThere(string connection, TimeSpan patience)
    {
        s_open.TryRemove(connection, out _);
        DateTime end = DateTime.UtcNow + patience;
        // A connection is called by its device number, which the next mount may get: that one is in the table of mounts.
        while (Directory.Exists($"{Folder}/{connection}") && !IsMounted(connection))
        {
            if (DateTime.UtcNow > end)
            {
                Abort(connection);
                return;
            }

            Thread.Sleep(5);
        }
    }

    private static bool IsMounted(string connection) =>
        File.ReadAllText("/proc/self/mountinfo").Contains($" 0:{connection} ", StringComparison.Ordinal);

    private static void Abort(string connection)
    {
        int descriptor = Native.Open($"{Folder}/{connection}/abort", Native.O_WRONLY);
        if (descriptor >= 0)
        {
            Native.Write(descriptor, "1");
            Native.Close(descriptor);
        }
    }
}
