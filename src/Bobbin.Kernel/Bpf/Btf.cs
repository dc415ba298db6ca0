using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// The types of a kernel (<c>Documentation/bpf/btf.rst</c>), read as far as it takes to find where a member lies in a structure, and
/// the ids of types. The blob is a header, types one after the other (their order is their id, from 1 on), and their names.
/// </summary>
internal sealed partial class Btf : IDisposable
{
    /// <summary>Where a kernel shows its own types (CONFIG_DEBUG_INFO_BTF).</summary>
    public const string KernelPath = "/sys/kernel/btf/vmlinux";

    private const ushort Magic = 0xEB9F;
    private const int TypeSize = 12;

    private readonly ReadOnlyMemory<byte> _types;
    private readonly ReadOnlyMemory<byte> _names;
    private readonly int[] _offsets; // by id; 0 is void
    private readonly int _count;
    private MappedFile? _mapped;

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
        _offsets = Index(_types.Span, out _count);
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
    public int Count => _count - 1;

    /// <summary>Finds a type by its kind and name.</summary>
    public bool TryFind(BtfKind kind, ReadOnlySpan<byte> name, out int id)
    {
        // A name occurs once among the names, which a vector search finds sooner than a comparison a type would.
        int wanted = FindName(name);
        ReadOnlySpan<byte> types = _types.Span;
        for (id = 1; wanted > 0 && id < _count; id++)
        {
            ReadOnlySpan<byte> type = types[_offsets[id]..];
            if (MemoryMarshal.Read<int>(type) == wanted && KindOf(type) == kind)
            {
                return true;
            }
        }

        id = 0;
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

    private static int[] Index(ReadOnlySpan<byte> types, out int count)
    {
        int[] offsets = new int[1 + (types.Length / TypeSize)];
        int at = 0;
        count = 1;
        while (at + TypeSize <= types.Length)
        {
            offsets[count++] = at;
            ReadOnlySpan<byte> type = types[at..];
            int members = MemoryMarshal.Read<ushort>(type[4..]); // vlen
            at += TypeSize + KindOf(type) switch
            {
                BtfKind.Integer or BtfKind.Variable or BtfKind.DeclarationTag => 4,
                BtfKind.Array => 12,
                BtfKind.Structure or BtfKind.Union or BtfKind.Enumeration64 or BtfKind.Section => members * 12,
                BtfKind.Enumeration or BtfKind.Prototype => members * 8,
                _ => 0,
            };
        }

        return at == types.Length ? offsets : throw new InvalidDataException("BTF types do not end with their section.");
    }

    private static BtfKind KindOf(ReadOnlySpan<byte> type) => (BtfKind)(type[7] & 0x1F);

    private BtfKind KindOf(int id) => id > 0 && id < _count ? KindOf(_types.Span[_offsets[id]..]) : BtfKind.Void;

    private uint Word(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(_types.Span[offset..]);

    private ReadOnlySpan<byte> NameAt(uint offset)
    {
        ReadOnlySpan<byte> rest = offset < (uint)_names.Length ? _names.Span[(int)offset..] : [];
        int end = rest.IndexOf((byte)0);
        return end < 0 ? rest : rest[..end];
    }

    /// <summary>Where a name begins; 0, the empty name's place, where there is none.</summary>
    private int FindName(ReadOnlySpan<byte> name)
    {
        Span<byte> enclosed = stackalloc byte[Math.Min(name.Length, 254) + 2];
        enclosed.Clear();
        if (name.Length > enclosed.Length - 2)
        {
            return 0;
        }

        name.CopyTo(enclosed[1..]);
        return _names.Span.IndexOf(enclosed) + 1;
    }
}
