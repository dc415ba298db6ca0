using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

// Becoming another program, with the bytes this one was started with.
internal static unsafe partial class Libc
{
    [LibraryImport(Library, SetLastError = true)]
    private static partial int execve(byte* path, byte** arguments, byte** environment);

    [LibraryImport(Library)]
    private static partial nint dlsym(nint library, byte* name);

    /// <summary>The C library's <c>environ</c>: the environment byte for byte, where the runtime's own copy has been through UTF-16.</summary>
    public static nint Environment
    {
        get
        {
            fixed (byte* name = "environ\0"u8)
            {
                nint at = dlsym(0, name);
                return at == 0 ? 0 : *(nint*)at;
            }
        }
    }

    /// <summary>
    /// The argument vector as the kernel laid it out: at the start of a process it lies right below the environment, with its
    /// count below it.
    /// </summary>
    /// <param name="count">How many arguments there have to be, the program's name included.</param>
    /// <returns>The address of the first pointer; 0 where the environment has been moved or does not look like that.</returns>
    public static nint FindArguments(int count)
    {
        nint* environment = (nint*)Environment;
        if (environment == null || environment[-1] != 0)
        {
            return 0;
        }

        nint* first = environment - 1 - count;
        // Reading further down is safe: where the vector is what it seems to be, its pointers all lie on the stack above it.
        for (int i = count - 1; i >= 0; i--)
        {
            if (first[i] < (nint)environment)
            {
                return 0;
            }
        }

        return first[-1] == count ? (nint)first : 0;
    }

    /// <summary>The pointers from a place in a vector on, as a vector of their own.</summary>
    public static nint SkipArguments(nint vector, int count) => vector + (count * sizeof(nint));

    /// <summary>One string of a vector.</summary>
    public static ReadOnlySpan<byte> ArgumentAt(nint vector, int index) =>
        MemoryMarshal.CreateReadOnlySpanFromNullTerminated(((byte**)vector)[index]);

    /// <summary>The value of a variable in an environment vector.</summary>
    public static bool TryGetVariable(nint environment, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        for (byte** at = (byte**)environment; at != null && *at != null; at++)
        {
            ReadOnlySpan<byte> entry = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*at);
            if (entry.Length > name.Length && entry[name.Length] == (byte)'=' && entry.StartsWith(name))
            {
                value = entry[(name.Length + 1)..];
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>execve(2). Returns only to say why it failed.</summary>
    /// <param name="path">The program; not searched for.</param>
    /// <param name="arguments">Address of the argument vector.</param>
    /// <param name="environment">Address of the environment vector.</param>
    public static Errno Execute(ReadOnlySpan<byte> path, nint arguments, nint environment)
    {
        if (path.Length >= PathMax)
        {
            return Errno.ENAMETOOLONG;
        }

        byte* file = stackalloc byte[path.Length + 1];
        return Terminate(path, file) ? Failure(execve(file, (byte**)arguments, (byte**)environment)) : Errno.ENOENT;
    }
}

/// <summary>A vector of C strings that ends with a null pointer, in memory of its own.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly nint[] _strings;
    private readonly nint* _vector;

    /// <summary>Copies strings. <paramref name="tail"/> is the address of a vector whose pointers follow them; 0: none.</summary>
    public NativeStrings(ReadOnlySpan<byte[]> strings, nint tail = 0)
    {
        int more = 0;
        while (tail != 0 && ((nint*)tail)[more] != 0)
        {
            more++;
        }

        _strings = new nint[strings.Length];
        _vector = (nint*)NativeMemory.Alloc((nuint)(strings.Length + more + 1), (nuint)sizeof(nint));
        for (int i = 0; i < strings.Length; i++)
        {
            byte* copy = (byte*)NativeMemory.Alloc((nuint)strings[i].Length + 1);
            strings[i].CopyTo(new Span<byte>(copy, strings[i].Length));
            copy[strings[i].Length] = 0;
            _strings[i] = _vector[i] = (nint)copy;
        }

        for (int i = 0; i < more; i++)
        {
            _vector[strings.Length + i] = ((nint*)tail)[i];
        }

        _vector[strings.Length + more] = 0;
    }

    /// <summary>Address of the vector.</summary>
    public nint Pointer => (nint)_vector;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint copy in _strings)
        {
            NativeMemory.Free((void*)copy);
        }

        NativeMemory.Free(_vector);
    }
}
