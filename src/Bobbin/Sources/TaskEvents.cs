using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Bobbin.Kernel.Bpf;
using Bobbin.Kernel.Linux;
using Bobbin.Snapshots;

namespace Bobbin.Sources;

/// <summary>
/// Births, execs, ends and renames of all tasks of this machine, as they happen; also of those that live too short for any snapshot. Needs
/// what the BPF reader needs (<see cref="TaskReaders"/>). One reader at a time; everything else from any thread.
/// </summary>
public sealed class TaskEvents : IDisposable
{
    private const int MostWaiting = 1 << 16;

    private readonly List<IDisposable> _attached;
    private readonly BpfMap _lostMap;
    private readonly RingBuffer _ring;
    private readonly Thread _reader;
    private readonly Channel<TaskEvent> _waiting = Channel.CreateBounded<TaskEvent>(
        new BoundedChannelOptions(MostWaiting) { SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });

    private long _dropped;

    private TaskEvents(List<IDisposable> attached, BpfMap lostMap, RingBuffer ring)
    {
        _attached = attached;
        _lostMap = lostMap;
        _ring = ring;
        _reader = new Thread(Read, maxStackSize: 256 * 1024) { IsBackground = true, Name = "task events" };
        _reader.Start();
    }

    /// <summary>Events that were lost because nobody read for long.</summary>
    public long Lost => Volatile.Read(ref _dropped) + (_lostMap.TryLookup(0, out long lost) ? lost : 0);

    /// <summary>Begins to listen; null, and why in words, where this machine does not let us.</summary>
    public static TaskEvents? TryOpen(out string reason)
    {
        if (Namespaces.WhyNotInitial() is { } namespaces)
        {
            reason = namespaces;
            return null;
        }

        List<IDisposable> opened = [];
        try
        {
            using Btf types = Btf.OfKernel();
            BpfMap events = Keep(BpfMap.Create(EventProgram.EventsMap));
            BpfMap lost = Keep(BpfMap.Create(EventProgram.LostMap));
            foreach (BpfProgramSpec spec in EventProgram.Build(types))
            {
                Keep(BtfTracepoint.Attach(Keep(BpfProgram.Load(spec, events, lost))));
            }

            reason = "BPF tracepoints";
            return new TaskEvents(opened, lost, new RingBuffer(events));
        }
        catch (Exception failure) when (BpfRefusal.Is(failure))
        {
            Close(opened);
            reason = BpfRefusal.Describe(failure);
            return null;
        }

        T Keep<T>(T one)
            where T : IDisposable
        {
            opened.Add(one);
            return one;
        }
    }

    /// <summary>The events from now on, each once, until it is cancelled or this object is disposed of.</summary>
    public IAsyncEnumerable<TaskEvent> ReadAllAsync(CancellationToken cancellation = default) => _waiting.Reader.ReadAllAsync(cancellation);

    /// <summary>Takes an event that is there already; false where there is none.</summary>
    public bool TryRead(out TaskEvent happened) => _waiting.Reader.TryRead(out happened);

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        _ring.Stop();
        if (Thread.CurrentThread != _reader)
        {
            _reader.Join();
        }

        _ring.Dispose();
        Close(_attached);
    }

    // In the order opposite to that of their making: first nothing is reported any more.
    private static void Close(List<IDisposable> opened)
    {
        for (int i = opened.Count - 1; i >= 0; i--)
        {
            opened[i].Dispose();
        }

        opened.Clear();
    }

    private void Read()
    {
        while (_ring.Wait())
        {
            while (_ring.TryTake(out ReadOnlySpan<byte> record))
            {
                if (record.Length >= Unsafe.SizeOf<EventRecord>() && !_waiting.Writer.TryWrite(Take(MemoryMarshal.AsRef<EventRecord>(record))))
                {
                    Interlocked.Increment(ref _dropped);
                }
            }
        }

        _waiting.Writer.TryComplete();
    }

    private static TaskEvent Take(in EventRecord record)
    {
        ReadOnlySpan<byte> name = record.Name;
        int end = name.IndexOf((byte)0);
        return new TaskEvent(
            (TaskEventKind)record.Kind,
            new TaskIdentity(record.Id, record.StartTime / ClockTicks.Nanoseconds),
            record.Group,
            record.ParentId,
            new TimeSpan((long)(record.Time / TimeSpan.NanosecondsPerTick)),
            name[..(end < 0 ? name.Length : end)].ToArray(),
            record.WaitStatus);
    }
}
