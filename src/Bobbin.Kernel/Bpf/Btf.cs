using System.Buffers.Binary;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// The types of a kernel (<c>Documentation/bpf/btf.rst</c>), read as far as it takes to find where a member lies in a structure.
/// The blob is a header, types one after the other (their order is their id, from 1 on), and their names.
/// </summary>
internal sealed class Btf : IDisposable
{
    /// <summary>Where a kernel shows its own types (CONFIG_DEBUG_INFO_BTF).</summary>
    public const string KernelPath = "/sys/kernel/btf/vmlinux";

    private const ushort Magic = 0xEB9F;
    private const int TypeSize = 12, MemberSize = 12;

    private readonly ReadOnlyMemory<byte> _types;
    private readonly ReadOnlyMemory<byte> _names;
    private MappedFile? _mapped;
    private readonly List<int> _offsets = [-1]; // by id; 0 is void

    /// <summary>Reads a blob.</summary>
    /// <exception cref="InvalidDataException">It is not BTF.</exception>
    public Btf(ReadOnlyMemory<byte> blob)
    {
        ReadOnlySpan<byte> span = blob.Span;
        if (span.Length < 24 || BinaryPrimitives.ReadUInt16LittleEndian(span) != Magic)
        {
            throw new InvalidDataException("Not BTF.");
        }

        // struct btf_header: magic 2, version 1, flags 1, hdr_len 4, type_off 4, type_len 4, str_off 4, str_len 4
        int header = BinaryPrimitives.ReadInt32LittleEndian(span[4..]);
        _types = Section(blob, header, span[8..]);
        _names = Section(blob, header, span[16..]);
        Index();
    }

    /// <summary>Reads the running kernel's types.</summary>
    /// <exception cref="IOException">There are none.</exception>
    public static Btf OfKernel()
    {
        // Several megabytes, which sysfs hands out page by page, a tenth of a second in all; since 6.16 they can be mapped instead.
        MappedFile? mapped = MappedFile.Open(KernelPath);
        return mapped is null ? new(File.ReadAllBytes(KernelPath)) : new(mapped.Memory) { _mapped = mapped };
    }

    /// <summary>Gives the memory back; nothing can be looked up any more.</summary>
    public void Dispose() => (_mapped as IDisposable)?.Dispose();

    /// <summary>How many types there are.</summary>
    public int Count => _offsets.Count - 1;

    /// <summary>
    /// Where <paramref name="member"/> lies in <c>struct <paramref name="structure"/></c>, in bytes; members of anonymous structures
    /// and unions within count as the structure's own, as in C.
    /// </summary>
    public bool TryFindMember(ReadOnlySpan<byte> structure, ReadOnlySpan<byte> member, out int offset)
    {
        for (int id = 1; id < _offsets.Count; id++)
        {
            if (KindOf(id) == BtfKind.Structure && NameAt(Word(_offsets[id])).SequenceEqual(structure)
                && TryFindMember(id, member, out int bits) && bits % 8 == 0)
            {
                offset = bits / 8;
                return true;
            }
        }

        offset = 0;
        return false;
    }

    private static ReadOnlyMemory<byte> Section(ReadOnlyMemory<byte> blob, int header, ReadOnlySpan<byte> place)
    {
        int offset = BinaryPrimitives.ReadInt32LittleEndian(place);
        int length = BinaryPrimitives.ReadInt32LittleEndian(place[4..]);
        long end = (long)header + offset + length;
        return header >= 0 && offset >= 0 && length >= 0 && end <= blob.Length
            ? blob.Slice(header + offset, length)
            : throw new InvalidDataException("BTF section outside of the blob.");
    }

    private void Index()
    {
        int at = 0;
        while (at + TypeSize <= _types.Length)
        {
            _offsets.Add(at);
            uint info = Word(at + 4);
            int count = (int)(info & 0xFFFF); // vlen
            at += TypeSize + (BtfKind)((info >> 24) & 0x1F) switch
            {
                BtfKind.Integer or BtfKind.Variable or BtfKind.DeclarationTag => 4,
                BtfKind.Array => 12,
                BtfKind.Structure or BtfKind.Union or BtfKind.Enumeration64 or BtfKind.Section => count * 12,
                BtfKind.Enumeration or BtfKind.Prototype => count * 8,
                _ => 0,
            };
        }

        if (at != _types.Length)
        {
            throw new InvalidDataException("BTF types do not end with their section.");
        }
    }

    private bool TryFindMember(int id, ReadOnlySpan<byte> member, out int bits)
    {
        int at = _offsets[id];
        uint info = Word(at + 4);
        bool withBitfields = info >> 31 != 0; // kind_flag: the offset's high 8 bits hold a bit field's size
        for (int i = 0; i < (int)(info & 0xFFFF); i++)
        {
            int record = at + TypeSize + (i * MemberSize);
            uint place = Word(record + 8);
            int offset = (int)(withBitfields ? place & 0xFF_FFFF : place);
            ReadOnlySpan<byte> name = NameAt(Word(record));
            if (name.SequenceEqual(member))
            {
                bits = offset;
                return true;
            }

            int type = (int)Word(record + 4);
            if (name.IsEmpty && KindOf(type) is BtfKind.Structure or BtfKind.Union && TryFindMember(type, member, out int inner))
            {
                bits = offset + inner;
                return true;
            }
        }

        bits = 0;
        return false;
    }

    private BtfKind KindOf(int id) =>
        id > 0 && id < _offsets.Count ? (BtfKind)((Word(_offsets[id] + 4) >> 24) & 0x1F) : BtfKind.Void;

    private uint Word(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_types.Span[offset..]);

    private ReadOnlySpan<byte> NameAt(uint offset)
    {
        ReadOnlySpan<byte> rest = offset < (uint)_names.Length ? _names.Span[(int)offset..] : [];
        int end = rest.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }

    /// <summary><c>BTF_KIND_*</c>: those whose size or members matter here.</summary>
    private enum BtfKind
    {
        Void = 0,
        Integer = 1,
        Array = 3,
        Structure = 4,
        Union = 5,
        Enumeration = 6,
        Prototype = 13,
        Variable = 14,
        Section = 15,
        DeclarationTag = 17,
        Enumeration64 = 19,
    }
}
