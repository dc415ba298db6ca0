namespace Bobbin.Kernel.Linux;

// BPF.
internal static unsafe partial class Libc
{
    /// <summary>bpf(2): runs a command on its attributes. A result of 0 or more is a descriptor where the command makes one.</summary>
    public static Errno Bpf(int command, void* attributes, int size, out int result)
    {
        result = (int)syscall(SystemCall.Bpf, command, (nint)attributes, size);
        return Failure(result);
    }
}
