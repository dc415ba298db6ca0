using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

// Memory.
internal static unsafe partial class Libc
{
    [LibraryImport(Library, SetLastError = true)]
    internal static partial void* mmap64(void* address, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int munmap(void* address, nuint length);

    /// <summary>mmap(2): maps a part of what a descriptor stands for, shared with everybody who maps it.</summary>
    public static Errno MapShared(int descriptor, long offset, nuint length, bool writable, out void* memory)
    {
        const int PROT_READ = 1, PROT_WRITE = 2, MAP_SHARED = 1;
        memory = mmap64(null, length, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, descriptor, offset);
        if (memory != (void*)-1)
        {
            return Errno.None;
        }

        memory = null;
        return LastError;
    }

    /// <summary>mmap(2): maps the start of a file to be read, for this process alone; some files of sysfs refuse to be shared.</summary>
    public static Errno MapPrivate(int descriptor, nuint length, out void* memory)
    {
        const int PROT_READ = 1, MAP_PRIVATE = 2;
        memory = mmap64(null, length, PROT_READ, MAP_PRIVATE, descriptor, 0);
        if (memory != (void*)-1)
        {
            return Errno.None;
        }

        memory = null;
        return LastError;
    }

    /// <summary>munmap(2).</summary>
    public static void Unmap(void* memory, nuint length) => _ = munmap(memory, length);
}
