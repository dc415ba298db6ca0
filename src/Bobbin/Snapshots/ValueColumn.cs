using Bobbin.Kernel.Linux;

namespace Bobbin.Snapshots;

/// <summary>A value a row, or why there is none.</summary>
internal sealed class ValueColumn<T>
    where T : struct
{
    private T[] _values = new T[64];
    private Errno[] _errors = new Errno[64];
    private int _count;

    /// <summary>A row's value; null where it has none.</summary>
    public T? this[int row] => _errors[row] == Errno.None ? _values[row] : null;

    /// <summary>Why a row has none.</summary>
    public Errno ErrorOf(int row) => _errors[row];

    /// <summary>Forgets all rows, and keeps their memory.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds a row.</summary>
    public void Add(in T value, Errno error)
    {
        if (_count == _values.Length)
        {
            Array.Resize(ref _values, _count * 2);
            Array.Resize(ref _errors, _count * 2);
        }

        _values[_count] = value;
        _errors[_count++] = error;
    }
}
