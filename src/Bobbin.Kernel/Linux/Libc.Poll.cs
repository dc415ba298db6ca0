using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public PollEvents Events;
    public PollEvents Ready;
}

/// <summary><c>POLL*</c>, and with the same values <c>EPOLL*</c>.</summary>
[Flags]
internal enum PollEvents : ushort
{
    None = 0,
    In = 1,
    Priority = 2,
    Out = 4,
    Error = 8,
    HangUp = 16,
    Invalid = 32,
}

// Waiting.
internal static unsafe partial class Libc
{
    // struct epoll_event is packed on x86-64 and nowhere else.
    private static readonly bool s_epollPacked = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Bytes of one <c>struct epoll_event</c>.</summary>
    public static int EpollEventSize => s_epollPacked ? 12 : 16;

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_ctl(int epoll, int operation, int descriptor, byte* item);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int epoll_wait(int epoll, byte* items, int most, int milliseconds);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int eventfd(uint initial, int flags);

    /// <summary>poll(2); -1 ms waits for ever.</summary>
    public static Errno Poll(Span<PollDescriptor> descriptors, int milliseconds, out int ready)
    {
        fixed (PollDescriptor* at = descriptors)
        {
            return Counted(poll(at, (nuint)descriptors.Length, milliseconds), out ready);
        }
    }

    /// <summary>epoll_create1(2).</summary>
    public static Errno EpollCreate(out int epoll)
    {
        epoll = epoll_create1(OpenFlags.CloseOnExec);
        return Failure(epoll);
    }

    /// <summary>Adds a descriptor to an epoll; <paramref name="data"/> comes back with its events.</summary>
    public static Errno EpollAdd(int epoll, int descriptor, PollEvents events, ulong data)
    {
        byte* item = stackalloc byte[16];
        Span<byte> bytes = new(item, 16);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)events);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[(s_epollPacked ? 4 : 8)..], data);
        return Failure(epoll_ctl(epoll, 1, descriptor, item));
    }

    /// <summary>Takes a descriptor out of an epoll.</summary>
    public static Errno EpollRemove(int epoll, int descriptor)
    {
        byte* item = stackalloc byte[16];
        return Failure(epoll_ctl(epoll, 2, descriptor, item));
    }

    /// <summary>Waits for events; <paramref name="data"/> takes what was added with each ready descriptor.</summary>
    public static Errno EpollWait(int epoll, Span<ulong> data, int milliseconds, out int ready)
    {
        int most = Math.Min(data.Length, 64);
        byte* items = stackalloc byte[64 * 16];
        Errno error = Counted(epoll_wait(epoll, items, most, milliseconds), out ready);
        for (int i = 0; i < ready; i++)
        {
            ReadOnlySpan<byte> item = new(items + (i * EpollEventSize), EpollEventSize);
            data[i] = BinaryPrimitives.ReadUInt64LittleEndian(item[(s_epollPacked ? 4 : 8)..]);
        }

        return error;
    }

    /// <summary>A descriptor that becomes readable when a number is written to it, closed on exec, never blocking.</summary>
    public static Errno EventDescriptor(out int descriptor)
    {
        descriptor = eventfd(0, OpenFlags.CloseOnExec | OpenFlags.NonBlocking);
        return Failure(descriptor);
    }
}
