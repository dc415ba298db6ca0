using System.Diagnostics.CodeAnalysis;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;

namespace Bobbin.Live;

/// <summary>A node that is known by its path: a static entry, or one deep in a task's directory.</summary>
/// <param name="Index">Its number.</param>
/// <param name="Parent">The node it was looked up in.</param>
/// <param name="Path">From the root on, or from the task's directory.</param>
/// <param name="Task">The task it belongs to, if any.</param>
/// <param name="IsThread">Whether it is below <c>task/TID</c>.</param>
/// <param name="Walk">What walking to it asks for.</param>
/// <param name="Rule">What opening and reading it asks for.</param>
internal sealed record PathRow(ulong Index, ProcNode Parent, byte[] Path, TaskKey? Task, bool IsThread, EntryRule Walk, EntryRule Rule)
{
    private readonly int _name = Path.AsSpan().LastIndexOf((byte)'/') + 1;
    private int _standing;

    /// <summary>Its name.</summary>
    public ReadOnlySpan<byte> Name => Path.AsSpan(_name);

    /// <summary>References that the kernel holds; kept by the table under its lock.</summary>
    public ulong References { get; set; }

    /// <summary>Whether it is a link into the kernel's procfs that stands for a descriptor whose text leads nowhere (<c>pipe:[5]</c>).</summary>
    public bool IsOwnLink { get; init; }

    /// <summary>Whether it leads to the kernel's own file of the same name (<see cref="Detours"/>).</summary>
    public bool IsDetour { get; init; }

    /// <summary>The slot for <see cref="StandingDescriptors"/>.</summary>
    public ref int Standing => ref _standing;

    /// <summary>Inode number: the same whenever the same name is found in the same place.</summary>
    public ulong Inode { get; init; }
}

/// <summary>
/// Nodes whose ids cannot be computed, for as long as the kernel remembers them: each lookup adds a reference, each FORGET takes some.
/// </summary>
internal sealed class PathTable(int limit) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, PathRow> _rows = [];
    private readonly Dictionary<Key, PathRow> _names = new(new KeyComparer());
    private ulong _next = 1;

    /// <summary>How many nodes are known.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _rows.Count;
            }
        }
    }

    /// <summary>A node by its index.</summary>
    public bool TryGet(ulong index, [NotNullWhen(true)] out PathRow? row)
    {
        lock (_lock)
        {
            return _rows.TryGetValue(index, out row);
        }
    }

    /// <summary>Adds a reference to a name that is known already.</summary>
    public bool TryRefer(ProcNode parent, ReadOnlySpan<byte> name, [NotNullWhen(true)] out PathRow? row)
    {
        lock (_lock)
        {
            if (!_names.GetAlternateLookup<BorrowedKey>().TryGetValue(new BorrowedKey(parent.Value, name), out row))
            {
                return false;
            }

            row.References++;
            return true;
        }
    }

    /// <summary>Adds a node with one reference, or a reference where another thread was faster; null where there are too many.</summary>
    public PathRow? Add(Func<ulong, PathRow> make)
    {
        lock (_lock)
        {
            PathRow row = make(_next);
            Key key = new(row.Parent.Value, row.Name.ToArray());
            if (_names.TryGetValue(key, out PathRow? known))
            {
                known.References++;
                return known;
            }

            if (_rows.Count >= limit)
            {
                return null;
            }

            _next++;
            row.References = 1;
            _rows.Add(row.Index, row);
            _names.Add(key, row);
            return row;
        }
    }

    /// <summary>Takes references; a node without any is forgotten.</summary>
    public void Forget(ulong index, ulong count)
    {
        lock (_lock)
        {
            if (!_rows.TryGetValue(index, out PathRow? row))
            {
                return;
            }

            row.References -= Math.Min(count, row.References);
            if (row.References == 0)
            {
                _rows.Remove(index);
                _names.GetAlternateLookup<BorrowedKey>().Remove(new BorrowedKey(row.Parent.Value, row.Name));
                StandingDescriptors.Close(ref row.Standing);
            }
        }
    }

    /// <summary>Keeps the descriptor of a node's file for the next open, unless the node has been forgotten.</summary>
    public void KeepStanding(PathRow row, int descriptor)
    {
        lock (_lock)
        {
            if (row.References != 0)
            {
                StandingDescriptors.Keep(ref row.Standing, descriptor);
                return;
            }
        }

        Libc.Close(descriptor);
    }

    /// <summary>Closes what stands open.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (PathRow row in _rows.Values)
            {
                row.References = 0;
                StandingDescriptors.Close(ref row.Standing);
            }
        }
    }

    /// <summary>A number for a name in a place, out of the way of those that <see cref="ProcInode"/> computes.</summary>
    public static ulong HashOf(ulong parent, ReadOnlySpan<byte> name)
    {
        ulong hash = 0xCBF2_9CE4_8422_2325 ^ parent;
        foreach (byte b in name)
        {
            hash = (hash ^ b) * 0x0000_0100_0000_01B3;
        }

        return (1UL << 52) | ((hash ^ (hash >> 32)) & ((1UL << 52) - 1));
    }

    private readonly record struct Key(ulong Parent, byte[] Name);

    private readonly ref struct BorrowedKey(ulong parent, ReadOnlySpan<byte> name)
    {
        public readonly ulong Parent = parent;
        public readonly ReadOnlySpan<byte> Name = name;
    }

    private sealed class KeyComparer : IEqualityComparer<Key>, IAlternateEqualityComparer<BorrowedKey, Key>
    {
        public bool Equals(Key x, Key y) => x.Parent == y.Parent && x.Name.AsSpan().SequenceEqual(y.Name);

        public bool Equals(BorrowedKey alternate, Key other) => alternate.Parent == other.Parent && alternate.Name.SequenceEqual(other.Name);

        public int GetHashCode(Key key) => (int)HashOf(key.Parent, key.Name);

        public int GetHashCode(BorrowedKey alternate) => (int)HashOf(alternate.Parent, alternate.Name);

        public Key Create(BorrowedKey alternate) => new(alternate.Parent, alternate.Name.ToArray());
    }
}
