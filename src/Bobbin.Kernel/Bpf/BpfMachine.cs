using System.Globalization;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Bpf;

/// <summary>What decides, on one machine and for one thread, which BPF is allowed.</summary>
/// <param name="Version">The kernel's.</param>
/// <param name="Capabilities">The effective set, bit n for capability n.</param>
/// <param name="IsInitialUserNamespace">Whether they count everywhere.</param>
/// <param name="UnprivilegedDisabled">kernel.unprivileged_bpf_disabled: 0, 1 (until the next boot), 2; -1 where it cannot be read.</param>
/// <param name="Lockdown">The level: "none", "integrity", "confidentiality"; empty where it cannot be read.</param>
/// <param name="Seccomp">0, or 1 and 2 with a filter.</param>
/// <param name="LockedMemory">RLIMIT_MEMLOCK in bytes.</param>
internal sealed record BpfMachine(
    Version Version, ulong Capabilities, bool IsInitialUserNamespace, int UnprivilegedDisabled, string Lockdown, int Seccomp, ulong LockedMemory)
{
    private const int SysAdmin = 21, PerfMon = 38, Bpf = 39, MemoryLockLimit = 8;

    private static readonly Version s_ownCapabilities = new(5, 8);

    /// <summary>CAP_BPF, or what contains it.</summary>
    public bool HasBpf => Has(SysAdmin) || (Version >= s_ownCapabilities && Has(Bpf));

    /// <summary>CAP_PERFMON, or what contains it.</summary>
    public bool HasPerfMon => Has(SysAdmin) || (Version >= s_ownCapabilities && Has(PerfMon));

    /// <summary>Whether BPF has capabilities of its own here.</summary>
    public bool HasOwnCapabilities => Version >= s_ownCapabilities;

    /// <summary>This machine, for the calling thread.</summary>
    public static BpfMachine Now()
    {
        _ = Libc.GetCapabilities(0, out CapabilitySets sets);
        _ = Libc.GetLimit(MemoryLockLimit, out ResourceLimit memory);
        string lockdown = Read("/sys/kernel/security/lockdown");
        int open = lockdown.IndexOf('[', StringComparison.Ordinal), close = lockdown.IndexOf(']', StringComparison.Ordinal);
        string[] map = Read("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return new BpfMachine(
            Environment.OSVersion.Version,
            sets.Effective,
            map is [] or ["0", "0", "4294967295"],
            Number(Read("/proc/sys/kernel/unprivileged_bpf_disabled"), -1),
            open >= 0 && close > open ? lockdown[(open + 1)..close] : "",
            Number(Read("/proc/thread-self/status").Split('\n').FirstOrDefault(line => line.StartsWith("Seccomp:", StringComparison.Ordinal))?[8..], 0),
            memory.Soft);
    }

    private bool Has(int capability) => ((Capabilities >> capability) & 1) != 0;

    private static int Number(string? text, int otherwise) =>
        int.TryParse(text?.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : otherwise;

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
