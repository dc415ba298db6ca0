using System.Collections;

namespace Bobbin.Snapshots;

/// <summary>Threads of a snapshot: those of one process, or all.</summary>
public readonly struct ThreadRows : IReadOnlyList<ThreadRow>
{
    private readonly TaskSnapshot _snapshot;
    private readonly int _first;

    internal ThreadRows(TaskSnapshot snapshot, int first, int count)
    {
        _snapshot = snapshot;
        _first = first;
        Count = count;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public ThreadRow this[int index] => (uint)index < (uint)Count
        ? new(_snapshot, _first + index) : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Walks them; allocates nothing.</summary>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<ThreadRow> IEnumerable<ThreadRow>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A walk over rows.</summary>
    public struct Enumerator : IEnumerator<ThreadRow>
    {
        private readonly ThreadRows _rows;
        private int _at;

        internal Enumerator(ThreadRows rows)
        {
            _rows = rows;
            _at = -1;
        }

        /// <inheritdoc/>
        public readonly ThreadRow Current => _rows[_at];

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext() => ++_at < _rows.Count;

        /// <inheritdoc/>
        public void Reset() => _at = -1;

        /// <inheritdoc/>
        public readonly void Dispose()
        {
        }
    }
}
