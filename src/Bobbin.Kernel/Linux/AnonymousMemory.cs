using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary>
/// Pages of memory outside the garbage-collected heap: aligned, zero at first, and backed only as far as they are touched.
/// </summary>
internal sealed unsafe partial class AnonymousMemory : IDisposable
{
    private const int ProtectionReadWrite = 3, MapPrivateAnonymous = 0x22;

    private byte* _start;

    /// <summary>Maps at least <paramref name="length"/> bytes.</summary>
    public AnonymousMemory(int length)
    {
        nint start = mmap(0, (nuint)length, ProtectionReadWrite, MapPrivateAnonymous, -1, 0);
        if (start == -1)
        {
            throw new LinuxException(Libc.LastError, "mmap", $"{length} bytes");
        }

        _start = (byte*)start;
        Length = length;
    }

    ~AnonymousMemory() => Free();

    /// <summary>How many bytes there are.</summary>
    public int Length { get; }

    /// <summary>The first byte.</summary>
    public byte* Start => _start;

    /// <summary>All of it.</summary>
    public Span<byte> Span => new(_start, Length);

    /// <summary>Gives the pages back.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_start != null)
        {
            _ = munmap((nint)_start, (nuint)Length);
            _start = null;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc")]
    private static partial int munmap(nint address, nuint length);
}
