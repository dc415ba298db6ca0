using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary><c>struct termios</c> as the kernel has it (<c>include/uapi/asm-generic/termbits.h</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TerminalSettings
{
    public uint InputFlags;       // c_iflag
    public uint OutputFlags;      // c_oflag
    public uint ControlFlags;     // c_cflag
    public uint LocalFlags;       // c_lflag
    public byte LineDiscipline;   // c_line
    public fixed byte ControlCharacters[19]; // c_cc

    /// <summary>The same, but each byte is had as it is typed, without echo, and none is a signal or an editing key.</summary>
    public readonly TerminalSettings Raw()
    {
        const uint BRKINT = 0x2, INPCK = 0x10, ISTRIP = 0x20, ICRNL = 0x100, IXON = 0x400;
        const uint ISIG = 0x1, ICANON = 0x2, ECHO = 0x8, IEXTEN = 0x8000;
        const int VTIME = 5, VMIN = 6;
        TerminalSettings raw = this;
        raw.InputFlags &= ~(BRKINT | INPCK | ISTRIP | ICRNL | IXON);
        raw.LocalFlags &= ~(ISIG | ICANON | ECHO | IEXTEN);
        raw.ControlCharacters[VMIN] = 1;
        raw.ControlCharacters[VTIME] = 0;
        return raw;
    }
}

// Terminals.
internal static unsafe partial class Libc
{
    // The same on x86-64 and arm64.
    private const nuint GetSettings = 0x5401;       // TCGETS
    private const nuint SetSettingsDrained = 0x5403; // TCSETSW: after what was written has gone out
    private const nuint GetWindowSize = 0x5413;     // TIOCGWINSZ

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

    /// <summary>The settings of the terminal that a descriptor is open on.</summary>
    public static Errno GetTerminalSettings(int descriptor, out TerminalSettings settings)
    {
        fixed (TerminalSettings* at = &settings)
        {
            settings = default;
            return Failure(ioctl(descriptor, GetSettings, (nint)at));
        }
    }

    /// <summary>Sets them, once what was written has gone out.</summary>
    public static Errno SetTerminalSettings(int descriptor, TerminalSettings settings) => Failure(ioctl(descriptor, SetSettingsDrained, (nint)(&settings)));

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
