using System.Runtime.InteropServices;

namespace Bobbin.Tests.Fixtures;

internal static unsafe partial class Native
{
    private const string C = "libc";

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int openat(int directory, string path, int flags, int mode);

    [LibraryImport(C, SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport(C, SetLastError = true)]
    private static partial nint read(int descriptor, byte* buffer, nint count);

    [LibraryImport(C, SetLastError = true)]
    private static partial nint pread(int descriptor, byte* buffer, nint count, long offset);

    [LibraryImport(C, SetLastError = true)]
    private static partial nint write(int descriptor, byte* buffer, nint count);

    [LibraryImport(C, SetLastError = true)]
    private static partial nint pwrite(int descriptor, byte* buffer, nint count, long offset);

    [LibraryImport(C, SetLastError = true)]
    private static partial long lseek(int descriptor, long offset, int whence);

    [LibraryImport(C, SetLastError = true)]
    private static partial long syscall(long number, long a, long b, long c);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, byte* status);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint readlinkat(int directory, string path, byte* buffer, nint size);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdirat(int directory, string path, uint mode);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlinkat(int directory, string path, int flags);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int symlink(string text, string path);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string path, string other);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string path, string other);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chmod(string path, uint mode);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, uint user, uint group);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int utimensat(int directory, string path, long* times, int flags);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int truncate(string path, long length);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int access(string path, int mask);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint listxattr(string path, byte* list, nint size);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint getxattr(string path, string name, byte* value, nint size);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setxattr(string path, string name, byte* value, nint size, int flags);

    [LibraryImport(C, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statfs(string path, long* status);

    [LibraryImport(C, SetLastError = true)]
    private static partial int poll(PollDescriptor* descriptors, ulong count, int timeout);

    [LibraryImport(C, SetLastError = true)]
    private static partial int epoll_create1(int flags);

    [LibraryImport(C, SetLastError = true)]
    private static partial int epoll_ctl(int set, int operation, int descriptor, ulong* item);

    [LibraryImport(C, SetLastError = true)]
    private static partial int pipe2(int* ends, int flags);

    [LibraryImport(C, SetLastError = true)]
    private static partial nint sendfile(int to, int from, long* offset, nint count);

    [LibraryImport(C, SetLastError = true)]
    private static partial long mmap(nint at, nint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport(C, SetLastError = true)]
    private static partial int ioctl(int descriptor, ulong request, long* value);

    [LibraryImport(C, SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, nint value);

    [LibraryImport(C, SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport(C)]
    private static partial uint geteuid();
}
