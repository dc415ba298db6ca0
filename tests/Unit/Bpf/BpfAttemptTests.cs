using Bobbin.Kernel.Bpf;
using Bobbin.Kernel.Linux;
using Xunit;

namespace Bobbin.Tests.Bpf;

/// <summary>What is said when the kernel refuses, on machines of every kind.</summary>
public sealed class BpfAttemptTests
{
    private const ulong SysAdmin = 1ul << 21, PerfMon = 1ul << 38, Bpf = 1ul << 39;

    private static readonly BpfMachine s_root = new(new Version(6, 18), ulong.MaxValue, true, 2, "integrity", 0, 8 << 20);
    private static readonly BpfAttempt s_trace = new(BpfCommand.ProgramLoad, "p") { Traces = true };

    [Fact]
    public void Capabilities_that_are_missing_are_named()
    {
        BpfException nothing = s_trace.Refused(Errno.EPERM, s_root with { Capabilities = 0 });
        Assert.Equal(
            "bpf(ProgramLoad p): Operation not permitted (EPERM). This thread lacks CAP_BPF and CAP_PERFMON. "
            + "Run it as root, or give its file what it takes: setcap cap_bpf,cap_perfmon+ep PROGRAM.",
            nothing.Message);
        Assert.Equal((BpfObstacle.Capability, Errno.EPERM, "bpf", "ProgramLoad p"), (nothing.Obstacle, nothing.Errno, nothing.Call, nothing.Subject));
        Assert.Equal("Run it as root, or give its file what it takes: setcap cap_perfmon+ep PROGRAM.", s_trace.Refused(Errno.EPERM, s_root with { Capabilities = Bpf }).Remedy);
        Assert.Contains("lacks CAP_BPF.", s_trace.Refused(Errno.EACCES, s_root with { Capabilities = PerfMon }).Message, StringComparison.Ordinal);
        Assert.Equal(BpfObstacle.None, s_trace.Refused(Errno.EPERM, s_root with { Capabilities = SysAdmin }).Obstacle);
        Assert.Equal(BpfObstacle.None, s_trace.Refused(Errno.EPERM, s_root with { Capabilities = Bpf | PerfMon }).Obstacle);
    }

    [Fact]
    public void An_old_kernel_wants_another_capability()
    {
        BpfMachine old = s_root with { Version = new Version(5, 4), Capabilities = Bpf | PerfMon };
        Assert.Contains("lacks CAP_SYS_ADMIN. Run it as root.", s_trace.Refused(Errno.EPERM, old).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, BpfObstacle.Capability, "lacks CAP_BPF.")]
    [InlineData(1, BpfObstacle.UnprivilegedDisabled, "kernel.unprivileged_bpf_disabled (which is 1, and stays so until the next boot) is not 0")]
    [InlineData(2, BpfObstacle.UnprivilegedDisabled, "kernel.unprivileged_bpf_disabled is not 0")]
    public void The_sysctl_for_everybody_else_is_named(int setting, BpfObstacle obstacle, string words)
    {
        BpfException refused = (new BpfAttempt(BpfCommand.MapCreate, "m") { IsForEverybody = true }).Refused(Errno.EPERM, s_root with { Capabilities = 0, UnprivilegedDisabled = setting });
        Assert.Equal(obstacle, refused.Obstacle);
        Assert.Contains(words, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Capabilities_of_a_user_namespace_do_not_count() =>
        Assert.Equal(BpfObstacle.UserNamespace, s_trace.Refused(Errno.EPERM, s_root with { IsInitialUserNamespace = false }).Obstacle);

    [Fact]
    public void Lockdown_is_an_obstacle_from_confidentiality_on()
    {
        BpfMachine locked = s_root with { Lockdown = "confidentiality" };
        Assert.Equal(BpfObstacle.Lockdown, s_trace.Refused(Errno.EPERM, locked).Obstacle);
        BpfException helper = (s_trace with { Log = "unknown func bpf_probe_read_kernel#113\nprocessed 3 insns" }).Refused(Errno.EINVAL, locked);
        Assert.Equal(BpfObstacle.Lockdown, helper.Obstacle);
        Assert.Equal("Boot it with lockdown=integrity, which lets them.", helper.Remedy);
        Assert.Contains("bpf_probe_read_kernel", helper.Log, StringComparison.Ordinal);
        Assert.Equal(BpfObstacle.None, s_trace.Refused(Errno.EPERM, s_root).Obstacle); // "integrity"
    }

    [Fact]
    public void Locked_memory_limits_old_kernels()
    {
        BpfMachine old = s_root with { Version = new Version(5, 10), LockedMemory = 65536 };
        BpfException refused = new BpfAttempt(BpfCommand.MapCreate, "m").Refused(Errno.EPERM, old);
        Assert.Equal(BpfObstacle.MemoryLimit, refused.Obstacle);
        Assert.Contains("of which 65536 bytes are allowed. Raise it: ulimit -l unlimited", refused.Message, StringComparison.Ordinal);
        Assert.Equal(BpfObstacle.None, new BpfAttempt(BpfCommand.MapCreate, "m").Refused(Errno.EPERM, old with { Version = new Version(5, 11) }).Obstacle);
        Assert.Equal(BpfObstacle.None, new BpfAttempt(BpfCommand.MapCreate, "m").Refused(Errno.EPERM, old with { LockedMemory = ulong.MaxValue }).Obstacle);
    }

    [Fact]
    public void A_filter_of_system_calls_is_suspected_last() =>
        Assert.Equal(BpfObstacle.Seccomp, s_trace.Refused(Errno.EPERM, s_root with { Seccomp = 2 }).Obstacle);

    [Fact]
    public void A_kernel_that_is_too_old_is_said_to_be()
    {
        BpfException refused = (new BpfAttempt(BpfCommand.MapCreate, "events") { Since = new(5, 8) }).Refused(Errno.EINVAL, s_root with { Version = new Version(5, 4, 0) });
        Assert.Equal("bpf(MapCreate events): Invalid argument (EINVAL). It takes Linux 5.8; this is 5.4.", refused.Message);
        Assert.Equal(BpfObstacle.KernelLacks, refused.Obstacle);
    }

    [Fact]
    public void What_the_errno_means_here_is_said()
    {
        BpfAttempt attempt = new(BpfCommand.RawTracepointOpen, "x") { Absent = "No tracepoint x.", Invalid = "Not for a tracepoint." };
        Assert.Equal((BpfObstacle.KernelLacks, "bpf(RawTracepointOpen x): No such file or directory (ENOENT). No tracepoint x."),
            (attempt.Refused(Errno.ENOENT, s_root).Obstacle, attempt.Refused(Errno.ENOENT, s_root).Message));
        Assert.EndsWith("(EINVAL). Not for a tracepoint.", attempt.Refused(Errno.EINVAL, s_root).Message, StringComparison.Ordinal);
        Assert.Equal("bpf(RawTracepointOpen x): Argument list too long (E2BIG)", attempt.Refused(Errno.E2BIG, s_root).Message);
        Assert.Equal(BpfObstacle.KernelLacks, attempt.Refused(Errno.ENOSYS, s_root).Obstacle);
    }

    [Theory]
    [InlineData("R5 !read_ok\nprocessed 1 insns (limit 1000000)", "R5 !read_ok.")]
    [InlineData("0: R1=ctx()\n0: (79) r0 = *(u64 *)(r5 +0)\nR5 !read_ok\nprocessed 1 insns", "0: (79) r0 = *(u64 *)(r5 +0): R5 !read_ok (1 line before it is in the log).")]
    [InlineData("a\nb\nc\nlast\nprocessed 1 insns\nverification time 12 usec\nstack depth 0", "last (3 lines before it are in the log).")]
    [InlineData("", "no reason given.")]
    public void Of_the_verifiers_log_that_line_is_shown_which_matters(string log, string summary) => Assert.Equal(summary, VerifierLog.Summarize(log));

    [Fact]
    public void This_machine_can_be_looked_at()
    {
        BpfMachine now = BpfMachine.Now();
        Assert.True(now.Version.Major >= 4);
        Assert.InRange(now.UnprivilegedDisabled, -1, 2);
        Assert.Contains(now.Lockdown, (string[])["", "none", "integrity", "confidentiality"]);
    }
}
