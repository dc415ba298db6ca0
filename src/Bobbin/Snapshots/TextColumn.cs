using Bobbin.Kernel.Linux;

namespace Bobbin.Snapshots;

/// <summary>A text a row, one behind the other, or why there is none.</summary>
internal sealed class TextColumn
{
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(4096);
    private int[] _ends = GC.AllocateUninitializedArray<int>(64);
    private Errno[] _errors = GC.AllocateUninitializedArray<Errno>(64);
    private int _count;

    /// <summary>A row's text.</summary>
    public ReadOnlySpan<byte> this[int row] => _bytes.AsSpan(Start(row).._ends[row]);

    /// <summary>Why a row has none.</summary>
    public Errno ErrorOf(int row) => _errors[row];

    /// <summary>Forgets all rows, and keeps their memory.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds a row.</summary>
    public void Add(ReadOnlySpan<byte> text, Errno error)
    {
        int start = Start(_count), end = start + text.Length;
        if (end > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, end));
        }

        if (_count == _ends.Length)
        {
            Array.Resize(ref _ends, _count * 2);
            Array.Resize(ref _errors, _count * 2);
        }

        text.CopyTo(_bytes.AsSpan(start));
        _ends[_count] = end;
        _errors[_count++] = error;
    }

    private int Start(int row) => row == 0 ? 0 : _ends[row - 1];
}
