using System.Globalization;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Bpf;

/// <summary>Something that the kernel may refuse, and what it takes: enough to say afterwards why it did.</summary>
/// <param name="Call">The system call's name.</param>
/// <param name="Subject">What it was about, as the command and a name.</param>
internal readonly record struct BpfAttempt(string Call, string Subject)
{
    /// <summary>An attempt at a command of bpf(2).</summary>
    public BpfAttempt(BpfCommand command, string name)
        : this("bpf", $"{command} {name}")
    {
    }

    /// <summary>It sees what the whole machine does: takes CAP_PERFMON beside CAP_BPF.</summary>
    public bool Traces { get; init; }

    /// <summary>Those without capabilities may do it too, where the sysctl lets them.</summary>
    public bool IsForEverybody { get; init; }

    /// <summary>The first kernel that has it.</summary>
    public Version? Since { get; init; }

    /// <summary>What ENOENT means here, as a sentence.</summary>
    public string Absent { get; init; } = "";

    /// <summary>What EINVAL mostly means here, as a sentence.</summary>
    public string Invalid { get; init; } = "";

    /// <summary>What the verifier wrote.</summary>
    public string Log { get; init; } = "";

    /// <summary>The exception for a refusal on this machine.</summary>
    public BpfException Refused(Errno errno) => Refused(errno, BpfMachine.Now());

    /// <summary>The exception for a refusal on a machine.</summary>
    public BpfException Refused(Errno errno, BpfMachine machine)
    {
        (BpfObstacle obstacle, string cause, string remedy) = Explain(errno, machine);
        string message = $"{Call}({Subject}): {errno.Describe()}";
        return new BpfException(errno, Call, Subject, obstacle, cause.Length == 0 ? message : $"{message}. {cause}", remedy) { Details = Log };
    }

    private (BpfObstacle Obstacle, string Cause, string Remedy) Explain(Errno errno, BpfMachine machine)
    {
        bool isRefusal = errno is Errno.EPERM or Errno.EACCES;
        if (Since is not null && machine.Version < Since && errno is not (Errno.ENOMEM or Errno.EMFILE))
        {
            return (BpfObstacle.KernelLacks, $"It takes Linux {Since}; this is {machine.Version.ToString(2)}.", "");
        }

        if (isRefusal && Log.Length == 0)
        {
            return Forbidden(errno, machine);
        }

        if (Traces && machine.Lockdown == "confidentiality" && (isRefusal || errno == Errno.EINVAL))
        {
            return (BpfObstacle.Lockdown, "The kernel is locked down to \"confidentiality\": programs may not read its memory.",
                "Boot it with lockdown=integrity, which lets them.");
        }

        return errno switch
        {
            _ when Log.Length > 0 => (BpfObstacle.Verifier, "The verifier: " + VerifierLog.Summarize(Log), ""),
            Errno.ENOSYS => (BpfObstacle.KernelLacks, "The kernel was built without CONFIG_BPF_SYSCALL, or a filter hides the call.", ""),
            Errno.ENOENT when Absent.Length > 0 => (BpfObstacle.KernelLacks, Absent, ""),
            Errno.EINVAL when Invalid.Length > 0 => (BpfObstacle.None, Invalid, ""),
            _ => (BpfObstacle.None, "", ""),
        };
    }

    private (BpfObstacle Obstacle, string Cause, string Remedy) Forbidden(Errno errno, BpfMachine machine)
    {
        if (!machine.HasBpf || (Traces && !machine.HasPerfMon))
        {
            return Lacking(machine);
        }

        if (!machine.IsInitialUserNamespace)
        {
            return (BpfObstacle.UserNamespace, "The capabilities are those of a user namespace; the kernel wants them in its first one.",
                "Run it outside of the namespace, as in a container that is not rootless.");
        }

        if (Traces && machine.Lockdown == "confidentiality")
        {
            return (BpfObstacle.Lockdown, "The kernel is locked down to \"confidentiality\".", "Boot it with lockdown=integrity, which lets programs read.");
        }

        if (errno == Errno.EPERM && machine.Version < new Version(5, 11) && machine.LockedMemory < ulong.MaxValue)
        {
            return (BpfObstacle.MemoryLimit,
                string.Create(CultureInfo.InvariantCulture, $"Before Linux 5.11 maps and programs count as locked memory, of which {machine.LockedMemory} bytes are allowed."),
                "Raise it: ulimit -l unlimited, or LimitMEMLOCK=infinity in a systemd unit.");
        }

        return machine.Seccomp != 0
            ? (BpfObstacle.Seccomp, $"A seccomp filter is in force, and may be what refuses {Call}(2).", "Run it without one, or with one that allows the call.")
            : (BpfObstacle.None, "", "");
    }

    private (BpfObstacle Obstacle, string Cause, string Remedy) Lacking(BpfMachine machine)
    {
        if (!machine.HasOwnCapabilities)
        {
            return (BpfObstacle.Capability, "This thread lacks CAP_SYS_ADMIN.", "Run it as root.");
        }

        if (IsForEverybody && machine.UnprivilegedDisabled > 0)
        {
            string sysctl = machine.UnprivilegedDisabled == 1 ? " (which is 1, and stays so until the next boot)" : "";
            return (BpfObstacle.UnprivilegedDisabled,
                $"This thread lacks CAP_BPF, and kernel.unprivileged_bpf_disabled{sysctl} is not 0.",
                "Run it as root, or give its file the capability: setcap cap_bpf+ep PROGRAM.");
        }

        string[] lacking = [.. Missing(machine)];
        return (BpfObstacle.Capability, $"This thread lacks {string.Join(" and ", lacking)}.",
            $"Run it as root, or give its file what it takes: setcap {string.Join(',', lacking).ToLowerInvariant()}+ep PROGRAM.");
    }

    private IEnumerable<string> Missing(BpfMachine machine)
    {
        if (!machine.HasBpf)
        {
            yield return "CAP_BPF";
        }

        if (Traces && !machine.HasPerfMon)
        {
            yield return "CAP_PERFMON";
        }
    }
}
