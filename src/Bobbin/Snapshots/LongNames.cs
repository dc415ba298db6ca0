using System.Diagnostics.CodeAnalysis;

namespace Bobbin.Snapshots;

/// <summary>
/// Names that do not fit their column, by row. A machine's kernel threads keep their names, so those of the snapshot before serve again, and
/// reading again and again allocates none.
/// </summary>
internal sealed class LongNames
{
    private const int MostKept = 4096; // workers of the kernel change their names with their work

    private readonly Dictionary<int, byte[]> _rows = [];
    private readonly HashSet<byte[]> _kept = new(ByContent.Instance);

    /// <summary>Forgets all rows, and keeps the names.</summary>
    public void Clear() => _rows.Clear();

    /// <summary>Sets a row's name.</summary>
    public void Set(int row, ReadOnlySpan<byte> name)
    {
        HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> kept = _kept.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!kept.TryGetValue(name, out byte[]? whole))
        {
            if (_kept.Count == MostKept)
            {
                _kept.Clear();
            }

            whole = name.ToArray();
            _kept.Add(whole);
        }

        _rows[row] = whole;
    }

    /// <summary>A row's name; false where it has none here.</summary>
    public bool TryGet(int row, out ReadOnlySpan<byte> name)
    {
        bool isThere = _rows.TryGetValue(row, out byte[]? whole);
        name = whole;
        return isThere;
    }

    private sealed class ByContent : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static ByContent Instance { get; } = new();

        public bool Equals(byte[]? left, byte[]? right) => left.AsSpan().SequenceEqual(right);

        public bool Equals(ReadOnlySpan<byte> left, byte[] right) => left.SequenceEqual(right);

        public int GetHashCode([DisallowNull] byte[] name) => GetHashCode(name.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> name)
        {
            HashCode hash = default;
            hash.AddBytes(name);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> name) => name.ToArray();
    }
}
