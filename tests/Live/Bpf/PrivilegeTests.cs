using Bobbin.Kernel.Bpf;
using Bobbin.Kernel.Linux;
using Xunit;

namespace Bobbin.Tests.Bpf;

/// <summary>What a thread may do with some of root's capabilities, and what it is told that it lacks.</summary>
public sealed class PrivilegeTests
{
    private const ulong PerfMon = 1ul << 38, Bpf = 1ul << 39;

    [Fact]
    public void CAP_BPF_and_CAP_PERFMON_are_enough()
    {
        Assert.Null(With(Bpf | PerfMon, () =>
        {
            using Btf types = Btf.OfKernel();
            using BpfMap events = BpfMap.Create(BpfMapSpec.PerfEvents("events"));
            using PerfBuffer buffer = new(events, pages: 1);
            using BpfProgram program = BpfProgram.Load(Nothing().ToProgram("nothing", BpfProgramType.Tracing).ForTracepoint(types, "sched_process_exec"));
            using BtfTracepoint attached = BtfTracepoint.Attach(program);
        }));
    }

    [Fact]
    public void Without_CAP_PERFMON_that_is_said()
    {
        BpfException refused = Refused(Bpf, () =>
        {
            using BpfMap map = BpfMap.Create(BpfMapSpec.Hash<int, long>("counts", 8));
            BpfProgram.Load(Nothing().ToProgram("nothing", BpfProgramType.RawTracepoint)).Dispose();
        });
        Assert.Equal((BpfObstacle.Capability, Errno.EPERM, "ProgramLoad nothing"), (refused.Obstacle, refused.Errno, refused.Subject));
        Assert.Contains("This thread lacks CAP_PERFMON.", refused.Message, StringComparison.Ordinal);
        Assert.Equal("Run it as root, or give its file what it takes: setcap cap_perfmon+ep PROGRAM.", refused.Remedy);
    }

    [Fact]
    public void Without_any_capability_that_is_said()
    {
        BpfException refused = Refused(0, () => BpfProgram.Load(Nothing().ToProgram("nothing", BpfProgramType.RawTracepoint)).Dispose());
        Assert.Equal(BpfObstacle.Capability, refused.Obstacle);
        Assert.Contains("This thread lacks CAP_BPF and CAP_PERFMON.", refused.Message, StringComparison.Ordinal);

        // A map is for everybody, where the machine lets them.
        Exception? map = With(0, () => BpfMap.Create(BpfMapSpec.Hash<int, long>("counts", 8)).Dispose());
        if (File.ReadAllText("/proc/sys/kernel/unprivileged_bpf_disabled").Trim() == "0")
        {
            Assert.Null(map);
        }
        else
        {
            Assert.Equal(BpfObstacle.UnprivilegedDisabled, Assert.IsType<BpfException>(map).Obstacle);
            Assert.Contains("kernel.unprivileged_bpf_disabled", map.Message, StringComparison.Ordinal);
        }
    }

    private static BpfAssembler Nothing()
    {
        BpfAssembler code = new();
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        return code;
    }

    private static BpfException Refused(ulong capabilities, Action action) => Assert.IsType<BpfException>(With(capabilities, action));

    // On a thread of its own, which ends with the capabilities that it has given up.
    private static Exception? With(ulong capabilities, Action action)
    {
        Assert.SkipUnless(Fixtures.Native.EffectiveUser == 0, "needs root");
        Exception? failure = null;
        Thread thread = new(() =>
        {
            Errno errno = Libc.SetThreadCapabilities(new CapabilitySets(capabilities, capabilities, 0));
            failure = errno == Errno.None ? Record.Exception(action) : new LinuxException(errno, "capset");
        });
        thread.Start();
        thread.Join();
        return failure;
    }
}
