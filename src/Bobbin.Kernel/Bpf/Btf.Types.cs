using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Bpf;

// Single types, for BtfType too. An id that is not a type's is that of void.
public sealed partial class Btf
{
    private const int PointerSize = 8;

    // A blob that refers in circles ends a walk along references, not us.
    private const int MostReferences = 64;

    internal BtfKind KindOf(int id) => id > 0 && id < _count ? KindOf(_types.Span[OffsetOf(id)..]) : BtfKind.Void;

    /// <summary>Where a type's record begins; it must not be void.</summary>
    internal int OffsetOf(int id)
    {
        ReadOnlySpan<byte> types = _types.Span;
        int at = _marks[(id - 1) / Stride];
        for (int step = (id - 1) % Stride; step > 0; step--)
        {
            at += LengthOf(MemoryMarshal.Read<uint>(types[(at + 4)..]));
        }

        return at;
    }

    internal uint Word(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_types.Span[offset..]);

    internal ReadOnlySpan<byte> NameAt(uint offset)
    {
        ReadOnlySpan<byte> rest = offset < (uint)_names.Length ? _names.Span[(int)offset..] : [];
        int end = rest.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }

    internal bool NameIs(uint offset, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> rest = offset < (uint)_names.Length ? _names.Span[(int)offset..] : [];
        return rest.StartsWith(name) && (rest.Length == name.Length || rest[name.Length] == 0);
    }

    /// <summary>A type without typedefs and qualifiers.</summary>
    internal int Bare(int id)
    {
        for (int i = 0; i < MostReferences && KindOf(id) is BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.TypeTag; i++)
        {
            id = (int)Word(OffsetOf(id) + 8);
        }

        return id;
    }

    internal long SizeOf(int id, int depth)
    {
        id = Bare(id);
        BtfKind kind = KindOf(id);
        if (kind == BtfKind.Void || depth > DeepestNesting)
        {
            return 0;
        }

        int at = OffsetOf(id);
        return kind switch
        {
            BtfKind.Pointer => PointerSize,
            BtfKind.Array => Math.Min((long)int.MaxValue + 1, Word(at + TypeSize + 8) * SizeOf((int)Word(at + TypeSize), depth + 1)),
            BtfKind.Integer or BtfKind.Structure or BtfKind.Union or BtfKind.Enumeration or BtfKind.Enumeration64 or BtfKind.Float =>
                Word(at + 8),
            _ => 0,
        };
    }
}
