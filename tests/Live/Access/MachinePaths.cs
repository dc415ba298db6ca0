using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Access;

/// <summary>What belongs to no process.</summary>
internal static class MachinePaths
{
    /// <summary>Every file below sys/.</summary>
    /// <param name="oncePerKind">Without the copies that each network interface has of the same files.</param>
    public static List<string> BelowSys(bool oncePerKind = false)
    {
        List<string> paths = [];
        Stack<string> folders = new(["sys"]);
        while (folders.TryPop(out string? folder))
        {
            paths.Add(folder);
            bool perInterface = folder.EndsWith("/conf", StringComparison.Ordinal) || folder.EndsWith("/neigh", StringComparison.Ordinal);
            foreach (Dirent record in Listing.Read($"/proc/{folder}").Records.Where(record => record.Name is not "." and not ".."))
            {
                if (record.Type != Kernel.Linux.DirectoryEntryType.Directory)
                {
                    paths.Add($"{folder}/{record.Name}");
                }
                else if (!oncePerKind || !perInterface || record.Name == "default")
                {
                    folders.Push($"{folder}/{record.Name}");
                }
            }
        }

        Assert.True(paths.Count > 500 || oncePerKind);
        return paths;
    }

    /// <summary>The root and what it has besides sys/.</summary>
    public static List<string> Static()
    {
        List<string> paths = ["."];
        foreach (string name in Listing.Names("/proc").Skip(2).TakeWhile(name => name != "self"))
        {
            // A reader of kmsg would take messages from others.
            if (name is not "sys" and not "kmsg" and not "kcore" and not "kpagecount" and not "kpageflags" and not "kpagecgroup")
            {
                paths.Add(name);
                paths.AddRange(Listing.Read($"/proc/{name}").Records.Skip(2).Select(record => $"{name}/{record.Name}"));
            }
        }

        return paths;
    }
}
