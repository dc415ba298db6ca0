using Bobbin.Live;

namespace Bobbin.Sources;

/// <summary>
/// <see cref="LandlockDomains"/> in the making, beside whatever else a server begins with: loading takes some 10 ms, and who first
/// asks comes later. Thread-safe.
/// </summary>
internal sealed class PendingLandlockDomains : ILandlockDomains, IDisposable
{
    private readonly Task<LandlockDomains?> _domains;

    /// <summary>Begins.</summary>
    public PendingLandlockDomains()
    {
        // Now: once a server's /proc is mounted, it may be what this process has there.
        bool isFirst = Namespaces.WhyNotInitial() is null;
        _domains = Task.Run(() => LandlockDomains.TryOpen(isFirst, out _));
    }

    /// <inheritdoc/>
    public bool Tells => _domains.Result is not null;

    /// <inheritdoc/>
    public bool MayTrace(int caller, int task) => _domains.Result is { } domains && domains.MayTrace(caller, task);

    /// <inheritdoc/>
    public void Dispose() => _domains.Result?.Dispose();
}
