using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary>
/// The system calls, one file a topic. Methods in capitals are the calls as safe code uses them: spans in, an
/// <see cref="Errno"/> out, nothing allocated, EINTR handed to the caller. Names and paths are bytes without a terminator.
/// </summary>
[SkipLocalsInit]
internal static unsafe partial class Libc
{
    private const string Library = "libc";

    /// <summary><c>PATH_MAX</c>: longest path the kernel takes, its NUL included.</summary>
    public const int PathMax = 4096;

    // syscall(2) is variadic in C. With integer arguments only, both x86-64 and arm64 pass them as for any other function.
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint syscall(nint number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0);

    /// <summary>What the last call of this thread failed with.</summary>
    internal static Errno LastError => (Errno)Marshal.GetLastPInvokeError();

    /// <summary>The errno of a call that answers -1 for failure.</summary>
    internal static Errno Failure(nint result) => result < 0 ? LastError : Errno.None;

    /// <summary>Copies a path to where it gets its NUL; <paramref name="room"/> has one byte more than the path.</summary>
    private static bool Terminate(ReadOnlySpan<byte> path, byte* room)
    {
        path.CopyTo(new Span<byte>(room, path.Length));
        room[path.Length] = 0;
        return !path.Contains((byte)0);
    }
}
