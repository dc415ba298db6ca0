using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;

namespace Bobbin.Tests.Fuse;

/// <summary>Writes requests as the kernel does, and reads replies.</summary>
internal static class RequestBytes
{
    public const ulong Unique = 0x1234;

    /// <summary>A whole request.</summary>
    public static byte[] Of(FuseOperation operation, ulong node = 1, ReadOnlySpan<byte> tail = default, ulong unique = Unique)
    {
        byte[] request = new byte[40 + tail.Length];
        MemoryMarshal.Write(request, new FuseInHeader
        {
            Length = (uint)request.Length,
            Operation = operation,
            Unique = unique,
            Node = node,
            UserId = 1000,
            GroupId = 1001,
            ThreadId = 4321,
        });
        tail.CopyTo(request.AsSpan(40));
        return request;
    }

    /// <summary>A whole request with a fixed argument, and what follows it.</summary>
    public static byte[] Of<T>(FuseOperation operation, ulong node, T argument, ReadOnlySpan<byte> tail = default) where T : unmanaged =>
        Of(operation, node, [.. MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in argument)), .. tail]);

    /// <summary>INIT as a kernel of that version sends it.</summary>
    public static byte[] Initialize(uint minor = 45, uint flags = uint.MaxValue, uint flags2 = uint.MaxValue, uint major = 7) =>
        Of(FuseOperation.Initialize, 0, new FuseInitIn { Major = major, Minor = minor, MaxReadAhead = 131072, Flags = flags, Flags2 = flags2 });

    /// <summary>A protocol that INIT is behind.</summary>
    public static FuseProtocol Ready(FuseFileSystem fileSystem, FuseOptions? options = null)
    {
        FuseProtocol protocol = new(fileSystem, options ?? new FuseOptions { MaxPages = 16 });
        Exchange(protocol, Initialize(), out FuseOutHeader header);
        return header.Error == 0 ? protocol : throw new InvalidOperationException("INIT failed");
    }

    /// <summary>Sends a request and takes the reply apart.</summary>
    public static byte[] Exchange(FuseProtocol protocol, byte[] request, out FuseOutHeader header)
    {
        byte[] reply = new byte[protocol.BufferSize];
        int length = protocol.Process(request, reply);
        header = length == 0 ? default : MemoryMarshal.Read<FuseOutHeader>(reply);
        return reply.AsSpan(0, length) is { Length: > 16 } whole ? whole[16..].ToArray() : [];
    }

    /// <summary>The errno that a request is answered with.</summary>
    public static Errno ErrorOf(FuseProtocol protocol, byte[] request)
    {
        Exchange(protocol, request, out FuseOutHeader header);
        return header.Unique == 0 ? throw new InvalidOperationException("no reply") : (Errno)(-header.Error);
    }
}
