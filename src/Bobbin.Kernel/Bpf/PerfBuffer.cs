using System.Runtime.InteropServices;
using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// Reads what programs write by bpf_perf_event_output into a BPF_MAP_TYPE_PERF_EVENT_ARRAY: a ring for each processor. For kernels before
/// 5.8, which have no <see cref="RingBuffer"/>; the records of different processors come in no order. One thread reads.
/// <code>
/// page 0      struct perf_event_mmap_page: data_head at 1024, written by the kernel, data_tail at 1032, written by us
/// pages 1...  records: struct perf_event_header { type 4, misc 2, size 2 }, then of a sample its length 4 and its bytes
/// </code>
/// </summary>
internal sealed unsafe class PerfBuffer : IDisposable
{
    private const int Head = 1024, Tail = 1032;
    private const uint SampleRecord = 9, LostRecord = 2; // PERF_RECORD_SAMPLE, PERF_RECORD_LOST

    private static readonly nuint s_page = (nuint)Environment.SystemPageSize;

    private readonly List<(int Descriptor, nint Memory)> _rings = [];
    private readonly SafeFileHandle _stop;
    private readonly ulong _size;
    private readonly byte[] _wrapped = new byte[64 * 1024]; // a record's size has 16 bits
    private int _ring;
    private ulong _position;
    private bool _isOpen; // a record of the ring is in somebody's hands

    /// <summary>Makes the rings and puts them into the map, which stays its maker's to dispose of.</summary>
    /// <param name="map">The map.</param>
    /// <param name="pages">Pages of data for each processor: a power of two.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public PerfBuffer(BpfMap map, int pages = 64)
    {
        _size = (ulong)pages * s_page;
        Check(Libc.EventDescriptor(out int stop), "eventfd", map);
        _stop = new SafeFileHandle(stop, ownsHandle: true);
        try
        {
            for (int processor = 0; processor < map.Spec.MaxEntries; processor++)
            {
                AddRing(map, processor);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Records that found no room so far.</summary>
    public long Lost { get; private set; }

    /// <summary>Gives back the record before and takes the next, whichever processor's; false when there is none now.</summary>
    /// <param name="record">Valid until the next call. It may be padded at its end.</param>
    public bool TryTake(out ReadOnlySpan<byte> record)
    {
        GiveBack();
        for (int tried = 0; tried < _rings.Count; tried++)
        {
            while (TryTakeFromRing(out uint type, out ReadOnlySpan<byte> body))
            {
                if (type == SampleRecord)
                {
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

    /// <summary>Sleeps until there may be records; false once <see cref="Stop"/> was called.</summary>
    public bool Wait()
    {
        Span<PollDescriptor> descriptors = stackalloc PollDescriptor[_rings.Count + 1];
        descriptors[0] = new() { Descriptor = (int)_stop.DangerousGetHandle(), Events = PollEvents.In };
        for (int i = 0; i < _rings.Count; i++)
        {
            descriptors[i + 1] = new() { Descriptor = _rings[i].Descriptor, Events = PollEvents.In };
        }

        Errno errno;
        do
        {
            errno = Libc.Poll(descriptors, -1, out _);
        }
        while (errno == Errno.EINTR);

        return errno == Errno.None && descriptors[0].Ready == PollEvents.None;
    }

    /// <summary>Ends this and every later <see cref="Wait"/>. From any thread.</summary>
    public void Stop() => _ = Libc.Write((int)_stop.DangerousGetHandle(), [1, 0, 0, 0, 0, 0, 0, 0], out _);

    /// <summary>Takes the rings away: no thread may be in <see cref="TryTake"/> or <see cref="Wait"/>.</summary>
    public void Dispose()
    {
        foreach ((int descriptor, nint memory) in _rings)
        {
            Libc.Unmap((void*)memory, s_page + (nuint)_size);
            Libc.Close(descriptor);
        }

        _rings.Clear();
        _stop.Dispose();
    }

    private void AddRing(BpfMap map, int processor)
    {
        PerfEventAttributes attributes = new()
        {
            Type = 1, // PERF_TYPE_SOFTWARE
            Size = (uint)sizeof(PerfEventAttributes),
            Config = 10, // PERF_COUNT_SW_BPF_OUTPUT
            SamplePeriod = 1,
            SampleType = 1 << 10, // PERF_SAMPLE_RAW
            WakeupEvents = 1,
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

        _rings.Add((descriptor, (nint)memory));
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
            throw new LinuxException(errno, call, $"perf buffer {map.Spec.Name}");
        }
    }
}
