using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary><c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Start;
    public nuint Length;
}

/// <summary><c>struct msghdr</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public byte* Name;
    public uint NameLength;
    public IoVector* Parts;
    public nuint PartCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;
}

/// <summary><c>struct cmsghdr</c> and the one descriptor that it carries.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DescriptorMessage
{
    public nuint Length;
    public int Level;
    public int Type;
    public int Descriptor;
    public int Padding;
}

// Messages and descriptors that travel between processes.
internal static unsafe partial class Libc
{
    [LibraryImport(Library, SetLastError = true)]
    private static partial nint recvmsg(int socket, MessageHeader* message, int flags);

    [LibraryImport(Library, SetLastError = true)]
    private static partial nint send(int socket, byte* data, nuint length, int flags);

    /// <summary>Writes to a socket; where the other side is gone that is EPIPE, never a signal.</summary>
    public static Errno Send(int socket, ReadOnlySpan<byte> data)
    {
        const int MSG_NOSIGNAL = 0x4000;
        fixed (byte* at = data)
        {
            return Failure(send(socket, at, (nuint)data.Length, MSG_NOSIGNAL));
        }
    }

    /// <summary>Takes a descriptor out of a socket; -1 where the other side closed without sending one.</summary>
    public static Errno ReceiveDescriptor(int socket, out int descriptor)
    {
        const int SOL_SOCKET = 1, SCM_RIGHTS = 1, MSG_CMSG_CLOEXEC = 0x40000000;
        byte data = 0;
        IoVector part = new() { Start = &data, Length = 1 };
        DescriptorMessage control = default;
        MessageHeader message = new() { Parts = &part, PartCount = 1, Control = (byte*)&control, ControlLength = (nuint)sizeof(DescriptorMessage) };
        descriptor = -1;
        nint received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
        if (received > 0 && message.ControlLength >= 20 && control is { Level: SOL_SOCKET, Type: SCM_RIGHTS })
        {
            descriptor = control.Descriptor;
        }

        return Failure(received);
    }
}
