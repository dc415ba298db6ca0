using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

// Terminals.
internal static unsafe partial class Libc
{
    private const nuint GetWindowSize = 0x5413; // TIOCGWINSZ, the same on x86-64 and arm64

    /// <summary><c>struct winsize</c> (<c>include/uapi/asm-generic/termios.h</c>).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows, Columns, Width, Height;
    }

    [LibraryImport(Library, SetLastError = true)]
    private static partial int isatty(int descriptor);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, WindowSize* size);

    /// <summary>Whether a descriptor is open on a terminal.</summary>
    public static bool IsTerminal(int descriptor) => isatty(descriptor) == 1;

    /// <summary>The size of the terminal that a descriptor is open on; false where there is none, or it does not know.</summary>
    public static bool TryTerminalSize(int descriptor, out int columns, out int rows)
    {
        WindowSize size = default;
        bool known = ioctl(descriptor, GetWindowSize, &size) == 0 && size.Columns > 0;
        (columns, rows) = (size.Columns, size.Rows);
        return known;
    }
}
