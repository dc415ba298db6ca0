using System.Buffers.Text;
using System.Text;

namespace Bobbin.Kernel.Bpf;

// Where members lie.
public sealed partial class Btf
{
    // Structures within structures, in C and in a blob that is not made by a compiler: what ends the walk.
    private const int DeepestNesting = 16, MostMembers = 1 << 20;

    /// <summary>
    /// Where <paramref name="path"/> lies in <c>struct <paramref name="structure"/></c>: a member, or a member of a member, and
    /// elements of arrays, as C writes them (<c>prev_cputime.utime</c>, <c>rlim[5].rlim_cur</c>). Members of anonymous structures and
    /// unions count as the structure's own, as in C. False where the kernel has no such member, and for bit fields, which
    /// <see cref="BtfType"/> shows.
    /// </summary>
    public bool TryFindMember(ReadOnlySpan<byte> structure, ReadOnlySpan<byte> path, out BtfMember member)
    {
        member = default;
        return TryFind(BtfKind.Structure, structure, out int id) && TryFindMember(id, path, out member);
    }

    /// <summary>As the other, of the structure or union with an id.</summary>
    public bool TryFindMember(int structure, ReadOnlySpan<byte> path, out BtfMember member)
    {
        long offset = 0;
        int type = structure;
        member = default;
        foreach (Range range in path.Split((byte)'.'))
        {
            ReadOnlySpan<byte> step = path[range];
            int bracket = step.IndexOf((byte)'[');
            int budget = MostMembers;
            if (!TryFindMember(type, bracket < 0 ? step : step[..bracket], out type, out long bits, depth: 0, ref budget) || bits % 8 != 0)
            {
                return false;
            }

            offset += bits / 8;
            type = Bare(type);
            for (ReadOnlySpan<byte> rest = bracket < 0 ? [] : step[bracket..]; !rest.IsEmpty;)
            {
                if (!TryTakeElement(ref rest, ref type, ref offset))
                {
                    return false;
                }
            }
        }

        long size = SizeOf(type, depth: 0);
        if (offset > int.MaxValue || size > int.MaxValue)
        {
            return false;
        }

        member = new BtfMember((int)offset, (int)size, type);
        return true;
    }

    /// <summary>
    /// The first of several paths that this kernel has, for what has moved or was renamed between kernels:
    /// <c>Member("task_struct", "__state", "state")</c>. Paths are as in <see cref="TryFindMember(ReadOnlySpan{byte}, ReadOnlySpan{byte}, out BtfMember)"/>.
    /// </summary>
    /// <param name="structure">The name of a structure or union.</param>
    /// <param name="paths">Where it may be, the newest kernel's first.</param>
    /// <exception cref="BpfException">It has none of them (<see cref="BpfObstacle.KernelLacks"/>).</exception>
    public BtfMember Member(string structure, params ReadOnlySpan<string> paths)
    {
        int id = FindStructure(structure);
        if (id == 0)
        {
            throw BpfException.Lacks($"struct {structure}", $"The kernel has no struct {structure}.");
        }

        foreach (string path in paths)
        {
            if (TryFindMember(id, Encoding.UTF8.GetBytes(path), out BtfMember member))
            {
                return member;
            }
        }

        throw BpfException.Lacks($"struct {structure}", $"The kernel's struct {structure} has no member {string.Join(" or ", paths.ToArray())}.");
    }

    // "[3]", and what comes after it.
    private bool TryTakeElement(ref ReadOnlySpan<byte> rest, ref int type, ref long offset)
    {
        if (KindOf(type) != BtfKind.Array || !Utf8Parser.TryParse(rest[1..], out int number, out int used)
            || number < 0 || rest.Length < used + 2 || rest[0] != '[' || rest[used + 1] != ']')
        {
            return false;
        }

        // struct btf_array, after the type: type, index_type, nelems
        rest = rest[(used + 2)..];
        type = Bare((int)Word(OffsetOf(type) + TypeSize));
        offset += number * SizeOf(type, depth: 0);
        return offset is >= 0 and <= int.MaxValue;
    }

    private bool TryFindMember(int id, ReadOnlySpan<byte> member, out int type, out long bits, int depth, ref int budget)
    {
        type = 0;
        bits = 0;
        if (depth > DeepestNesting || member.IsEmpty || KindOf(id) is not (BtfKind.Structure or BtfKind.Union))
        {
            return false;
        }

        BtfType structure = Type(id);
        for (int i = 0; i < structure.Count && budget-- > 0; i++)
        {
            int record = structure.Record(i);
            uint place = Word(record + 8);
            type = (int)Word(record + 4);
            bits = structure.HasBitFields ? place & 0xFF_FFFF : place;
            if (NameIs(Word(record), member))
            {
                return !structure.HasBitFields || place >> 24 == 0;
            }

            if (NameIs(Word(record), []) && TryFindMember(Bare(type), member, out int innerType, out long inner, depth + 1, ref budget))
            {
                type = innerType;
                bits += inner;
                return true;
            }
        }

        return false;
    }
}
