using Bobbin.Kernel.Linux;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

/// <summary>
/// The root of a procfs open several times over: a listing needs a descriptor of its own while it seeks and reads, and only then.
/// </summary>
internal sealed class DirectoryPool(TaskDirectories directories) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly int[] _idle = new int[8];
    private int _count;
    private bool _disposed;

    /// <summary>Takes one for this thread alone; its position is anywhere.</summary>
    public Errno Rent(out int descriptor)
    {
        lock (_lock)
        {
            if (_count > 0)
            {
                descriptor = _idle[--_count];
                return Errno.None;
            }
        }

        return directories.OpenAt(directories.Root, "."u8, OpenFlags.ReadOnly | OpenFlags.Directory, out descriptor);
    }

    /// <summary>Gives one back.</summary>
    public void Return(int descriptor)
    {
        lock (_lock)
        {
            if (!_disposed && _count < _idle.Length)
            {
                _idle[_count++] = descriptor;
                return;
            }
        }

        Libc.Close(descriptor);
    }

    /// <summary>Closes those that nobody has now.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            while (_count > 0)
            {
                Libc.Close(_idle[--_count]);
            }
        }
    }
}
