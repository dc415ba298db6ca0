using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary><c>struct open_how</c> (<c>include/uapi/linux/openat2.h</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct OpenHow
{
    public ulong Flags;
    public ulong Mode;
    public ulong Resolve;
}

/// <summary><c>RESOLVE_*</c> of openat2(2).</summary>
[Flags]
internal enum ResolveFlags : ulong
{
    None = 0,
    NoCrossDevice = 1,
    NoMagicLinks = 2,
    NoSymlinks = 4,
    Beneath = 8,
    InRoot = 16,
    Cached = 32,
}

// Opening, reading, writing, listing.
internal static unsafe partial class Libc
{
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int openat(int directory, byte* path, int flags, uint mode);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int close(int descriptor);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint read(int descriptor, byte* buffer, nuint length);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint write(int descriptor, byte* buffer, nuint length);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint pread64(int descriptor, byte* buffer, nuint length, long offset);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint pwrite64(int descriptor, byte* buffer, nuint length, long offset);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial long lseek64(int descriptor, long offset, int whence);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint readlinkat(int directory, byte* path, byte* buffer, nuint length);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint getdents64(int descriptor, byte* buffer, nuint length);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int faccessat(int directory, byte* path, int mode, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fcntl(int descriptor, int command, nint argument);

    /// <summary>Opens; the descriptor is closed on exec unless the kernel is told otherwise by the caller afterwards.</summary>
    public static Errno OpenAt(int directory, ReadOnlySpan<byte> path, int flags, out int descriptor, uint mode = 0)
    {
        descriptor = -1;
        if (path.Length >= PathMax)
        {
            return Errno.ENAMETOOLONG;
        }

        byte* terminated = stackalloc byte[path.Length + 1];
        if (!Terminate(path, terminated))
        {
            return Errno.ENOENT;
        }

        descriptor = openat(directory, terminated, flags | OpenFlags.CloseOnExec, mode);
        return Failure(descriptor);
    }

    /// <summary>Opens a path that is looked up from the process's root or working directory.</summary>
    public static Errno Open(ReadOnlySpan<byte> path, int flags, out int descriptor, uint mode = 0) =>
        OpenAt(At.CurrentDirectory, path, flags, out descriptor, mode);

    /// <summary>openat2(2): opens with a say in how the path is walked.</summary>
    public static Errno OpenAt2(int directory, ReadOnlySpan<byte> path, int flags, ResolveFlags resolve, out int descriptor, uint mode = 0)
    {
        descriptor = -1;
        if (path.Length >= PathMax)
        {
            return Errno.ENAMETOOLONG;
        }

        byte* terminated = stackalloc byte[path.Length + 1];
        if (!Terminate(path, terminated))
        {
            return Errno.ENOENT;
        }

        OpenHow how = new() { Flags = (uint)(flags | OpenFlags.CloseOnExec), Mode = mode, Resolve = (ulong)resolve };
        descriptor = (int)syscall(SystemCall.Openat2, directory, (nint)terminated, (nint)(&how), sizeof(OpenHow));
        return Failure(descriptor);
    }

    /// <summary>Closes. Linux frees the number whatever it answers, so there is nothing to do about an error.</summary>
    public static void Close(int descriptor) => _ = close(descriptor);

    /// <summary>read(2).</summary>
    public static Errno Read(int descriptor, Span<byte> buffer, out int count)
    {
        fixed (byte* at = buffer)
        {
            return Counted(read(descriptor, at, (nuint)buffer.Length), out count);
        }
    }

    /// <summary>pread(2).</summary>
    public static Errno ReadAt(int descriptor, Span<byte> buffer, long offset, out int count)
    {
        fixed (byte* at = buffer)
        {
            return Counted(pread64(descriptor, at, (nuint)buffer.Length, offset), out count);
        }
    }

    /// <summary>write(2).</summary>
    public static Errno Write(int descriptor, ReadOnlySpan<byte> data, out int count)
    {
        fixed (byte* at = data)
        {
            return Counted(write(descriptor, at, (nuint)data.Length), out count);
        }
    }

    /// <summary>pwrite(2).</summary>
    public static Errno WriteAt(int descriptor, ReadOnlySpan<byte> data, long offset, out int count)
    {
        fixed (byte* at = data)
        {
            return Counted(pwrite64(descriptor, at, (nuint)data.Length, offset), out count);
        }
    }

    /// <summary>lseek(2) with SEEK_SET.</summary>
    public static Errno Seek(int descriptor, long offset) => Failure((nint)lseek64(descriptor, offset, 0));

    /// <summary>lseek(2) with SEEK_END.</summary>
    public static Errno SeekEnd(int descriptor) => Failure((nint)lseek64(descriptor, 0, 2));

    /// <summary>The text of a link; with an empty path, of the link that the descriptor itself is open on (O_PATH).</summary>
    public static Errno ReadLinkAt(int directory, ReadOnlySpan<byte> path, Span<byte> target, out int length)
    {
        length = 0;
        if (path.Length >= PathMax)
        {
            return Errno.ENAMETOOLONG;
        }

        byte* terminated = stackalloc byte[path.Length + 1];
        if (!Terminate(path, terminated))
        {
            return Errno.ENOENT;
        }

        fixed (byte* at = target)
        {
            return Counted(readlinkat(directory, terminated, at, (nuint)target.Length), out length);
        }
    }

    /// <summary>getdents64(2): see <see cref="DirectoryReader"/> for what it fills the buffer with.</summary>
    public static Errno GetDents(int descriptor, Span<byte> buffer, out int length)
    {
        fixed (byte* at = buffer)
        {
            return Counted(getdents64(descriptor, at, (nuint)buffer.Length), out length);
        }
    }

    /// <summary>faccessat(2). <paramref name="mode"/>: R_OK 4, W_OK 2, X_OK 1.</summary>
    public static Errno AccessAt(int directory, ReadOnlySpan<byte> path, int mode, int flags)
    {
        if (path.Length >= PathMax)
        {
            return Errno.ENAMETOOLONG;
        }

        byte* terminated = stackalloc byte[path.Length + 1];
        return Terminate(path, terminated) ? Failure(faccessat(directory, terminated, mode, flags)) : Errno.ENOENT;
    }

    /// <summary>A second descriptor of the same open file, closed on exec, with the lowest free number from <paramref name="lowest"/> on.</summary>
    public static Errno Duplicate(int descriptor, out int copy, int lowest = 0)
    {
        const int F_DUPFD_CLOEXEC = 1030;
        copy = fcntl(descriptor, F_DUPFD_CLOEXEC, lowest);
        return Failure(copy);
    }

    private static Errno Counted(nint result, out int count)
    {
        if (result < 0)
        {
            count = 0;
            return LastError;
        }

        count = (int)result;
        return Errno.None;
    }
}
