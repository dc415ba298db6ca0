using System.Buffers;
using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Bpf;

/// <summary>A file that is read where the kernel has it, without a copy.</summary>
internal sealed unsafe class MappedFile : MemoryManager<byte>
{
    private readonly int _length;
    private void* _start;

    private MappedFile(void* start, int length)
    {
        _start = start;
        _length = length;
    }

    /// <summary>Maps a file; null when it cannot be mapped.</summary>
    public static MappedFile? Open(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        int length = checked((int)RandomAccess.GetLength(file));
        if (length == 0 || Libc.MapPrivate((int)file.DangerousGetHandle(), (nuint)length, out void* start) != Errno.None)
        {
            return null;
        }

        return new MappedFile(start, length);
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_start is null, typeof(Btf)); // and not the memory that was there
        return new(_start, _length);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)_start + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_start is not null)
        {
            Libc.Unmap(_start, (nuint)_length);
            _start = null;
        }
    }
}
