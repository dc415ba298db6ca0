namespace Bobbin.Cli.Top;

/// <summary>
/// How often to refresh: so often as is wanted, but never so that it costs more than a share of one processor. What watches a busy machine
/// must not be what makes it busy.
/// </summary>
internal sealed class RefreshBudget
{
    private const double Longest = 30;
    private const int FramesToIgnore = 2; // the first ones load what all others find loaded

    private double _wanted, _share;
    private double _cost; // seconds of processor time a frame, smoothed
    private int _frames;

    /// <summary>Makes one.</summary>
    /// <param name="wanted">Seconds between two frames.</param>
    /// <param name="share">The most of one processor; infinite: no bound.</param>
    public RefreshBudget(double wanted, double share) => Set(wanted, share);

    /// <summary>Seconds to the next frame.</summary>
    public double Interval { get; private set; }

    /// <summary>Whether it refreshes slower than wanted.</summary>
    public bool IsSlowed => Interval > _wanted;

    /// <summary>The part of one processor that it costs at this pace.</summary>
    public double Share => _cost / Interval;

    /// <summary>Another pace.</summary>
    public void Set(double wanted, double share) => (_wanted, _share, Interval) = (wanted, share, wanted);

    /// <summary>A frame has cost so much processor time.</summary>
    public void Add(TimeSpan cost)
    {
        if (++_frames <= FramesToIgnore)
        {
            return;
        }

        _cost = _cost == 0 ? cost.TotalSeconds : (_cost * 0.7) + (cost.TotalSeconds * 0.3);

        // In steps of half a second, so that the pace does not change with every frame.
        double needed = Math.Ceiling(_cost / _share * 2) / 2;
        Interval = _cost / _wanted <= _share ? _wanted : Math.Clamp(needed, _wanted, Math.Max(_wanted, Longest));
    }
}
