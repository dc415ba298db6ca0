using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// The kernel, or what it is made of, refused: what was attempted (<see cref="LinuxException.Call"/>, <see cref="LinuxException.Subject"/>),
/// its errno, what stands in the way and how to get around it. The cause is looked for after the failure alone; what works pays nothing.
/// </summary>
public sealed class BpfException : LinuxException
{
    internal BpfException(Errno errno, string call, string subject, BpfObstacle obstacle, string message, string remedy = "")
        : base(errno, call, subject, remedy.Length == 0 ? message : $"{message} {remedy}")
    {
        Obstacle = obstacle;
        Remedy = remedy;
    }

    /// <summary>What stands in the way.</summary>
    public BpfObstacle Obstacle { get; }

    /// <summary>How to get around it, in a sentence; also the end of <see cref="Exception.Message"/>. Empty where nothing is known.</summary>
    public string Remedy { get; }

    /// <summary>All that the verifier wrote about the program, a line each; empty when it was not the verifier who refused.</summary>
    public string Log => Details;

    /// <summary>The kernel has no thing of this name.</summary>
    internal static BpfException Lacks(string subject, string message, string remedy = "") =>
        new(Errno.ENOENT, "BTF", subject, BpfObstacle.KernelLacks, message, remedy);
}
