using Bobbin.Kernel.Bpf;
using Bobbin.Kernel.Linux;
using Xunit;

namespace Bobbin.Tests.Bpf;

public sealed class BpfMapTests
{
    [Fact]
    public void A_hash_keeps_what_it_is_given()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("counts", BpfMapType.Hash, 4, 8, 2));
        Assert.False(map.TryLookup(7, out long _));
        map.Update(7, 70L);
        map.Update(8, 80L);
        Assert.True(map.TryLookup(7, out long value));
        Assert.Equal(70, value);
        Assert.Equal(Errno.E2BIG, Assert.Throws<LinuxException>(() => map.Update(9, 90L)).Errno);
        Assert.True(map.TryDelete(7));
        Assert.False(map.TryDelete(7));
        map.Update(9, 90L);
        Assert.True(map.TryLookup(9, out value));
        Assert.Equal(90, value);
    }

    [Fact]
    public void Keys_and_values_of_another_size_are_refused_before_the_kernel_reads_past_them()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("counts", BpfMapType.Hash, 4, 8, 2));
        Assert.Throws<ArgumentException>(() => map.Update(7L, 70L));
        Assert.Throws<ArgumentException>(() => map.Update(7, 70));
        Assert.Throws<ArgumentException>(() => map.TryLookup(7, out short _));
    }

    [Fact]
    public void A_program_that_does_not_verify_is_refused_with_the_verifiers_log()
    {
        BpfAssembler code = new();
        code.Load(BpfSize.Double, BpfRegister.R0, BpfRegister.R5, 0); // never set
        code.Exit();
        LinuxException failure = Assert.Throws<LinuxException>(() => BpfProgram.Load(code.ToProgram("broken", BpfProgramType.RawTracepoint)));
        Assert.Equal(Errno.EACCES, failure.Errno);
        Assert.Equal("bpf", failure.Call);
        Assert.Equal("ProgramLoad broken", failure.Subject);
        Assert.Contains("R5 !read_ok", failure.Details);
    }

    [Fact]
    public void A_tracepoint_that_does_not_exist_is_ENOENT()
    {
        BpfAssembler code = new();
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        using BpfProgram program = BpfProgram.Load(code.ToProgram("nothing", BpfProgramType.RawTracepoint));
        Assert.Equal(Errno.ENOENT, Assert.Throws<LinuxException>(() => RawTracepoint.Attach("no_such_point", program)).Errno);
    }

    [Fact]
    public void The_kernels_own_types_are_read()
    {
        using Btf types = Btf.OfKernel();
        Assert.True(types.Count > 10_000);
        Assert.True(types.TryFindMember("task_struct"u8, "pid"u8, out BtfMember pid));
        Assert.True(types.TryFindMember("task_struct"u8, "tgid"u8, out BtfMember tgid));
        Assert.Equal(pid.Offset + 4, tgid.Offset);
        Assert.True(types.TryFindMember("list_head"u8, "prev"u8, out BtfMember prev));
        Assert.Equal(8, prev.Offset);
        Assert.False(types.TryFindMember("task_struct"u8, "no_such_member"u8, out _));
        Assert.False(types.TryFindMember("no_such_structure"u8, "pid"u8, out _));
    }
}
