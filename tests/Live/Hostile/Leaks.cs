using System.Globalization;
using System.Text.RegularExpressions;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Hostile;

/// <summary>What the server has in use, before and after something was done to it.</summary>
internal sealed class Leaks
{
    private readonly Subject _subject;
    private readonly int _descriptors, _dead, _threads;
    private readonly long _memory;

    private Leaks(Subject subject)
    {
        _subject = subject;
        (_descriptors, _dead, _threads, _memory) = Count();
    }

    /// <summary>Counts once it has been warmed up; on the kernel's side there is nothing to count.</summary>
    public static Leaks Before(Subject subject)
    {
        for (int i = 0; i < 3; i++)
        {
            foreach (string id in Listing.Names(subject.Root).Where(Listing.IsId).Take(50))
            {
                Native.Cat(subject[$"{id}/stat"]);
                Native.Cat(subject[$"{id}/status"]);
                Listing.Read(subject[$"{id}/fd"]);
            }
        }

        return new Leaks(subject);
    }

    /// <summary>
    /// Waits until all is given back: descriptors and threads but a few, memory but a bounded rest. Directories of living tasks, and
    /// the pidfds beside them, are kept for the next time; those of the dead must not be.
    /// </summary>
    public void After(int moreDescriptors = 8, int moreThreads = 4, long moreKilobytes = 64 * 1024)
    {
        if (_subject.Side == Side.Kernel)
        {
            return;
        }

        DateTime end = DateTime.UtcNow.AddSeconds(30);
        while (true)
        {
            (int descriptors, int dead, int threads, long memory) = Count();
            if (descriptors <= _descriptors + moreDescriptors && dead <= _dead + moreDescriptors && threads <= _threads + moreThreads && memory <= _memory + moreKilobytes)
            {
                return;
            }

            Assert.True(DateTime.UtcNow < end,
                $"descriptors {_descriptors} then {descriptors}, of dead tasks {_dead} then {dead}, threads {_threads} then {threads}, memory {_memory} then {memory} kB");

            // The kernel forgets entries only when it wants memory: ask for it, as memory pressure would.
            int caches = Native.Open("/proc/sys/vm/drop_caches", Native.O_WRONLY);
            if (caches >= 0)
            {
                Native.Write(caches, "2");
                Native.Close(caches);
            }

            Thread.Sleep(100);
        }
    }

    private (int Descriptors, int Dead, int Threads, long Memory) Count()
    {
        if (_subject.Side == Side.Kernel)
        {
            return default;
        }

        string folder = $"/proc/{_subject.Server}";
        string status = Native.Cat($"{folder}/status").Text;
        long Field(string name) => long.Parse(
            status.Split('\n').Single(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture);
        string[] links = [.. Listing.Names($"{folder}/fd").Where(Listing.IsId).Select(number => Native.ReadLink($"{folder}/fd/{number}", out string text) > 0 ? text : "")];
        string[] tasks = [.. links.Where(text => Regex.IsMatch(text, @"^/\d+(/|$| )"))];
        int dead = tasks.Count(text => text.EndsWith("(deleted)", StringComparison.Ordinal) || Native.LStat("/proc/" + text.Split('/')[1], out _) < 0);
        return (links.Count(text => text.Length > 0 && text != "anon_inode:[pidfd]") - tasks.Length, dead, (int)Field("Threads"), Field("VmRSS"));
    }
}
