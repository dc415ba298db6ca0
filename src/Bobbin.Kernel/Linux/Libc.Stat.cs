using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary><c>struct statx_timestamp</c> (<c>include/uapi/linux/stat.h</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StatxTimestamp
{
    public long Seconds;
    public uint Nanoseconds;
    private readonly int _reserved;

    /// <summary>Nanoseconds since 1970-01-01 UTC.</summary>
    public readonly long Total => (Seconds * 1_000_000_000) + Nanoseconds;
}

/// <summary><c>struct statx</c> (<c>include/uapi/linux/stat.h</c>): the one stat whose layout does not depend on the architecture.</summary>
[StructLayout(LayoutKind.Sequential, Size = 256)]
internal struct Statx
{
    public uint Mask;
    public uint BlockSize;
    public ulong Attributes;
    public uint Links;
    public uint UserId;
    public uint GroupId;
    public ushort Mode;
    private readonly ushort _spare;
    public ulong Inode;
    public long Size;
    public ulong Blocks;
    public ulong AttributesMask;
    public StatxTimestamp Accessed;
    public StatxTimestamp Born;
    public StatxTimestamp Changed;
    public StatxTimestamp Modified;
    public uint SpecialDeviceMajor;
    public uint SpecialDeviceMinor;
    public uint DeviceMajor;
    public uint DeviceMinor;
    public ulong MountId;

    /// <summary><c>STATX_BASIC_STATS</c>: all that stat(2) has.</summary>
    public const uint BasicStats = 0x7FF;

    /// <summary><c>STATX_INO</c>.</summary>
    public const uint InodeOnly = 0x100;

    /// <summary><c>STATX_MNT_ID</c>.</summary>
    public const uint MountIdMask = 0x1000;
}

/// <summary><c>f_type</c> of statfs(2).</summary>
internal static class FileSystemMagic
{
    public const long Proc = 0x9FA0;
    public const long Pidfs = 0x5049_4446;
    public const long Nsfs = 0x6E73_6673;
    public const long Fuse = 0x6573_5546;
}

// stat and statfs.
internal static unsafe partial class Libc
{
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int statx(int directory, byte* path, int flags, uint mask, Statx* result);

    // struct statfs has 120 bytes on 64-bit architectures and starts with f_type, a long.
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fstatfs(int descriptor, long* result);

    /// <summary>statx(2). With an empty path and <see cref="At.EmptyPath"/>, of the descriptor itself.</summary>
    public static Errno StatAt(int directory, ReadOnlySpan<byte> path, int flags, out Statx result, uint mask = Statx.BasicStats)
    {
        result = default;
        if (path.Length >= PathMax)
        {
            return Errno.ENAMETOOLONG;
        }

        byte* terminated = stackalloc byte[path.Length + 1];
        if (!Terminate(path, terminated))
        {
            return Errno.ENOENT;
        }

        fixed (Statx* at = &result)
        {
            return Failure(statx(directory, terminated, flags, mask, at));
        }
    }

    /// <summary>statx(2) of an open file.</summary>
    public static Errno Stat(int descriptor, out Statx result, uint mask = Statx.BasicStats) =>
        StatAt(descriptor, [], At.EmptyPath, out result, mask);

    /// <summary>Which kind of file system an open file lies on (<see cref="FileSystemMagic"/>).</summary>
    public static Errno GetFileSystemType(int descriptor, out long type)
    {
        long* result = stackalloc long[32];
        Errno error = Failure(fstatfs(descriptor, result));
        type = error == Errno.None ? result[0] : 0;
        return error;
    }
}
