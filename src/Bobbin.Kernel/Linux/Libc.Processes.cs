using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary><c>CLONE_NEW*</c> of setns(2) and unshare(2).</summary>
[Flags]
internal enum Namespaces
{
    None = 0,
    Mount = 0x0002_0000,
    Cgroup = 0x0200_0000,
    Uts = 0x0400_0000,
    Ipc = 0x0800_0000,
    User = 0x1000_0000,
    Pid = 0x2000_0000,
    Net = 0x4000_0000,
    FileSystemState = 0x200,
    Descriptors = 0x400,
}

// Threads, processes, namespaces.
internal static unsafe partial class Libc
{
    [LibraryImport(Library)]
    internal static partial int getpid();

    [LibraryImport(Library)]
    internal static partial int getppid();

    [LibraryImport(Library)]
    internal static partial uint getuid();

    [LibraryImport(Library)]
    internal static partial uint geteuid();

    [LibraryImport(Library)]
    internal static partial uint getgid();

    [LibraryImport(Library)]
    internal static partial uint getegid();

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int kill(int process, int signal);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setns(int descriptor, int types);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int unshare(int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int prctl(int option, nint a = 0, nint b = 0, nint c = 0, nint d = 0);

    // Of a call that takes far less than a microsecond and never sleeps: the runtime is told nothing of it.
    [LibraryImport(Library, EntryPoint = "syscall")]
    [SuppressGCTransition]
    private static partial nint short_syscall(nint number, nint a);

    [LibraryImport(Library, SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, nint argument);

    /// <summary>The calling thread's id.</summary>
    public static int GetThreadId() => (int)syscall(SystemCall.Gettid);

    /// <summary>tgkill(2): a signal for one thread.</summary>
    public static Errno SignalThread(int process, int thread, int signal) =>
        Failure(syscall(SystemCall.Tgkill, process, thread, signal));

    /// <summary>kill(2).</summary>
    public static Errno Signal(int process, int signal) => Failure(kill(process, signal));

    /// <summary>
    /// sched_getscheduler(2), for whether a task has an id, a thread's too: ESRCH where none has. Of the calls that tell, it is one of
    /// those that do least, and no permission is asked for.
    /// </summary>
    public static Errno FindTask(int id) =>
        short_syscall(SystemCall.SchedGetscheduler, id) >= 0 ? Errno.None : (Errno)Marshal.GetLastSystemError();

    /// <summary>
    /// pidfd_open(2). With <paramref name="anyThread"/> (<c>PIDFD_THREAD</c>, kernel 6.9) of any task; without, EINVAL or ENOENT for a
    /// thread that does not lead its group. The descriptor is always closed on exec.
    /// </summary>
    public static Errno PidfdOpen(int id, bool anyThread, out int descriptor)
    {
        descriptor = (int)syscall(SystemCall.PidfdOpen, id, anyThread ? OpenFlags.Exclusive : 0);
        return Failure(descriptor);
    }

    /// <summary>pidfd_send_signal(2).</summary>
    public static Errno PidfdSignal(int pidfd, int signal) => Failure(syscall(SystemCall.PidfdSendSignal, pidfd, signal));

    /// <summary>pidfd_getfd(2): a copy of another process's descriptor.</summary>
    public static Errno PidfdGet(int pidfd, int number, out int descriptor)
    {
        descriptor = (int)syscall(SystemCall.PidfdGetfd, pidfd, number);
        return Failure(descriptor);
    }

    /// <summary>ioctl <c>PIDFD_GET_INFO</c> (kernel 6.13): ENOTTY before.</summary>
    public static Errno PidfdGetInfo(int pidfd, out PidfdInfo info)
    {
        const uint PIDFD_GET_INFO = 0xC040_FF0B;
        info = default;
        fixed (PidfdInfo* at = &info)
        {
            return Failure(ioctl(pidfd, PIDFD_GET_INFO, (nint)at));
        }
    }

    /// <summary>ioctl <c>NS_GET_PARENT</c>: the namespace that a user or pid namespace was made in; EPERM where it is out of reach.</summary>
    public static Errno NamespaceParent(int descriptor, out int parent)
    {
        const uint NS_GET_PARENT = 0xB702;
        parent = ioctl(descriptor, NS_GET_PARENT, 0);
        return Failure(parent);
    }

    /// <summary>setns(2): the calling thread enters a namespace.</summary>
    public static Errno EnterNamespace(int descriptor, Namespaces types) => Failure(setns(descriptor, (int)types));

    /// <summary>unshare(2), for the calling thread.</summary>
    public static Errno Unshare(Namespaces types) => Failure(unshare((int)types));

    /// <summary>Names the calling thread (<c>comm</c>); what is longer than 15 bytes is cut off.</summary>
    public static Errno SetThreadName(ReadOnlySpan<byte> name)
    {
        byte* text = stackalloc byte[16];
        name[..Math.Min(name.Length, 15)].CopyTo(new Span<byte>(text, 15));
        text[Math.Min(name.Length, 15)] = 0;
        return ProcessControl(Linux.ProcessControl.SetName, (nint)text);
    }

    /// <summary>prctl(2) without a result that matters.</summary>
    public static Errno ProcessControl(ProcessControl option, nint a = 0, nint b = 0) => Failure(prctl((int)option, a, b));
}

/// <summary><c>struct pidfd_info</c> (<c>include/uapi/linux/pidfd.h</c>), as much of it as its first version has.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct PidfdInfo
{
    public ulong Mask;
    public ulong Cgroup;
    public int Id;
    public int GroupId;
    public int ParentId;
    public uint UserId; // real
}

/// <summary><c>PR_*</c> of prctl(2).</summary>
internal enum ProcessControl
{
    SetParentDeathSignal = 1,
    GetDumpable = 3,
    SetDumpable = 4,
    SetKeepCapabilities = 8,
    SetName = 15,
    SetNoNewPrivileges = 38,
    SetChildSubreaper = 36,
    AmbientCapabilities = 47,
}
