using System.Diagnostics;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Fuse;

/// <summary>
/// Looks a short while for the next request before the thread sleeps in the device. In a virtual machine the wake-ups of two
/// processors that have gone to sleep are most of a round trip: 120 us without, 15 to 40 us with it, measured on two processors.
/// A caller that comes rarely costs next to nothing: after a few vain looks they become rare, too.
/// </summary>
internal struct FuseSpin(int device, TimeSpan time)
{
    /// <summary>Vain looks in a row after which most are left out, and how many are.</summary>
    private const int Patience = 4, LeaveOut = 32;

    private readonly long _time = Environment.ProcessorCount > 1 ? (long)(time.TotalSeconds * Stopwatch.Frequency) : 0;
    private int _vain, _leaveOut;

    /// <summary>Returns when there is a request, or not soon.</summary>
    public void Wait()
    {
        if (_time == 0 || _leaveOut-- > 0)
        {
            return;
        }

        Span<PollDescriptor> descriptor = [new PollDescriptor { Descriptor = device, Events = PollEvents.In }];
        long end = Stopwatch.GetTimestamp() + _time;
        do
        {
            if (Libc.Poll(descriptor, 0, out int ready) != Errno.None || ready > 0)
            {
                _vain = 0;
                _leaveOut = 0;
                return;
            }
        }
        while (Stopwatch.GetTimestamp() < end);
        _leaveOut = ++_vain >= Patience ? LeaveOut : 0;
    }
}
