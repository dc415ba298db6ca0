using System.Text;

namespace Bobbin.Kernel.Bpf;

/// <summary>One type of a <see cref="Btf"/>, for as long as that is not disposed of. What a kind does not have is 0, or void.</summary>
public readonly struct BtfType
{
    private const int RecordsBegin = 12;

    private readonly Btf _types;
    private readonly int _at; // where its record begins

    internal BtfType(Btf types, int id)
    {
        _types = types;
        Kind = types.KindOf(id);
        Id = Kind == BtfKind.Void ? 0 : id;
        _at = Id == 0 ? 0 : types.OffsetOf(Id);
    }

    /// <summary>Its id.</summary>
    public int Id { get; }

    /// <summary>What it is.</summary>
    public BtfKind Kind { get; }

    /// <summary>Its name, without <c>struct</c>; empty where it has none.</summary>
    public ReadOnlySpan<byte> Name => Kind == BtfKind.Void ? [] : _types.NameAt(Word(0));

    /// <summary>Bytes that a value takes; of a pointer, 8.</summary>
    public long Size => Kind == BtfKind.Void ? 0 : _types.SizeOf(Id, depth: 0);

    /// <summary>The type without typedefs and qualifiers.</summary>
    public BtfType Bare => Kind == BtfKind.Void ? this : new(_types, _types.Bare(Id));

    /// <summary>What a pointer points to, an array holds, a typedef or qualifier or tag is of; a function's prototype; what that returns.</summary>
    public BtfType Target => Kind switch
    {
        BtfKind.Array => new(_types, (int)Word(RecordsBegin)),
        BtfKind.Pointer or BtfKind.Typedef or BtfKind.Volatile or BtfKind.Const or BtfKind.Restrict or BtfKind.Function or BtfKind.Prototype
            or BtfKind.Variable or BtfKind.TypeTag or BtfKind.DeclarationTag => new(_types, (int)Word(8)),
        _ => default,
    };

    /// <summary>How many elements an array has; 0 for one that is as long as there is memory.</summary>
    public uint Length => Kind == BtfKind.Array ? Word(RecordsBegin + 8) : 0;

    /// <summary>How many members a structure or union has, values an enumeration, parameters a prototype.</summary>
    public int Count => Kind is BtfKind.Structure or BtfKind.Union or BtfKind.Enumeration or BtfKind.Enumeration64 or BtfKind.Prototype
        ? (int)(Word(4) & 0xFFFF) : 0;

    internal bool HasBitFields => Kind is BtfKind.Structure or BtfKind.Union && IsFlagged;

    private bool IsFlagged => Word(4) >> 31 != 0; // kind_flag: of structures, bit fields; of enumerations, signed

    /// <summary>A member, value or parameter.</summary>
    /// <param name="index">From 0 to below <see cref="Count"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is none.</exception>
    public BtfField this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            int at = Record(index);
            ReadOnlySpan<byte> name = _types.NameAt(_types.Word(at));
            uint second = _types.Word(at + 4);
            switch (Kind)
            {
                case BtfKind.Enumeration:
                    return new BtfField(name, default, 0, 0, IsFlagged ? (int)second : second);
                case BtfKind.Enumeration64:
                    return new BtfField(name, default, 0, 0, (long)(second | ((ulong)_types.Word(at + 8) << 32)));
                case BtfKind.Prototype:
                    return new BtfField(name, new BtfType(_types, (int)second), 0, 0, 0);
                default:
                    uint place = _types.Word(at + 8);
                    return HasBitFields
                        ? new BtfField(name, new BtfType(_types, (int)second), place & 0xFF_FFFF, (int)(place >> 24), 0)
                        : new BtfField(name, new BtfType(_types, (int)second), place, 0, 0);
            }
        }
    }

    /// <summary>The number of an enumeration's value by its name, as TASK_COMM_LEN or BPF_MAP_TYPE_HASH are.</summary>
    public bool TryFindValue(ReadOnlySpan<byte> name, out long value)
    {
        for (int i = 0; Kind is BtfKind.Enumeration or BtfKind.Enumeration64 && i < Count; i++)
        {
            if (_types.NameIs(_types.Word(Record(i)), name))
            {
                value = this[i].Value;
                return true;
            }
        }

        value = 0;
        return false;
    }

    /// <summary>The type as C writes it, more or less: <c>struct list_head *</c>.</summary>
    public override string ToString() => Describe(depth: 0);

    internal int Record(int index) => _at + RecordsBegin + (index * (Kind is BtfKind.Enumeration or BtfKind.Prototype ? 8 : 12));

    private string Describe(int depth)
    {
        string name = Encoding.UTF8.GetString(Name);
        string target = depth > 8 ? "..." : Kind is BtfKind.Pointer or BtfKind.Array or BtfKind.Const or BtfKind.Volatile ? Target.Describe(depth + 1) : "";
        return Kind switch
        {
            BtfKind.Void => "void",
            BtfKind.Pointer => target.EndsWith('*') ? target + "*" : target + " *",
            BtfKind.Array => $"{target}[{Length}]",
            BtfKind.Const => "const " + target,
            BtfKind.Volatile => "volatile " + target,
            BtfKind.Structure => name.Length == 0 ? "struct {}" : "struct " + name,
            BtfKind.Union => name.Length == 0 ? "union {}" : "union " + name,
            BtfKind.Enumeration or BtfKind.Enumeration64 => name.Length == 0 ? "enum {}" : "enum " + name,
            _ => name,
        };
    }

    private uint Word(int offset) => _types.Word(_at + offset);
}

/// <summary>A member of a structure or union, a value of an enumeration, or a parameter of a prototype.</summary>
public readonly ref struct BtfField
{
    internal BtfField(ReadOnlySpan<byte> name, BtfType type, uint bitOffset, int bitSize, long value)
    {
        Name = name;
        Type = type;
        BitOffset = bitOffset;
        BitSize = bitSize;
        Value = value;
    }

    /// <summary>Its name; empty for anonymous structures and unions.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Its type, typedefs and all.</summary>
    public BtfType Type { get; }

    /// <summary>Bits from the structure's start.</summary>
    public uint BitOffset { get; }

    /// <summary>Bits, of a bit field; 0 of all others.</summary>
    public int BitSize { get; }

    /// <summary>The number of an enumeration's value.</summary>
    public long Value { get; }
}
