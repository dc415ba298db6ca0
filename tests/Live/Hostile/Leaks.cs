using System.Globalization;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Hostile;

/// <summary>What the server has in use, before and after something was done to it.</summary>
internal sealed class Leaks
{
    private readonly Subject _subject;
    private readonly int _descriptors, _threads;
    private readonly long _memory;

    private Leaks(Subject subject)
    {
        _subject = subject;
        (_descriptors, _threads, _memory) = Count();
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

    /// <summary>Waits until all is given back: descriptors exactly, threads but a few, memory but a bounded rest.</summary>
    public void After(int moreDescriptors = 8, int moreThreads = 4, long moreKilobytes = 64 * 1024)
    {
        if (_subject.Side == Side.Kernel)
        {
            return;
        }

        DateTime end = DateTime.UtcNow.AddSeconds(30);
        while (true)
        {
            (int descriptors, int threads, long memory) = Count();
            if (descriptors <= _descriptors + moreDescriptors && threads <= _threads + moreThreads && memory <= _memory + moreKilobytes)
            {
                return;
            }

            Assert.True(DateTime.UtcNow < end,
                $"descriptors {_descriptors} then {descriptors}, threads {_threads} then {threads}, memory {_memory} then {memory} kB");

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

    private (int Descriptors, int Threads, long Memory) Count()
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
        return (Listing.Names($"{folder}/fd").Count - 2, (int)Field("Threads"), Field("VmRSS"));
    }
}
