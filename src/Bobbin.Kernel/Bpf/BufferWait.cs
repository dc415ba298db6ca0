using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Bpf;

/// <summary>How a wait for records ended.</summary>
public enum BufferWait
{
    /// <summary>There may be records.</summary>
    Records,

    /// <summary>The time passed without any.</summary>
    TimedOut,

    /// <summary>Somebody called Stop.</summary>
    Stopped,
}

/// <summary>An eventfd that ends a wait from another thread.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly SafeFileHandle _event;

    /// <exception cref="LinuxException">There are no descriptors left.</exception>
    public StopSignal()
    {
        Errno errno = Libc.EventDescriptor(out int descriptor);
        _event = errno == Errno.None ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new LinuxException(errno, "eventfd");
    }

    public void Set()
    {
        using BorrowedDescriptor signal = new(_event);
        _ = Libc.Write(signal.Number, [1, 0, 0, 0, 0, 0, 0, 0], out _);
    }

    /// <summary>Waits for the signal, or for one of the others, which begin at 1: the first is the signal's own.</summary>
    public BufferWait Wait(Span<PollDescriptor> descriptors, TimeSpan timeout)
    {
        using BorrowedDescriptor signal = new(_event);
        descriptors[0] = new() { Descriptor = signal.Number, Events = PollEvents.In };
        long end = timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : Environment.TickCount64 + (long)Math.Ceiling(timeout.TotalMilliseconds);
        while (true)
        {
            int left = end == long.MaxValue ? -1 : (int)Math.Clamp(end - Environment.TickCount64, 0, int.MaxValue);
            Errno errno = Libc.Poll(descriptors, left, out int ready);
            if (errno != Errno.EINTR)
            {
                return errno != Errno.None ? throw new LinuxException(errno, "poll")
                    : descriptors[0].Ready != PollEvents.None ? BufferWait.Stopped
                    : ready == 0 ? BufferWait.TimedOut : BufferWait.Records;
            }
        }
    }

    public void Dispose() => _event.Dispose();
}
