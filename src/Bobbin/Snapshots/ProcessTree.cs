namespace Bobbin.Snapshots;

/// <summary>
/// Who is whose child in a snapshot, made at the first question: the rows of processes, those with the same parent beside each other, in the
/// order of ids. Roots, whose parent is not in the snapshot, come first.
/// </summary>
internal sealed class ProcessTree
{
    private readonly int[] _rows;
    private readonly int[] _starts; // by row of the parent, one further: 0 is nobody

    /// <summary>Makes it.</summary>
    public ProcessTree(ProcessColumns processes)
    {
        int count = processes.Count;
        int[] parents = new int[count];
        _rows = new int[count];
        _starts = new int[count + 2];
        for (int row = 0; row < count; row++)
        {
            // A process is not its own parent, whatever a text says: a walk down the tree has to end.
            int parent = Array.BinarySearch(processes.Id, 0, count, processes.ParentId[row]);
            parents[row] = parent < 0 || parent == row ? 0 : parent + 1;
            _starts[parents[row] + 1]++;
        }

        for (int parent = 1; parent < _starts.Length; parent++)
        {
            _starts[parent] += _starts[parent - 1];
        }

        int[] next = _starts[..^1];
        for (int row = 0; row < count; row++)
        {
            _rows[next[parents[row]]++] = row;
        }
    }

    /// <summary>The rows of a row's children; of the roots with -1.</summary>
    public ReadOnlySpan<int> ChildrenOf(int row) => _rows.AsSpan(_starts[row + 1].._starts[row + 2]);

    /// <summary>How many.</summary>
    public int CountOf(int row) => _starts[row + 2] - _starts[row + 1];
}
