using System.Numerics;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// Reads what programs write by bpf_perf_event_output into a BPF_MAP_TYPE_PERF_EVENT_ARRAY: a ring for each processor. For kernels before
/// 5.8, which have no <see cref="RingBuffer"/>; the records of different processors come in no order. Records are read where they lie, but
/// for those that go on at a ring's beginning. One thread reads; <see cref="Stop"/> may be called by any.
/// </summary>
/// <remarks>
/// Takes CAP_PERFMON, or kernel.perf_event_paranoid below 1 (before Linux 5.8 CAP_SYS_ADMIN). <c>include/uapi/linux/perf_event.h</c>.
/// <code>
/// page 0      struct perf_event_mmap_page: data_head at 1024, written by the kernel, data_tail at 1032, written by us
/// pages 1...  records: struct perf_event_header { type 4, misc 2, size 2 }, then of a sample its length 4 and its bytes
/// </code>
/// </remarks>
public sealed unsafe class PerfBuffer : IDisposable
{
    private const int Head = 1024, Tail = 1032;
    private const uint SampleRecord = 9, LostRecord = 2; // PERF_RECORD_SAMPLE, PERF_RECORD_LOST

    private static readonly nuint s_page = (nuint)Environment.SystemPageSize;

    private readonly List<(int Processor, int Descriptor, nint Memory)> _rings = [];
    private readonly StopSignal _stop = new();
    private readonly ulong _size;
    private readonly byte[] _wrapped = new byte[64 * 1024]; // a record's size has 16 bits
    private int _ring;
    private ulong _position;
    private bool _isOpen; // a record of the ring is in somebody's hands

    /// <summary>Makes the rings and puts them into the map, which stays its maker's to dispose of.</summary>
    /// <param name="map">The map (<see cref="BpfMapSpec.PerfEvents"/>).</param>
    /// <param name="pages">Pages of data for each processor: a power of two.</param>
    /// <param name="wakeEvery">How many records it takes to end a wait: with more the traced programs are held up less.</param>
    /// <exception cref="ArgumentException">The map is of another kind, or the pages are no power of two.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public PerfBuffer(BpfMap map, int pages = 64, int wakeEvery = 1)
    {
        if (map.Spec.Type != BpfMapType.PerfEventArray)
        {
            throw new ArgumentException($"Map '{map.Spec.Name}' is no map of events but a {map.Spec.Type}.", nameof(map));
        }

        if (!BitOperations.IsPow2(pages))
        {
            throw new ArgumentOutOfRangeException(nameof(pages), pages, "a power of two");
        }

        _size = (ulong)pages * s_page;
        try
        {
            for (int processor = 0; processor < map.Spec.MaxEntries; processor++)
            {
                AddRing(map, processor, wakeEvery);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Records that found no room so far, as the kernel counted them; it tells when the next one found some.</summary>
    public long Lost { get; private set; }

    /// <summary>The processor on which the record that came last was written.</summary>
    public int Processor { get; private set; }

    /// <summary>Gives back the record before and takes the next, whichever processor's; false when there is none now.</summary>
    /// <param name="record">Valid until the next call. It may be padded at its end, by up to 7 bytes.</param>
    public bool TryTake(out ReadOnlySpan<byte> record)
    {
        GiveBack();
        for (int tried = 0; tried < _rings.Count; tried++)
        {
            while (TryTakeFromRing(out uint type, out ReadOnlySpan<byte> body))
            {
                if (type == SampleRecord)
                {
                    Processor = _rings[_ring].Processor;
                    record = body.Slice(sizeof(uint), (int)MemoryMarshal.Read<uint>(body));
                    return true;
                }

                Lost += type == LostRecord ? MemoryMarshal.Read<long>(body[sizeof(ulong)..]) : 0; // id, then how many
                GiveBack();
            }

            _ring = (_ring + 1) % _rings.Count;
        }

        record = default;
        return false;
    }

    /// <summary>
    /// The records that are there, for <see langword="foreach"/>: each is valid until the next. The last is given back when there are no
    /// more, or, where the loop is left, at the next call.
    /// </summary>
    public PerfBufferRecords Take() => new(this);

    /// <summary>Sleeps until there may be records; false once <see cref="Stop"/> was called.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public bool Wait() => Wait(Timeout.InfiniteTimeSpan) != BufferWait.Stopped;

    /// <summary>Sleeps until there may be records, at most for a while.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public BufferWait Wait(TimeSpan timeout)
    {
        Span<PollDescriptor> descriptors = stackalloc PollDescriptor[_rings.Count + 1];
        for (int i = 0; i < _rings.Count; i++)
        {
            descriptors[i + 1] = new() { Descriptor = _rings[i].Descriptor, Events = PollEvents.In };
        }

        return _stop.Wait(descriptors, timeout);
    }

    /// <summary>Ends this and every later wait. From any thread, as in <c>cancellation.Register(buffer.Stop)</c>.</summary>
    public void Stop() => _stop.Set();

    /// <summary>Takes the rings away: no thread may be reading or waiting.</summary>
    public void Dispose()
    {
        foreach ((_, int descriptor, nint memory) in _rings)
        {
            Libc.Unmap((void*)memory, s_page + (nuint)_size);
            Libc.Close(descriptor);
        }

        _rings.Clear();
        _stop.Dispose();
    }

    private void AddRing(BpfMap map, int processor, int wakeEvery)
    {
        PerfEventAttributes attributes = new()
        {
            Type = 1, // PERF_TYPE_SOFTWARE
            Size = (uint)sizeof(PerfEventAttributes),
            Config = 10, // PERF_COUNT_SW_BPF_OUTPUT
            SamplePeriod = 1,
            SampleType = 1 << 10, // PERF_SAMPLE_RAW
            WakeupEvents = (uint)wakeEvery,
        };
        Errno errno = Libc.PerfEventOpen(attributes, processor, out int descriptor);
        if (errno is Errno.ENODEV or Errno.ENXIO)
        {
            return; // a processor that may come, and is not there
        }

        Check(errno, "perf_event_open", map);
        errno = Libc.MapShared(descriptor, 0, s_page + (nuint)_size, writable: true, out void* memory);
        if (errno != Errno.None)
        {
            Libc.Close(descriptor);
            Check(errno, "mmap", map);
        }

        _rings.Add((processor, descriptor, (nint)memory));
        map.Update(processor, descriptor);
    }

    private bool TryTakeFromRing(out uint type, out ReadOnlySpan<byte> body)
    {
        byte* memory = (byte*)_rings[_ring].Memory;
        _position = *(ulong*)(memory + Tail);
        if (_position >= Volatile.Read(ref *(ulong*)(memory + Head)))
        {
            type = 0;
            body = default;
            return false;
        }

        byte* data = memory + s_page;
        type = *(uint*)(data + (_position & (_size - 1)));
        int size = *(ushort*)(data + ((_position + 6) & (_size - 1)));
        ulong start = (_position + 8) & (_size - 1);
        int length = size - 8;
        body = start + (ulong)length <= _size ? new ReadOnlySpan<byte>(data + start, length) : Join(data, start, length);
        _position += (ulong)size;
        _isOpen = true;
        return true;
    }

    // A record that goes on at the ring's beginning is put together; all others are read where they lie.
    private ReadOnlySpan<byte> Join(byte* data, ulong start, int length)
    {
        int first = (int)(_size - start);
        new ReadOnlySpan<byte>(data + start, first).CopyTo(_wrapped);
        new ReadOnlySpan<byte>(data, length - first).CopyTo(_wrapped.AsSpan(first));
        return _wrapped.AsSpan(0, length);
    }

    private void GiveBack()
    {
        if (_isOpen)
        {
            Volatile.Write(ref *(ulong*)((byte*)_rings[_ring].Memory + Tail), _position);
            _isOpen = false;
        }
    }

    private static void Check(Errno errno, string call, BpfMap map)
    {
        if (errno != Errno.None)
        {
            throw new BpfAttempt(call, $"perf buffer {map.Spec.Name}") { Traces = true }.Refused(errno);
        }
    }
}

/// <summary>The records that are there; see <see cref="PerfBuffer.Take"/>.</summary>
public ref struct PerfBufferRecords
{
    private readonly PerfBuffer _buffer;
    private ReadOnlySpan<byte> _current;

    internal PerfBufferRecords(PerfBuffer buffer) => _buffer = buffer;

    /// <summary>The record that came last.</summary>
    public readonly ReadOnlySpan<byte> Current => _current;

    /// <summary>Itself.</summary>
    public readonly PerfBufferRecords GetEnumerator() => this;

    /// <summary>Gives back the record before and takes the next; false when there is none now.</summary>
    public bool MoveNext() => _buffer.TryTake(out _current);
}
