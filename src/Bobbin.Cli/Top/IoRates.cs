using Bobbin.Snapshots;
using Bobbin.Sources;
using Bobbin.Tasks;

namespace Bobbin.Cli.Top;

/// <summary>
/// Bytes a second to and from storage, of the processes that are looked at: <c>/proc/PID/io</c> is read for these alone, and asks for the
/// right to trace.
/// </summary>
internal sealed class IoRates
{
    private readonly Dictionary<TaskIdentity, Reading> _readings = [];
    private TimeSpan _now;

    /// <summary>Begins a frame.</summary>
    public void Begin(TimeSpan sinceBoot)
    {
        TimeSpan old = _now;
        _now = sinceBoot;

        // Who was not looked at in the frame before is looked at anew: what it did meanwhile is no rate of now.
        foreach ((TaskIdentity process, Reading reading) in _readings)
        {
            if (reading.At < old)
            {
                _readings.Remove(process);
            }
        }
    }

    /// <summary>A process's rates; null where it may not be looked at, or was not before.</summary>
    public (double Read, double Written)? Of(ProcessRow process, TaskTexts texts)
    {
        _readings.TryGetValue(process.Identity, out Reading? reading);
        if (reading is null || reading.At < _now)
        {
            Reading next = new(_now, texts.TryReadIo(process.Id, out TaskIo io) ? io : null, null);
            if (reading is { Io: { } before } && next.Io is { } after)
            {
                double seconds = (_now - reading.At).TotalSeconds;
                next = next with { Rates = (Rate(before.ReadBytes, after.ReadBytes, seconds), Rate(before.WrittenBytes, after.WrittenBytes, seconds)) };
            }

            _readings[process.Identity] = reading = next;
        }

        return reading.Rates;
    }

    private static double Rate(ulong before, ulong after, double seconds) => after > before && seconds > 0 ? (after - before) / seconds : 0;

    private sealed record Reading(TimeSpan At, TaskIo? Io, (double, double)? Rates);
}
