using System.Buffers.Text;

namespace Bobbin.Kernel.Bpf;

// Where members lie.
internal sealed partial class Btf
{
    private const int MemberSize = 12;
    private const int PointerSize = 8;

    /// <summary>
    /// Where <paramref name="path"/> lies in <c>struct <paramref name="structure"/></c>: a member, or a member of a member, and
    /// elements of arrays, as C writes them (<c>prev_cputime.utime</c>, <c>rlim[5].rlim_cur</c>). Members of anonymous structures and
    /// unions count as the structure's own, as in C. False where the kernel has no such member, and for bit fields.
    /// </summary>
    public bool TryFindMember(ReadOnlySpan<byte> structure, ReadOnlySpan<byte> path, out BtfMember member)
    {
        member = default;
        return TryFind(BtfKind.Structure, structure, out int id) && TryFindMember(id, path, out member);
    }

    /// <summary>As the other, of the structure or union with an id.</summary>
    public bool TryFindMember(int structure, ReadOnlySpan<byte> path, out BtfMember member)
    {
        member = new BtfMember(0, 0, structure);
        foreach (Range range in path.Split((byte)'.'))
        {
            ReadOnlySpan<byte> step = path[range];
            int bracket = step.IndexOf((byte)'[');
            ReadOnlySpan<byte> name = bracket < 0 ? step : step[..bracket];
            if (!TryFindMember(member.Type, name, out int type, out int bits) || bits % 8 != 0)
            {
                return false;
            }

            member = new BtfMember(member.Offset + (bits / 8), 0, Bare(type));
            if (bracket >= 0 && !TryTakeElement(step[(bracket + 1)..], ref member))
            {
                return false;
            }
        }

        member = member with { Size = SizeOf(member.Type, depth: 0) };
        return true;
    }

    private bool TryTakeElement(ReadOnlySpan<byte> index, ref BtfMember member)
    {
        if (KindOf(member.Type) != BtfKind.Array || !Utf8Parser.TryParse(index, out int number, out _))
        {
            return false;
        }

        // struct btf_array, after the type: type, index_type, nelems
        int element = Bare((int)Word(_offsets[member.Type] + TypeSize));
        member = new BtfMember(member.Offset + (number * SizeOf(element, depth: 0)), 0, element);
        return true;
    }

    private bool TryFindMember(int id, ReadOnlySpan<byte> member, out int type, out int bits)
    {
        type = bits = 0;
        if (KindOf(id) is not (BtfKind.Structure or BtfKind.Union))
        {
            return false;
        }

        int at = _offsets[id];
        uint info = Word(at + 4);
        bool withBitFields = info >> 31 != 0; // kind_flag: the offset's high 8 bits hold a bit field's size
        for (int i = 0; i < (int)(info & 0xFFFF); i++)
        {
            int record = at + TypeSize + (i * MemberSize);
            uint place = Word(record + 8);
            ReadOnlySpan<byte> name = NameAt(Word(record));
            type = (int)Word(record + 4);
            bits = (int)(withBitFields ? place & 0xFF_FFFF : place);
            if (name.SequenceEqual(member))
            {
                return !withBitFields || place >> 24 == 0;
            }

            if (name.IsEmpty && TryFindMember(type, member, out int innerType, out int inner))
            {
                type = innerType;
                bits += inner;
                return true;
            }
        }

        return false;
    }

    /// <summary>A type without typedefs and qualifiers.</summary>
    private int Bare(int id)
    {
        // A blob that refers in circles ends the walk, not us.
        for (int i = 0; i < 64 && KindOf(id) is BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.TypeTag; i++)
        {
            id = (int)Word(_offsets[id] + 8);
        }

        return id;
    }

    private int SizeOf(int id, int depth)
    {
        id = Bare(id);
        if (depth > 8 || id == 0)
        {
            return 0;
        }

        int at = _offsets[id];
        return KindOf(id) switch
        {
            BtfKind.Pointer => PointerSize,
            BtfKind.Array => (int)Word(at + TypeSize + 8) * SizeOf((int)Word(at + TypeSize), depth + 1),
            BtfKind.Integer or BtfKind.Structure or BtfKind.Union or BtfKind.Enumeration or BtfKind.Enumeration64 or BtfKind.Float =>
                (int)Word(at + 8),
            _ => 0,
        };
    }
}
