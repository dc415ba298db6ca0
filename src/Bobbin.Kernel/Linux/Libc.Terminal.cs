using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

// Terminals.
internal static partial class Libc
{
    [LibraryImport(Library, SetLastError = true)]
    private static partial int isatty(int descriptor);

    /// <summary>Whether a descriptor is open on a terminal.</summary>
    public static bool IsTerminal(int descriptor) => isatty(descriptor) == 1;
}
