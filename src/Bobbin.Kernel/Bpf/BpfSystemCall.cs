using System.Runtime.InteropServices;
using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Bpf;

/// <summary>The one door to bpf(2).</summary>
internal static unsafe class BpfSystemCall
{
    /// <summary>Runs a command on its own part of <c>union bpf_attr</c>.</summary>
    public static Errno Invoke<T>(BpfCommand command, ref T attributes, out int result)
        where T : unmanaged
    {
        fixed (T* pointer = &attributes)
        {
            // A signal that arrives while the verifier works ends it with EAGAIN; the runtime sends its threads signals.
            for (int attempt = 0; ; attempt++)
            {
                Errno errno = Libc.Bpf((int)command, pointer, sizeof(T), out result);
                if (errno is not (Errno.EINTR or Errno.EAGAIN) || attempt == 5)
                {
                    return errno;
                }
            }
        }
    }

    /// <summary>Runs a command whose result is a descriptor.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static SafeFileHandle Open<T>(BpfCommand command, ref T attributes, in BpfAttempt attempt)
        where T : unmanaged
    {
        Errno errno = Invoke(command, ref attributes, out int descriptor);
        return errno == Errno.None ? new SafeFileHandle(descriptor, ownsHandle: true) : throw attempt.Refused(errno);
    }
}

/// <summary>
/// A descriptor's number for as long as this lives: whoever disposes of its owner meanwhile closes it only afterwards, so that the number
/// is not another file's.
/// </summary>
internal ref struct BorrowedDescriptor
{
    private readonly SafeHandle _owner;
    private bool _isHeld;

    /// <exception cref="ObjectDisposedException">It is closed already.</exception>
    public BorrowedDescriptor(SafeHandle owner)
    {
        _owner = owner;
        owner.DangerousAddRef(ref _isHeld);
        Number = (int)owner.DangerousGetHandle();
    }

    public int Number { get; }

    public void Dispose()
    {
        if (_isHeld)
        {
            _isHeld = false;
            _owner.DangerousRelease();
        }
    }
}
