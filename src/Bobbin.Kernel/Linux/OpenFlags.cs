using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary>Flags of open(2). Four of them have other values on arm64, so they are no constants.</summary>
internal static class OpenFlags
{
    private static readonly bool s_arm64 = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int AccessMode = 3;
    public const int Create = 0x40;
    public const int Exclusive = 0x80;
    public const int NoControllingTerminal = 0x100;
    public const int Truncate = 0x200;
    public const int Append = 0x400;
    public const int NonBlocking = 0x800;
    public const int NoAccessTime = 0x40000;
    public const int CloseOnExec = 0x80000;
    public const int PathOnly = 0x200000;

    public static int Direct => s_arm64 ? 0x10000 : 0x4000;

    public static int Directory => s_arm64 ? 0x4000 : 0x10000;

    public static int NoFollow => s_arm64 ? 0x8000 : 0x20000;

    public static int LargeFile => s_arm64 ? 0x20000 : 0x8000;
}

/// <summary><c>AT_*</c> of the calls that take a directory descriptor.</summary>
internal static class At
{
    public const int CurrentDirectory = -100;
    public const int SymlinkNoFollow = 0x100;
    public const int RemoveDirectory = 0x200;
    public const int SymlinkFollow = 0x400;
    public const int NoAutomount = 0x800;
    public const int EmptyPath = 0x1000;
    public const int StatxDontSync = 0x4000;
    public const int Recursive = 0x8000;

    /// <summary><c>AT_EACCESS</c>: faccessat with the effective ids.</summary>
    public const int EffectiveAccess = 0x200;
}
