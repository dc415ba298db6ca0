using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// Reads the records of a BPF_MAP_TYPE_RINGBUF (Linux 5.8) where the kernel put them (<c>Documentation/bpf/ringbuf.rst</c>). One
/// thread reads.
/// <code>
/// page 0      consumer position, written by us           page 1      producer position, written by the kernel
/// pages 2...  the data, mapped twice in a row, so that a record that wraps around still lies in one piece
/// record      length:30 discarded:1 busy:1 | page offset:32 | length bytes, padded to 8
/// </code>
/// </summary>
internal sealed unsafe class RingBuffer : IDisposable
{
    private const uint Busy = 1u << 31, Discarded = 1u << 30;
    private const int Header = 8;

    private static readonly nuint Page = (nuint)Environment.SystemPageSize;

    private readonly BpfMap _map;
    private readonly SafeFileHandle _stop;
    private readonly ulong* _consumed;
    private readonly ulong* _produced;
    private readonly byte* _data;
    private readonly ulong _mask;
    private ulong _position;

    /// <summary>Maps a ring buffer, which stays its maker's to dispose of.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public RingBuffer(BpfMap map)
    {
        _map = map;
        _mask = (ulong)map.Spec.MaxEntries - 1;
        Check(Libc.EventDescriptor(out int stop), "eventfd");
        _stop = new SafeFileHandle(stop, ownsHandle: true);
        try
        {
            Check(Libc.MapShared(map.Number, 0, Page, writable: true, out void* memory), "mmap");
            _consumed = (ulong*)memory;
            Check(Libc.MapShared(map.Number, (long)Page, ProducedLength, writable: false, out memory), "mmap");
            _produced = (ulong*)memory;
        }
        catch
        {
            Dispose();
            throw;
        }

        _data = (byte*)_produced + Page;
        _position = Volatile.Read(ref *_consumed);
    }

    private nuint ProducedLength => Page + (2 * (nuint)_map.Spec.MaxEntries);

    /// <summary>Gives back the record before and takes the next; false when there is none now.</summary>
    /// <param name="record">Valid until the next call.</param>
    public bool TryTake(out ReadOnlySpan<byte> record)
    {
        Volatile.Write(ref *_consumed, _position);
        while (_position < Volatile.Read(ref *_produced))
        {
            byte* at = _data + (_position & _mask);
            uint header = Volatile.Read(ref *(uint*)at);
            if ((header & Busy) != 0)
            {
                break;
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

    /// <summary>Sleeps until there may be records; false once <see cref="Stop"/> was called.</summary>
    public bool Wait()
    {
        Span<PollDescriptor> descriptors =
        [
            new() { Descriptor = (int)_stop.DangerousGetHandle(), Events = PollEvents.In },
            new() { Descriptor = _map.Number, Events = PollEvents.In },
        ];
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

    /// <summary>Takes the maps away: no thread may be in <see cref="TryTake"/> or <see cref="Wait"/>.</summary>
    public void Dispose()
    {
        if (_produced != null)
        {
            Libc.Unmap(_produced, ProducedLength);
        }

        if (_consumed != null)
        {
            Libc.Unmap(_consumed, Page);
        }

        _stop.Dispose();
    }

    private void Check(Errno errno, string call)
    {
        if (errno != Errno.None)
        {
            throw new LinuxException(errno, call, $"ring buffer {_map.Spec.Name}");
        }
    }
}
