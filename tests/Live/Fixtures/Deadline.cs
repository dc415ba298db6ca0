using System.Collections.Concurrent;
using System.Reflection;
using Xunit.v3;

[assembly: Bobbin.Tests.Fixtures.Deadline]

namespace Bobbin.Tests.Fixtures;

/// <summary>
/// No test hangs the run: when its time is over, what this process started is killed and every FUSE connection of the run is
/// aborted, so that whatever waits fails and says where.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class DeadlineAttribute : BeforeAfterTestAttribute
{
    private const int Seconds = 280;
    private static readonly ConcurrentDictionary<string, Timer> s_timers = [];

    /// <inheritdoc/>
    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        string name = test.TestDisplayName;
        s_timers[test.UniqueID] = new Timer(_ => GiveUp(name), null, TimeSpan.FromSeconds(Seconds), Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (s_timers.TryRemove(test.UniqueID, out Timer? timer))
        {
            timer.Dispose();
        }
    }

    private static void GiveUp(string name)
    {
        Console.Error.WriteLine($"out of time: {name}");
        FuseConnections.AbortAll();
        foreach (int process in Descendants())
        {
            _ = Bobbin.Kernel.Linux.Libc.Signal(process, 9);
        }
    }

    /// <summary>Processes that this one started, and those that they did.</summary>
    private static List<int> Descendants()
    {
        Dictionary<int, int> parents = [];
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out int id) && Native.Cat($"{folder}/stat") is { Text: { Length: > 0 } text })
            {
                string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
                parents[id] = int.Parse(fields[1], System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        List<int> found = [Environment.ProcessId];
        for (int index = 0; index < found.Count; index++)
        {
            found.AddRange(parents.Where(pair => pair.Value == found[index]).Select(pair => pair.Key));
        }

        return found[1..];
    }
}
