using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary><c>sigset_t</c> of the C library: 1024 bits, of which the kernel knows 64.</summary>
[InlineArray(16)]
internal struct SignalSet
{
    private ulong _first;

    /// <summary>Every signal.</summary>
    public static SignalSet All
    {
        get
        {
            SignalSet all = default;
            all[0] = ulong.MaxValue;
            return all;
        }
    }

    /// <summary>Whether a signal is in it.</summary>
    public readonly bool Contains(int signal) => ((this[0] >> (signal - 1)) & 1) != 0;

    /// <summary>Puts a signal in.</summary>
    public void Add(int signal) => this[0] |= 1UL << (signal - 1);
}

/// <summary><c>struct kernel_sigaction</c>: handler, flags, restorer, mask (x86-64; arm64 has no restorer but the same layout up to the flags).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct KernelSignalAction
{
    /// <summary>0 for <c>SIG_DFL</c>, 1 for <c>SIG_IGN</c>, else an address.</summary>
    public nint Handler;
    public ulong Flags;
    public nint Restorer;
    public ulong Mask;
}

/// <summary>Numbers of signals; the same on x86-64 and arm64.</summary>
internal static class SignalNumber
{
    public const int HangUp = 1, Interrupt = 2, Quit = 3, FloatingPoint = 8, Kill = 9, SegmentationFault = 11, Pipe = 13, Terminate = 15, Child = 17, Continue = 18, Stop = 19;

    /// <summary><c>_NSIG</c>: the highest.</summary>
    public const int Highest = 64;
}

// Dispositions and masks. The raw calls, because the C library refuses to touch the two real-time signals it uses itself.
internal static unsafe partial class Libc
{
    [LibraryImport(Library, SetLastError = true)]
    private static partial int pthread_sigmask(int how, SignalSet* set, SignalSet* old);

    /// <summary>What a signal does; 0 default, 1 ignored, else handled.</summary>
    public static Errno GetSignalHandler(int signal, out nint handler)
    {
        KernelSignalAction action = default;
        Errno error = Failure(syscall(SystemCall.RtSigaction, signal, 0, (nint)(&action), sizeof(ulong)));
        handler = action.Handler;
        return error;
    }

    /// <summary>Sets a signal to its default (false) or to be ignored (true).</summary>
    public static Errno SetSignal(int signal, bool ignored)
    {
        KernelSignalAction action = new() { Handler = ignored ? 1 : 0 };
        return Failure(syscall(SystemCall.RtSigaction, signal, (nint)(&action), 0, sizeof(ulong)));
    }

    /// <summary>The calling thread's mask of blocked signals.</summary>
    public static SignalSet GetSignalMask()
    {
        SignalSet old = default;
        _ = pthread_sigmask(0, null, &old);
        return old;
    }

    /// <summary>Sets the calling thread's mask.</summary>
    public static void SetSignalMask(in SignalSet mask)
    {
        ulong bits = mask[0];
        const int SIG_SETMASK = 2;
        // The raw call: the C library leaves its own two real-time signals out of whatever it is told to block.
        _ = syscall(SystemCall.RtSigprocmask, SIG_SETMASK, (nint)(&bits), 0, sizeof(ulong));
    }
}
