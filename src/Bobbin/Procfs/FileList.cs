namespace Bobbin.Procfs;

/// <summary>
/// Open files that are closed now and wait to be used for the next open: in a steady state an open allocates nothing. Bounded,
/// because a burst of open files should not be kept for ever.
/// </summary>
internal sealed class FileList<T>(int limit = 256)
    where T : ProcFile
{
    private readonly Lock _lock = new();
    private readonly T?[] _files = new T?[limit];
    private int _count;

    public T? Take()
    {
        lock (_lock)
        {
            if (_count == 0)
            {
                return null;
            }

            T? file = _files[--_count];
            _files[_count] = null;
            return file;
        }
    }

    /// <summary>Takes a file back; false where the list is full.</summary>
    public bool Return(T file)
    {
        lock (_lock)
        {
            if (_count == _files.Length)
            {
                return false;
            }

            _files[_count++] = file;
            return true;
        }
    }
}
