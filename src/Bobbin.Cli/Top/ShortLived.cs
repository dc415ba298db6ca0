using System.Text;
using Bobbin.Snapshots;
using Bobbin.Sources;

namespace Bobbin.Cli.Top;

/// <summary>
/// Tasks that came and went between two frames, which no snapshot has: counted by name as the kernel tells of their ends. A build, a crash
/// loop, a script that runs a thousand small programs show here and nowhere else.
/// </summary>
internal sealed class ShortLived : IDisposable
{
    private readonly TaskEvents? _events;
    private readonly Dictionary<string, int> _names = [];

    private ShortLived(TaskEvents? events, string reason)
    {
        _events = events;
        Reason = reason;
    }

    /// <summary>Why they are not counted; empty where they are.</summary>
    public string Reason { get; }

    /// <summary>Processes that came and went within the last interval.</summary>
    public int Processes { get; private set; }

    /// <summary>Threads of processes that live.</summary>
    public int Threads { get; private set; }

    /// <summary>Ends that were not told: more came than could be taken.</summary>
    public long Lost { get; private set; }

    /// <summary>The names of the processes, those that came most often first.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> Names { get; private set; } = [];

    /// <summary>Begins to listen, where this machine allows it.</summary>
    public static ShortLived Open(bool isWanted)
    {
        string reason = "not by BPF";
        TaskEvents? events = isWanted ? TaskEvents.TryOpen(out reason) : null;
        return new ShortLived(events, events is null ? reason : "");
    }

    /// <summary>Counts those that were born after a moment and ended before now.</summary>
    /// <param name="since">The frame before, since boot.</param>
    public void Count(TimeSpan since)
    {
        if (_events is null)
        {
            return;
        }

        Begin();
        while (_events.TryRead(out TaskEvent happened))
        {
            Add(happened, since);
        }

        End(_events.Lost);
    }

    /// <summary>Begins an interval.</summary>
    internal void Begin()
    {
        _names.Clear();
        (Processes, Threads) = (0, 0);
    }

    /// <summary>Counts one event, if it is the end of one that was born since.</summary>
    internal void Add(in TaskEvent happened, TimeSpan since)
    {
        const long TicksPerClockTick = TimeSpan.TicksPerSecond / 100; // USER_HZ
        if (happened.Kind != TaskEventKind.Exit || (long)happened.Task.StartTicks * TicksPerClockTick < since.Ticks)
        {
            return;
        }

        if (happened.IsThread)
        {
            Threads++;
            return;
        }

        Processes++;
        string name = Encoding.UTF8.GetString(happened.Name.Span);
        _names[name] = _names.GetValueOrDefault(name) + 1;
    }

    /// <summary>Ends an interval.</summary>
    internal void End(long lost)
    {
        Lost = lost;
        Names = [.. _names.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)];
    }

    /// <summary>One that counts what it is given.</summary>
    internal static ShortLived ForTests() => new(null, "");

    /// <inheritdoc/>
    public void Dispose() => _events?.Dispose();
}
