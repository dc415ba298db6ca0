using Bobbin.Kernel.Linux;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

/// <summary>
/// A directory open several times over: a listing needs a descriptor of its own while it seeks and reads, and only then.
/// </summary>
internal sealed class DirectoryPool(int directory)
{
    private readonly Lock _lock = new();
    private readonly int[] _idle = new int[8];
    private int _count;

    /// <summary>Takes one for this thread alone; its position is anywhere.</summary>
    public bool TryRent(out int descriptor)
    {
        lock (_lock)
        {
            if (_count > 0)
            {
                descriptor = _idle[--_count];
                return true;
            }
        }

        return Libc.OpenAt(directory, "."u8, OpenFlags.ReadOnly | OpenFlags.Directory, out descriptor) == Errno.None;
    }

    /// <summary>Gives one back.</summary>
    public void Return(int descriptor)
    {
        lock (_lock)
        {
            if (_count < _idle.Length)
            {
                _idle[_count++] = descriptor;
                return;
            }
        }

        Libc.Close(descriptor);
    }
}
