using System.Collections;

namespace Bobbin.Snapshots;

/// <summary>Processes of a snapshot with the same parent, in the order of their ids: a view of them, which allocates nothing.</summary>
public readonly struct ChildRows : IReadOnlyList<ProcessRow>
{
    private readonly TaskSnapshot _snapshot;
    private readonly int _parent; // -1: nobody

    internal ChildRows(TaskSnapshot snapshot, int parent)
    {
        _snapshot = snapshot;
        _parent = parent;
    }

    /// <inheritdoc/>
    public int Count => _snapshot.Tree.CountOf(_parent);

    /// <inheritdoc/>
    public ProcessRow this[int index] => (uint)index < (uint)Count
        ? new ProcessRow(_snapshot, _snapshot.Tree.ChildrenOf(_parent)[index])
        : throw new ArgumentOutOfRangeException(nameof(index));

    /// <inheritdoc cref="IEnumerable{T}.GetEnumerator"/>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<ProcessRow> IEnumerable<ProcessRow>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Goes through them.</summary>
    public struct Enumerator : IEnumerator<ProcessRow>
    {
        private readonly ChildRows _rows;
        private int _at;

        internal Enumerator(ChildRows rows)
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
