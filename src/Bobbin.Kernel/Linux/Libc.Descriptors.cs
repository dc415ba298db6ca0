using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

// Descriptors as such: pairs of them, and closing many.
internal static unsafe partial class Libc
{
    [LibraryImport(Library, SetLastError = true)]
    private static partial int socketpair(int domain, int type, int protocol, int* pair);

    /// <summary>Two ends of a stream, both closed on exec: what one writes, the other reads, and the end of one is end of file for the other.</summary>
    public static Errno SocketPair(out int first, out int second)
    {
        int* pair = stackalloc int[2] { -1, -1 };
        const int AF_UNIX = 1, SOCK_STREAM = 1;
        Errno error = Failure(socketpair(AF_UNIX, SOCK_STREAM | OpenFlags.CloseOnExec, 0, pair));
        (first, second) = (pair[0], pair[1]);
        return error;
    }

    /// <summary>
    /// Closes the descriptors from <paramref name="first"/> on that a starting process inherited. A runtime with a compiler has some of
    /// its own by then, all closed on exec: these stay unless <paramref name="all"/>.
    /// </summary>
    public static void CloseInherited(int first, bool all)
    {
        const int F_GETFD = 1, Most = 4096;
        if (all && syscall(SystemCall.CloseRange, first, -1, 0) == 0)
        {
            return;
        }

        for (int number = first; number < Most; number++)
        {
            if (fcntl(number, F_GETFD, 0) == 0)
            {
                Close(number);
            }
        }
    }

    /// <summary>Sets or clears "close on exec".</summary>
    public static Errno SetCloseOnExec(int descriptor, bool close)
    {
        const int F_SETFD = 2;
        return Failure(fcntl(descriptor, F_SETFD, close ? 1 : 0));
    }
}
