using System.Diagnostics;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Fuse;

/// <summary>
/// Looks a short while for the next request before a thread sleeps in the device. In a virtual machine the wake-ups of two
/// processors that have gone to sleep are most of a round trip: 120 us without, 15 to 40 us with it, measured on two processors.
/// One thread of a server looks at a time, since a second could only take the request away from the first.
/// </summary>
/// <remarks>
/// Looking is for a caller on another processor. One on the looking thread's own can only come if it is let in, and is kept waiting. It shows
/// as a gap between two looks. Such looks, and vain ones, become rare soon, so that they cost next to nothing.
/// </remarks>
internal sealed class FuseSpin(int device, TimeSpan time)
{
    /// <summary>Vain looks in a row after which some are left out; each further one doubles how many, up to the most.</summary>
    private const int Patience = 4, LeaveOut = 16, MostLeftOut = 64;

    /// <summary>A look takes 1 to 2 us; after so long somebody else had the processor.</summary>
    private static readonly long s_gap = Stopwatch.Frequency / 1_000_000 * 12;

    private readonly long _time = Environment.ProcessorCount > 1 ? (long)(time.TotalSeconds * Stopwatch.Frequency) : 0;
    private int _taken, _vain, _leaveOut;

    /// <summary>Returns when there is a request, or not soon.</summary>
    public void Wait()
    {
        if (_time == 0 || Interlocked.Exchange(ref _taken, 1) != 0)
        {
            return;
        }

        if (_leaveOut > 0)
        {
            _leaveOut--;
        }
        else
        {
            _vain = Look() ?? _vain;
            _leaveOut = _vain >= Patience ? Math.Min(LeaveOut << Math.Min(_vain - Patience, 8), MostLeftOut) : 0;
        }

        Volatile.Write(ref _taken, 0);
    }

    /// <summary>The new count of vain looks; null where a request was there already, which says nothing about waiting for one.</summary>
    private int? Look()
    {
        int? found = null;
        Span<PollDescriptor> descriptor = [new PollDescriptor { Descriptor = device, Events = PollEvents.In }];
        long now = Stopwatch.GetTimestamp(), end = now + _time, last;
        do
        {
            bool isReady = Libc.Poll(descriptor, 0, out int ready) != Errno.None || ready > 0;
            last = now;
            now = Stopwatch.GetTimestamp();
            if (now - last > s_gap)
            {
                break;
            }

            if (isReady)
            {
                return found;
            }

            found = 0;
        }
        while (now < end);
        return _vain + 1;
    }
}
