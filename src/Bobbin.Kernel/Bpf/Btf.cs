using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// The types of a kernel (<c>Documentation/bpf/btf.rst</c>): where members lie in structures, and the ids of types. The blob is a header,
/// types one after the other (their order is their id, from 1 on), and their names; it stays where the kernel has it, and what is asked for
/// is looked up there. To open it costs one pass over the types and 4 bytes for each 32 of them, and a lookup allocates nothing.
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
    private const int TypeSize = 12; // what comes before members, parameters and so on
    private const int Stride = 32;

    private readonly ReadOnlyMemory<byte> _types;
    private readonly ReadOnlyMemory<byte> _names;
    private readonly int[] _marks; // where each 32nd type begins: those between are stepped to
    private readonly int _count; // with void, which has the id 0
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
        _marks = Index(_types.Span, out _count);
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
        // A name occurs once among the names, and where it begins, as a number, not often among the types: two vector searches, which are
        // done long before a walk from type to type would be.
        id = 0;
        int wanted = FindName(name);
        ReadOnlySpan<byte> types = _types.Span;
        ReadOnlySpan<int> words = MemoryMarshal.Cast<byte, int>(types);
        for (int at = 0; wanted > 0; at++)
        {
            int next = words[at..].IndexOf(wanted);
            if (next < 0)
            {
                return false;
            }

            at += next;
            if ((at * sizeof(int)) + TypeSize <= types.Length && KindOf(types[(at * sizeof(int))..]) == kind && TryFindId(at * sizeof(int), out id))
            {
                return true;
            }
        }

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
        List<int> marks = new(types.Length / TypeSize / Stride / 2);
        int at = 0;
        for (count = 1; at + TypeSize <= types.Length; count++)
        {
            if ((count - 1) % Stride == 0)
            {
                marks.Add(at);
            }

            int length = LengthOf(MemoryMarshal.Read<uint>(types[(at + 4)..]));
            at += length > 0 ? length : throw new InvalidDataException($"BTF type {count} is of an unknown kind.");
        }

        return at == types.Length ? [.. marks] : throw new InvalidDataException("BTF types do not end with their section.");
    }

    /// <summary>The id of the type that begins at a place; false where that is in the middle of one.</summary>
    private bool TryFindId(int place, out int id)
    {
        int mark = Array.BinarySearch(_marks, place);
        mark = mark < 0 ? ~mark - 1 : mark;
        ReadOnlySpan<byte> types = _types.Span;
        id = (mark * Stride) + 1;
        int at = _marks[mark];
        for (; at < place; id++)
        {
            at += LengthOf(MemoryMarshal.Read<uint>(types[(at + 4)..]));
        }

        bool begins = at == place;
        id = begins ? id : 0;
        return begins;
    }

    // Bytes of a record: kind and count are in its second word. 0 for kinds that there are not.
    private static int LengthOf(uint info)
    {
        ReadOnlySpan<byte> fixedLengths = [0, 16, 12, 24, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 16, 12, 12, 16, 12, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        ReadOnlySpan<byte> eachLengths = [0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        int kind = (int)(info >> 24) & 0x1F;
        return fixedLengths[kind] + ((int)(info & 0xFFFF) * eachLengths[kind]);
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
