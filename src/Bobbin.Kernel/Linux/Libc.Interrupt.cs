using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary>The C library's <c>struct sigaction</c>, whose mask has room for 1024 signals.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LibcSignalAction
{
    public nint Handler;
    public SignalMask1024 Mask;
    public int Flags;
    public nint Restorer;
}

/// <summary><c>sigset_t</c> as the C library declares it; empty here.</summary>
[System.Runtime.CompilerServices.InlineArray(16)]
internal struct SignalMask1024
{
    private ulong _first;
}

// Making a system call of another thread return EINTR.
internal static unsafe partial class Libc
{
    /// <summary>
    /// The signal that interrupts: a real-time one, because programs leave those alone; neither the C library's own (32, 33)
    /// nor the runtime's (34), nor among the lowest and highest few that other libraries pick.
    /// </summary>
    public const int InterruptSignal = 44;

    private static readonly Lazy<Errno> s_handler = new(InstallEmptyHandler);

    [LibraryImport(Library, EntryPoint = "sigaction", SetLastError = true)]
    private static partial int libc_sigaction(int signal, LibcSignalAction* action, LibcSignalAction* old);

    /// <summary>Gives <see cref="InterruptSignal"/> its handler, once in a process.</summary>
    public static Errno PrepareInterrupts() => s_handler.Value;

    /// <summary>Makes a thread's blocking system call, if it is in one, fail with EINTR. ESRCH where there is no such thread.</summary>
    public static Errno InterruptThread(int thread) => SignalThread(getpid(), thread, InterruptSignal);

    /// <summary>
    /// An ignored signal interrupts nothing, and managed code must not run in a signal handler. ffs(3) takes an int, touches
    /// nothing but its registers and returns: as a handler it does exactly nothing. Without SA_RESTART the call fails.
    /// </summary>
    private static Errno InstallEmptyHandler()
    {
        LibcSignalAction action = new() { Handler = NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "ffs") };
        return Failure(libc_sigaction(InterruptSignal, &action, null));
    }
}
