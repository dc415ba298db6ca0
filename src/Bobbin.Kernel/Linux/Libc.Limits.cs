using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary><c>struct rlimit64</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ResourceLimit
{
    public ulong Soft;
    public ulong Hard;

    /// <summary><c>RLIMIT_NPROC</c>: processes and threads of the user.</summary>
    public const int Processes = 6;

    /// <summary><c>RLIMIT_NOFILE</c>.</summary>
    public const int OpenFiles = 7;
}

// Resource limits.
internal static unsafe partial class Libc
{
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int prlimit64(int process, int resource, ResourceLimit* set, ResourceLimit* old);

    /// <summary>The limit of the process itself.</summary>
    public static Errno GetLimit(int resource, out ResourceLimit limit)
    {
        fixed (ResourceLimit* at = &limit)
        {
            *at = default;
            return Failure(prlimit64(0, resource, null, at));
        }
    }

    /// <summary>Sets a limit of the process itself.</summary>
    public static Errno SetLimit(int resource, ResourceLimit limit) => Failure(prlimit64(0, resource, &limit, null));
}
