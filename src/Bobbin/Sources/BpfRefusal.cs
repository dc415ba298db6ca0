using Bobbin.Kernel.Bpf;
using Bobbin.Kernel.Linux;

namespace Bobbin.Sources;

/// <summary>Why a machine does not let us have a BPF program, in words.</summary>
internal static class BpfRefusal
{
    /// <summary>Whether a failure is the machine's and not our own.</summary>
    public static bool Is(Exception failure) =>
        failure is LinuxException or IOException or UnauthorizedAccessException or InvalidDataException;

    /// <summary>The words.</summary>
    public static string Describe(Exception failure) => failure switch
    {
        BpfException { Obstacle: BpfObstacle.NoTypes } => $"no {Btf.KernelPath}",
        BpfException { Obstacle: BpfObstacle.Lockdown or BpfObstacle.MemoryLimit } => failure.Message,
        // Where the verifier refuses it has something to say.
        LinuxException { Errno: Errno.EPERM or Errno.EACCES, Details.Length: 0 } => "BPF is not allowed: it takes CAP_BPF and CAP_PERFMON",
        _ => failure.Message,
    };
}
