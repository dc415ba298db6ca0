using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// Reads the records of a BPF_MAP_TYPE_RINGBUF (Linux 5.8) where the kernel put them (<c>Documentation/bpf/ringbuf.rst</c>), in the order
/// of their reservation by all processors: no copy, no allocation, and no system call while there are some. One thread reads;
/// <see cref="Stop"/> may be called by any.
/// </summary>
/// <remarks>
/// A record that finds no room is lost: the helper tells the program so, and nobody else. A program that wants to know counts, as the sample
/// in <c>docs/bpf.md</c> does.
/// <code>
/// page 0      consumer position, written by us           page 1      producer position, written by the kernel
/// pages 2...  the data, mapped twice in a row, so that a record that wraps around still lies in one piece
/// record      length:30 discarded:1 busy:1 | page offset:32 | length bytes, padded to 8
/// </code>
/// </remarks>
public sealed unsafe class RingBuffer : IDisposable
{
    private const uint Busy = 1u << 31, Discarded = 1u << 30;
    private const int Header = 8;

    private static readonly nuint s_page = (nuint)Environment.SystemPageSize;

    private readonly BpfMap _map;
    private bool _isHeld; // the map's descriptor stays open for as long as this
    private readonly StopSignal _stop = new();
    private readonly ulong _mask;
    private ulong* _consumed;
    private ulong* _produced;
    private ulong _position;

    /// <summary>Maps a ring buffer, which stays its maker's to dispose of.</summary>
    /// <exception cref="ArgumentException">The map is of another kind.</exception>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public RingBuffer(BpfMap map)
    {
        if (map.Spec.Type != BpfMapType.RingBuffer)
        {
            throw new ArgumentException($"Map '{map.Spec.Name}' is no ring buffer but a {map.Spec.Type}.", nameof(map));
        }

        _map = map;
        _mask = (ulong)map.Spec.MaxEntries - 1;
        map.Descriptor.DangerousAddRef(ref _isHeld);
        try
        {
            _consumed = (ulong*)Map(0, s_page, writable: true);
            _produced = (ulong*)Map((long)s_page, ProducedLength, writable: false);
        }
        catch
        {
            Dispose();
            throw;
        }

        _position = Volatile.Read(ref *_consumed);
    }

    /// <summary>Bytes that are taken, by records that nobody has read yet and by their headers.</summary>
    public long Pending
    {
        get
        {
            ObjectDisposedException.ThrowIf(_produced == null, this);
            return (long)(Volatile.Read(ref *_produced) - _position);
        }
    }

    private nuint ProducedLength => s_page + (2 * (nuint)_map.Spec.MaxEntries);

    /// <summary>Gives back the record before and takes the next; false when there is none now.</summary>
    /// <param name="record">Valid until the next call, or until this is disposed of.</param>
    public bool TryTake(out ReadOnlySpan<byte> record)
    {
        ObjectDisposedException.ThrowIf(_produced == null, this);
        Volatile.Write(ref *_consumed, _position);
        while (_position < Volatile.Read(ref *_produced))
        {
            byte* at = (byte*)_produced + s_page + (_position & _mask);
            uint header = Volatile.Read(ref *(uint*)at);
            if ((header & Busy) != 0)
            {
                break; // reserved, and not yet submitted
            }

            uint length = header & ~(Busy | Discarded);
            _position += (Header + length + 7) & ~7UL;
            if ((header & Discarded) == 0)
            {
                record = new ReadOnlySpan<byte>(at + Header, (int)length);
                return true;
            }

            Volatile.Write(ref *_consumed, _position);
        }

        record = default;
        return false;
    }

    /// <summary>
    /// The records that are there, for <see langword="foreach"/>: each is valid until the next. The last is given back when there are no
    /// more, or, where the loop is left, at the next call.
    /// </summary>
    public RingBufferRecords Take() => new(this);

    /// <summary>Sleeps until there may be records; false once <see cref="Stop"/> was called.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public bool Wait() => Wait(Timeout.InfiniteTimeSpan) != BufferWait.Stopped;

    /// <summary>Sleeps until there may be records, at most for a while.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public BufferWait Wait(TimeSpan timeout)
    {
        ObjectDisposedException.ThrowIf(_produced == null, this);
        Span<PollDescriptor> descriptors =
        [
            default,
            new() { Descriptor = (int)_map.Descriptor.DangerousGetHandle(), Events = PollEvents.In },
        ];
        return _stop.Wait(descriptors, timeout);
    }

    /// <summary>Ends this and every later wait. From any thread, as in <c>cancellation.Register(ring.Stop)</c>.</summary>
    public void Stop() => _stop.Set();

    /// <summary>Takes the mappings away: no thread may be reading or waiting.</summary>
    public void Dispose()
    {
        if (_produced != null)
        {
            Libc.Unmap(_produced, ProducedLength);
            _produced = null;
        }

        if (_consumed != null)
        {
            Libc.Unmap(_consumed, s_page);
            _consumed = null;
        }

        if (_isHeld)
        {
            _isHeld = false;
            _map.Descriptor.DangerousRelease();
        }

        _stop.Dispose();
    }

    private void* Map(long offset, nuint length, bool writable)
    {
        Errno errno = Libc.MapShared((int)_map.Descriptor.DangerousGetHandle(), offset, length, writable, out void* memory);
        return errno == Errno.None ? memory : throw new LinuxException(errno, "mmap", $"ring buffer {_map.Spec.Name}");
    }
}

/// <summary>The records that are there; see <see cref="RingBuffer.Take"/>.</summary>
public ref struct RingBufferRecords
{
    private readonly RingBuffer _ring;
    private ReadOnlySpan<byte> _current;

    internal RingBufferRecords(RingBuffer ring) => _ring = ring;

    /// <summary>The record that came last.</summary>
    public readonly ReadOnlySpan<byte> Current => _current;

    /// <summary>Itself.</summary>
    public readonly RingBufferRecords GetEnumerator() => this;

    /// <summary>Gives back the record before and takes the next; false when there is none now.</summary>
    public bool MoveNext() => _ring.TryTake(out _current);
}
