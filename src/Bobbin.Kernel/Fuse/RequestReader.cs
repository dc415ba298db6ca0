using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Fuse;

/// <summary>Takes the parts of one request off the front of what follows its header. Never reads past the end, never throws.</summary>
internal ref struct RequestReader
{
    /// <summary>The device hands out argument and payload in one piece; io_uring keeps the argument apart.</summary>
    private readonly bool _apart;
    private ReadOnlySpan<byte> _argument;
    private ReadOnlySpan<byte> _rest;

    /// <summary>A request from the device: the payload follows the argument.</summary>
    public RequestReader(ReadOnlySpan<byte> request) => _rest = request;

    /// <summary>A request from io_uring: the argument lies in a fixed area of its own, the payload elsewhere.</summary>
    public RequestReader(ReadOnlySpan<byte> argument, ReadOnlySpan<byte> payload)
    {
        _apart = true;
        _argument = argument;
        _rest = payload;
    }

    /// <summary>All that is left.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Takes the operation's fixed argument, which comes first.</summary>
    public bool TryTakeArgument<T>(out T value) where T : unmanaged =>
        _apart ? MemoryMarshal.TryRead(_argument, out value) : TryTake(out value);

    /// <summary>Takes a structure off the front of the payload.</summary>
    public bool TryTake<T>(out T value) where T : unmanaged
    {
        if (!MemoryMarshal.TryRead(_rest, out value))
        {
            return false;
        }

        _rest = _rest[Unsafe.SizeOf<T>()..];
        return true;
    }

    /// <summary>Takes a name and its terminating NUL.</summary>
    public bool TryTakeName(out ReadOnlySpan<byte> name)
    {
        int end = _rest.IndexOf((byte)0);
        if (end < 0)
        {
            name = default;
            return false;
        }

        name = _rest[..end];
        _rest = _rest[(end + 1)..];
        return true;
    }

    /// <summary>Takes a name that ends the request: anything behind its NUL is a NUL inside the name.</summary>
    public bool TryTakeLastName(out ReadOnlySpan<byte> name) => TryTakeName(out name) && _rest.IsEmpty;
}
