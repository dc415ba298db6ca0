namespace Bobbin.Procfs;

/// <summary>Which thread stood at which position in the last answer to a listing of <c>task/</c>, the first one left out included.</summary>
internal sealed class ThreadWindow
{
    private int[] _ids = [];
    private long _first;
    private int _count;

    /// <summary>Forgets everything.</summary>
    public void Clear() => _count = 0;

    /// <summary>Begins a new answer; the thread that stood at its position in the last one, or 0.</summary>
    public int Begin(long position)
    {
        long index = position - _first;
        int id = index >= 0 && index < _count ? _ids[index] : 0;
        _count = 0;
        return id;
    }

    /// <summary>Notes the thread at the next position; 0 for one that has just died.</summary>
    public void Add(long position, int id)
    {
        if (_count == 0)
        {
            _first = position;
        }

        if (_count == _ids.Length)
        {
            Array.Resize(ref _ids, Math.Max(64, _ids.Length * 2));
        }

        _ids[_count++] = id;
    }
}
