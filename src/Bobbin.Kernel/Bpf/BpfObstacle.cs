namespace Bobbin.Kernel.Bpf;

/// <summary>What stands in the way of BPF on this machine, as far as it could be found out after the kernel had refused.</summary>
public enum BpfObstacle
{
    /// <summary>Nothing beyond the errno is known.</summary>
    None,

    /// <summary>The calling thread lacks CAP_BPF, CAP_PERFMON or (before Linux 5.8) CAP_SYS_ADMIN.</summary>
    Capability,

    /// <summary>The capabilities are there, but in a user namespace of their own: the kernel wants them in its first one.</summary>
    UserNamespace,

    /// <summary>The sysctl <c>kernel.unprivileged_bpf_disabled</c> keeps those without CAP_BPF from what else they could do.</summary>
    UnprivilegedDisabled,

    /// <summary>A seccomp filter, such as a container's, refuses bpf(2) or perf_event_open(2).</summary>
    Seccomp,

    /// <summary>The kernel is locked down to "confidentiality" (kernel_lockdown(7)): programs may not read its memory. "integrity" is no obstacle.</summary>
    Lockdown,

    /// <summary>Before Linux 5.11 maps and programs count as locked memory: RLIMIT_MEMLOCK is too small.</summary>
    MemoryLimit,

    /// <summary>The kernel shows no types of its own: it was built without CONFIG_DEBUG_INFO_BTF, or /sys is not mounted.</summary>
    NoTypes,

    /// <summary>The kernel lacks what was asked for: it is too old, was built without it, or has no type, member or tracepoint of this name.</summary>
    KernelLacks,

    /// <summary>The verifier refused the program; <see cref="BpfException.Log"/> says why.</summary>
    Verifier,
}
