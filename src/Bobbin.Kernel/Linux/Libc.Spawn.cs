using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

// Starting and awaiting other programs. fork(2) is nothing for a process with a runtime's threads; posix_spawn(3) is safe, since
// its child runs only C code between the clone and the exec.
internal static unsafe partial class Libc
{
    // sizeof(posix_spawnattr_t) is 336, posix_spawn_file_actions_t 80 in glibc; less in musl.
    private const int SpawnAttributesSize = 512, SpawnActionsSize = 256;
    private const short POSIX_SPAWN_SETSIGDEF = 4, POSIX_SPAWN_SETSIGMASK = 8, POSIX_SPAWN_SETSID = 0x80;

    [LibraryImport(Library)]
    private static partial int posix_spawn(int* process, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport(Library)]
    private static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport(Library)]
    private static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport(Library)]
    private static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport(Library)]
    private static partial int posix_spawnattr_setsigdefault(byte* attributes, SignalSet* set);

    [LibraryImport(Library)]
    private static partial int posix_spawnattr_setsigmask(byte* attributes, SignalSet* set);

    [LibraryImport(Library)]
    private static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport(Library)]
    private static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport(Library)]
    private static partial int posix_spawn_file_actions_adddup2(byte* actions, int descriptor, int number);

    [LibraryImport(Library)]
    private static partial int posix_spawn_file_actions_addchdir_np(byte* actions, byte* path);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int waitpid(int process, int* status, int options);

    /// <summary>
    /// Starts a program with default signal dispositions and an empty mask, so that what this process inherited does not reach it.
    /// </summary>
    /// <param name="path">The program; not searched for.</param>
    /// <param name="arguments">Its arguments, the name included.</param>
    /// <param name="environment">Its environment, as <see cref="Environment"/> gives it.</param>
    /// <param name="descriptors">Which descriptors it has as 0, 1, 2 and so on; others it has if they are not closed on exec.</param>
    /// <param name="newSession">Whether it leads a session of its own.</param>
    /// <param name="directory">Its working directory; empty: this process's.</param>
    /// <param name="process">Its id.</param>
    public static Errno Spawn(ReadOnlySpan<byte> path, NativeStrings arguments, nint environment, ReadOnlySpan<int> descriptors, bool newSession, ReadOnlySpan<byte> directory, out int process)
    {
        process = 0;
        byte* file = stackalloc byte[path.Length + 1];
        byte* cwd = stackalloc byte[directory.Length + 1];
        if (!Terminate(path, file) || !Terminate(directory, cwd))
        {
            return Errno.ENOENT;
        }

        byte* attributes = stackalloc byte[SpawnAttributesSize];
        byte* actions = stackalloc byte[SpawnActionsSize];
        _ = posix_spawnattr_init(attributes);
        _ = posix_spawn_file_actions_init(actions);
        try
        {
            SignalSet all = SignalSet.All, none = default;
            int error = posix_spawnattr_setsigdefault(attributes, &all);
            error |= posix_spawnattr_setsigmask(attributes, &none);
            error |= posix_spawnattr_setflags(attributes, (short)(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (newSession ? POSIX_SPAWN_SETSID : 0)));
            for (int number = 0; number < descriptors.Length; number++)
            {
                error |= posix_spawn_file_actions_adddup2(actions, descriptors[number], number);
            }

            if (directory.Length > 0)
            {
                error |= posix_spawn_file_actions_addchdir_np(actions, cwd);
            }

            int started = 0;
            if (error == 0)
            {
                error = posix_spawn(&started, file, actions, attributes, (byte**)arguments.Pointer, (byte**)environment);
            }

            process = started;
            return (Errno)error;
        }
        finally
        {
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>waitpid(2), again and again while signals interrupt it. <paramref name="status"/> is the raw wait status.</summary>
    public static Errno Wait(int process, out int status)
    {
        Errno error;
        int raw;
        do
        {
            error = Failure(waitpid(process, &raw, 0));
        }
        while (error == Errno.EINTR);
        status = raw;
        return error;
    }

    /// <summary>
    /// Awaits a child so that nothing of it is left for a program that this process becomes: where SIGCHLD is blocked, its signal
    /// would stay pending through execve(2).
    /// </summary>
    /// <returns>The raw wait status; 0 where SIGCHLD is ignored, so that the kernel kept none.</returns>
    public static int ReapQuietly(int process, bool childBlocked)
    {
        // ECHILD where SIGCHLD is ignored: the call has waited all the same.
        Errno error = Wait(process, out int status);
        if (childBlocked)
        {
            ulong child = 1UL << (SignalNumber.Child - 1);
            long* now = stackalloc long[2] { 0, 0 };
            _ = syscall(SystemCall.RtSigtimedwait, (nint)(&child), 0, (nint)now, sizeof(ulong));
        }

        return error == Errno.None ? status : 0;
    }
}
