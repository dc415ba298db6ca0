using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Bobbin.Tests.Bpf;

/// <summary>Types as a kernel would show them, put together by hand.</summary>
internal sealed class BtfBlob
{
    private readonly List<byte> _types = [];
    private readonly List<byte> _names = [0];

    /// <summary>Where a name begins.</summary>
    public int Name(string name)
    {
        // Each name stands there once, as in a kernel's blob.
        byte[] bytes = [0, .. Encoding.UTF8.GetBytes(name), 0];
        int known = CollectionsMarshal.AsSpan(_names).IndexOf(bytes);
        if (known >= 0)
        {
            return known + 1;
        }

        int at = _names.Count;
        _names.AddRange(bytes.AsSpan(1));
        return at;
    }

    /// <summary>Adds a type: its record after name, kind and count.</summary>
    public void Type(string name, int kind, int count, params int[] words)
    {
        foreach (int word in (int[])[name.Length == 0 ? 0 : Name(name), (kind << 24) | count, .. words])
        {
            byte[] bytes = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, word);
            _types.AddRange(bytes);
        }
    }

    /// <summary>All of it.</summary>
    public byte[] ToBytes()
    {
        byte[] header = new byte[24];
        BinaryPrimitives.WriteUInt16LittleEndian(header, 0xEB9F);
        header[2] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), 24);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), _types.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), _types.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(20), _names.Count);
        return [.. header, .. _types, .. _names];
    }
}
