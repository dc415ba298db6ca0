using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary>Words for error numbers.</summary>
public static class ErrnoText
{
    /// <summary>The C library's words for <paramref name="errno"/> and its name: <c>Permission denied (EACCES)</c>.</summary>
    public static string Describe(this Errno errno) =>
        $"{Marshal.GetPInvokeErrorMessage((int)errno)} ({errno})";
}
