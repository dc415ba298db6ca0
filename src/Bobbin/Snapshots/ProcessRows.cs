using System.Collections;

namespace Bobbin.Snapshots;

/// <summary>The processes of a snapshot, in the order of their ids.</summary>
public readonly struct ProcessRows : IReadOnlyList<ProcessRow>
{
    private readonly TaskSnapshot _snapshot;
    private readonly int _first;

    internal ProcessRows(TaskSnapshot snapshot, int first, int count)
    {
        _snapshot = snapshot;
        _first = first;
        Count = count;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public ProcessRow this[int index] => (uint)index < (uint)Count
        ? new(_snapshot, _first + index) : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Walks them; allocates nothing.</summary>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<ProcessRow> IEnumerable<ProcessRow>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>A walk over rows.</summary>
    public struct Enumerator : IEnumerator<ProcessRow>
    {
        private readonly ProcessRows _rows;
        private int _at;

        internal Enumerator(ProcessRows rows)
        {
            _rows = rows;
            _at = -1;
        }

        /// <inheritdoc/>
        public readonly ProcessRow Current => _rows[_at];

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
