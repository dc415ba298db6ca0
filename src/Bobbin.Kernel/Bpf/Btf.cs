using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// The types of a kernel (<c>Documentation/bpf/btf.rst</c>): where members lie in structures, and the ids of types. The blob is a header,
/// types one after the other (their order is their id, from 1 on), and their names; it stays where the kernel has it, and what is asked for
/// is looked up there. To open it costs one pass over the types, 4 bytes a type, and a lookup allocates nothing.
/// </summary>
/// <remarks>
/// Any number of threads may look things up at once. Names are bytes, as in C. A blob that is damaged, or made to do harm, gives wrong
/// answers or <see cref="InvalidDataException"/>, and nothing worse.
/// </remarks>
public sealed partial class Btf : IDisposable
{
    /// <summary>Where a kernel shows its own types (CONFIG_DEBUG_INFO_BTF); everybody may read it.</summary>
    public const string KernelPath = "/sys/kernel/btf/vmlinux";

    private const ushort Magic = 0xEB9F;
    private const int TypeSize = 12;

    private readonly ReadOnlyMemory<byte> _types;
    private readonly ReadOnlyMemory<byte> _names;
    private readonly int[] _offsets; // by id; 0 is void
    private readonly int _count;
    private readonly Dictionary<string, int> _structures = []; // by name: to find one takes a walk over all types
    private MappedFile? _mapped;

    /// <summary>Reads a blob, such as the section <c>.BTF</c> of an object file, of this machine's byte order.</summary>
    /// <exception cref="InvalidDataException">It is not BTF, or not whole.</exception>
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

    /// <summary>How many types there are; their ids are 1 to this.</summary>
    public int Count => _count - 1;

    /// <summary>Reads the running kernel's types.</summary>
    /// <exception cref="BpfException">The kernel shows none (<see cref="BpfObstacle.NoTypes"/>).</exception>
    /// <exception cref="InvalidDataException">It shows something else.</exception>
    public static Btf OfKernel()
    {
        try
        {
            // Several megabytes, which sysfs hands out page by page, a tenth of a second in all; since 6.16 they can be mapped instead.
            MappedFile? mapped = MappedFile.Open(KernelPath);
            return mapped is null ? new(File.ReadAllBytes(KernelPath)) : new(mapped.Memory) { _mapped = mapped };
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BpfException(Errno.ENOENT, "open", KernelPath, BpfObstacle.NoTypes, $"There is no {KernelPath}.",
                Directory.Exists("/sys/kernel")
                    ? "The kernel was built without CONFIG_DEBUG_INFO_BTF, which most distributions' kernels have."
                    : "Mount /sys: it shows the kernel's types.");
        }
    }

    /// <summary>Finds a type by its kind and name.</summary>
    /// <param name="kind">Structures, typedefs, functions and so on have names of their own each.</param>
    /// <param name="name">Its name, without <c>struct</c>.</param>
    /// <param name="id">Its id; 0 where there is none.</param>
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

    /// <summary>A type by its id; <see cref="BtfKind.Void"/> where there is none.</summary>
    public BtfType Type(int id) => new(this, id);

    /// <summary>
    /// Gives the memory back: nothing can be looked up any more, and names that were handed out are gone. No other thread may be looking.
    /// </summary>
    public void Dispose() => (_mapped as IDisposable)?.Dispose();

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
                > BtfKind.Enumeration64 or BtfKind.Void => throw new InvalidDataException($"BTF type {count - 1} is of an unknown kind."),
                _ => 0,
            };
        }

        return at == types.Length ? offsets : throw new InvalidDataException("BTF types do not end with their section.");
    }

    private static BtfKind KindOf(ReadOnlySpan<byte> type) => (BtfKind)(type[7] & 0x1F);

    /// <summary>Where a name begins; 0, the empty name's place, where there is none.</summary>
    private int FindName(ReadOnlySpan<byte> name)
    {
        Span<byte> enclosed = stackalloc byte[Math.Min(name.Length, 254) + 2];
        enclosed.Clear();
        if (name.Length > enclosed.Length - 2 || name.Contains((byte)0))
        {
            return 0;
        }

        name.CopyTo(enclosed[1..]);
        return _names.Span.IndexOf(enclosed) + 1;
    }

    private int FindStructure(string name)
    {
        lock (_structures)
        {
            if (!_structures.TryGetValue(name, out int id))
            {
                byte[] bytes = Encoding.UTF8.GetBytes(name);
                _ = TryFind(BtfKind.Structure, bytes, out id) || TryFind(BtfKind.Union, bytes, out id);
                _structures[name] = id;
            }

            return id;
        }
    }
}
