using System.Diagnostics;

namespace Bobbin.Kernel.Fuse;

/// <summary>
/// How many threads should read the device: one, as long as it keeps up. A thread that waits in the device is woken by each request,
/// even by those that another thread takes first; alone, a caller's open+read+close of a file waits a fifth less.
/// </summary>
/// <param name="crew">Whose threads.</param>
/// <param name="most">No more than so many.</param>
/// <param name="canGrow">Asked before another is wanted: whether there is a processor for it.</param>
internal sealed class FuseDemand(FuseCrew crew, int most, Func<bool> canGrow)
{
    /// <summary>Requests in a row that were there already, after which another thread should help. One caller leaves no more than two.</summary>
    private const int Streak = 10, Pressed = 2;

    /// <summary>A read that returns sooner has not slept.</summary>
    private static readonly long s_atOnce = Stopwatch.Frequency / 1_000_000 * 8;

    /// <summary>A thread that waits longer is not needed.</summary>
    private static readonly long s_idle = Stopwatch.Frequency / 1000 * 2;

    /// <summary>Refused for want of processors, it asks again after so many requests.</summary>
    private const int Refused = 1024;

    private int _streak; // several threads write it; it need not be exact

    /// <summary>Whether the last requests were there already, so that there is no need to wait for the next.</summary>
    public bool IsPressed => _streak is >= Pressed or < 0;

    /// <summary>Takes note of how long a thread waited for a request, in ticks of <see cref="Stopwatch"/>.</summary>
    public void Note(long waited)
    {
        if (waited < s_atOnce)
        {
            if (++_streak >= Streak)
            {
                _streak = Pressed;
                if (crew.Wanted < most)
                {
                    Grow();
                }
            }

            return;
        }

        _streak = 0;
        if (waited > s_idle && crew.Wanted > 1)
        {
            crew.WantFewer();
        }
    }

    private void Grow()
    {
        if (canGrow())
        {
            crew.WantMore();
        }
        else
        {
            _streak = -Refused;
        }
    }
}
