using System.Runtime.InteropServices;
using Bobbin.Kernel.Bpf;
using Xunit;

namespace Bobbin.Tests.Bpf;

/// <summary>The structures and numbers of bpf(2), against the C headers.</summary>
public sealed class BpfAbiTests
{
    [Fact]
    public void Structures_and_numbers_are_those_of_the_headers()
    {
        CLayout c = new("linux/bpf.h");
        c.Size<BpfInstruction>("struct bpf_insn");
        c.Constant("BPF_OBJ_NAME_LEN", BpfName.Length);

        Field<BpfMapCreate>(c, nameof(BpfMapCreate.Type), "map_type");
        Field<BpfMapCreate>(c, nameof(BpfMapCreate.KeySize), "key_size");
        Field<BpfMapCreate>(c, nameof(BpfMapCreate.ValueSize), "value_size");
        Field<BpfMapCreate>(c, nameof(BpfMapCreate.MaxEntries), "max_entries");
        Field<BpfMapCreate>(c, nameof(BpfMapCreate.Flags), "map_flags");
        Field<BpfMapCreate>(c, nameof(BpfMapCreate.Name), "map_name");

        Field<BpfMapElement>(c, nameof(BpfMapElement.Map), "map_fd");
        Field<BpfMapElement>(c, nameof(BpfMapElement.Key), "key");
        Field<BpfMapElement>(c, nameof(BpfMapElement.Value), "value");
        Field<BpfMapElement>(c, nameof(BpfMapElement.Flags), "flags");

        Field<BpfProgramLoad>(c, nameof(BpfProgramLoad.Type), "prog_type");
        Field<BpfProgramLoad>(c, nameof(BpfProgramLoad.InstructionCount), "insn_cnt");
        Field<BpfProgramLoad>(c, nameof(BpfProgramLoad.Instructions), "insns");
        Field<BpfProgramLoad>(c, nameof(BpfProgramLoad.License), "license");
        Field<BpfProgramLoad>(c, nameof(BpfProgramLoad.LogLevel), "log_level");
        Field<BpfProgramLoad>(c, nameof(BpfProgramLoad.LogSize), "log_size");
        Field<BpfProgramLoad>(c, nameof(BpfProgramLoad.Log), "log_buf");
        Field<BpfProgramLoad>(c, nameof(BpfProgramLoad.Name), "prog_name");

        Field<BpfProgramTestRun>(c, nameof(BpfProgramTestRun.Program), "test.prog_fd");
        Field<BpfProgramTestRun>(c, nameof(BpfProgramTestRun.Result), "test.retval");
        Field<BpfProgramTestRun>(c, nameof(BpfProgramTestRun.DataSizeIn), "test.data_size_in");
        Field<BpfProgramTestRun>(c, nameof(BpfProgramTestRun.DataOut), "test.data_out");
        Field<BpfProgramTestRun>(c, nameof(BpfProgramTestRun.Repeat), "test.repeat");
        Field<BpfProgramTestRun>(c, nameof(BpfProgramTestRun.ContextSizeIn), "test.ctx_size_in");
        Field<BpfProgramTestRun>(c, nameof(BpfProgramTestRun.ContextSizeOut), "test.ctx_size_out");
        Field<BpfProgramTestRun>(c, nameof(BpfProgramTestRun.ContextIn), "test.ctx_in");
        Field<BpfProgramTestRun>(c, nameof(BpfProgramTestRun.ContextOut), "test.ctx_out");

        Field<BpfRawTracepointOpen>(c, nameof(BpfRawTracepointOpen.Name), "raw_tracepoint.name");
        Field<BpfRawTracepointOpen>(c, nameof(BpfRawTracepointOpen.Program), "raw_tracepoint.prog_fd");

        Field<BpfProgramLoad>(c, nameof(BpfProgramLoad.AttachType), "expected_attach_type");
        Field<BpfProgramLoad>(c, nameof(BpfProgramLoad.LineInfo), "line_info");
        Field<BpfProgramLoad>(c, nameof(BpfProgramLoad.AttachBtfId), "attach_btf_id");
        Field<BpfLinkCreate>(c, nameof(BpfLinkCreate.Program), "link_create.prog_fd");
        Field<BpfLinkCreate>(c, nameof(BpfLinkCreate.Target), "link_create.target_fd");
        Field<BpfLinkCreate>(c, nameof(BpfLinkCreate.AttachType), "link_create.attach_type");
        Field<BpfLinkCreate>(c, nameof(BpfLinkCreate.Flags), "link_create.flags");
        Field<BpfLinkCreate>(c, nameof(BpfLinkCreate.IteratorInfo), "link_create.iter_info");
        Field<BpfLinkCreate>(c, nameof(BpfLinkCreate.IteratorInfoLength), "link_create.iter_info_len");
        Field<BpfIteratorCreate>(c, nameof(BpfIteratorCreate.Link), "iter_create.link_fd");
        Field<BpfIteratorCreate>(c, nameof(BpfIteratorCreate.Flags), "iter_create.flags");
        c.Size<BpfTaskIteratorInfo>("union bpf_iter_link_info");
        c.That($"offsetof(union bpf_iter_link_info, task.tid) == {(int)Marshal.OffsetOf<BpfTaskIteratorInfo>(nameof(BpfTaskIteratorInfo.Task))}");
        c.That($"offsetof(union bpf_iter_link_info, task.pid) == {(int)Marshal.OffsetOf<BpfTaskIteratorInfo>(nameof(BpfTaskIteratorInfo.ThreadGroup))}");
        c.Constant("BPF_LINK_CREATE", (int)BpfCommand.LinkCreate);
        c.Constant("BPF_PROG_TEST_RUN", (int)BpfCommand.ProgramTestRun);
        c.Constant("BPF_PROG_TYPE_SYSCALL", (int)BpfProgramType.SystemCall);
        c.Constant("BPF_ITER_CREATE", (int)BpfCommand.IteratorCreate);
        c.Constant("BPF_PROG_TYPE_TRACING", (int)BpfProgramType.Tracing);
        c.Constant("BPF_TRACE_RAW_TP", (int)BpfAttachType.TraceRawTracepoint);
        c.Constant("BPF_FUNC_probe_read_kernel_str", (int)BpfHelper.ProbeReadKernelString);
        c.Constant("BPF_FUNC_ktime_get_boot_ns", (int)BpfHelper.KernelTimeSinceBoot);
        c.Constant("BPF_TRACE_ITER", (int)BpfAttachType.TraceIterator);
        c.Constant("BPF_FUNC_seq_write", (int)BpfHelper.SequenceWrite);
        c.Constant("BPF_MAP_CREATE", (int)BpfCommand.MapCreate);
        c.Constant("BPF_MAP_LOOKUP_ELEM", (int)BpfCommand.MapLookupElement);
        c.Constant("BPF_MAP_UPDATE_ELEM", (int)BpfCommand.MapUpdateElement);
        c.Constant("BPF_MAP_DELETE_ELEM", (int)BpfCommand.MapDeleteElement);
        c.Constant("BPF_PROG_LOAD", (int)BpfCommand.ProgramLoad);
        c.Constant("BPF_RAW_TRACEPOINT_OPEN", (int)BpfCommand.RawTracepointOpen);
        c.Constant("BPF_MAP_TYPE_HASH", (int)BpfMapType.Hash);
        c.Constant("BPF_MAP_TYPE_ARRAY", (int)BpfMapType.Array);
        c.Constant("BPF_MAP_TYPE_PERF_EVENT_ARRAY", (int)BpfMapType.PerfEventArray);
        c.Constant("BPF_MAP_TYPE_PERCPU_HASH", (int)BpfMapType.PerCpuHash);
        c.Constant("BPF_MAP_TYPE_PERCPU_ARRAY", (int)BpfMapType.PerCpuArray);
        c.Constant("BPF_MAP_TYPE_STACK_TRACE", (int)BpfMapType.StackTrace);
        c.Constant("BPF_FUNC_perf_event_output", (int)BpfHelper.PerfEventOutput);
        c.Constant("BPF_FUNC_get_stackid", (int)BpfHelper.GetStackId);
        c.Constant("BPF_MAP_TYPE_RINGBUF", (int)BpfMapType.RingBuffer);
        c.Constant("BPF_F_MMAPABLE", (int)BpfMapFlags.Mappable);
        c.Constant("BPF_PROG_TYPE_SOCKET_FILTER", (int)BpfProgramType.SocketFilter);
        c.Constant("BPF_PROG_TYPE_RAW_TRACEPOINT", (int)BpfProgramType.RawTracepoint);
        c.Constant("BPF_FUNC_map_lookup_elem", (int)BpfHelper.MapLookupElement);
        c.Constant("BPF_FUNC_get_current_pid_tgid", (int)BpfHelper.GetCurrentPidTgid);
        c.Constant("BPF_FUNC_probe_read_kernel", (int)BpfHelper.ProbeReadKernel);
        c.Constant("BPF_FUNC_ringbuf_output", (int)BpfHelper.RingBufferOutput);
        c.Constant("BPF_FUNC_ringbuf_reserve", (int)BpfHelper.RingBufferReserve);
        c.Constant("BPF_FUNC_ringbuf_submit", (int)BpfHelper.RingBufferSubmit);
        c.Constant("BPF_FUNC_ringbuf_discard", (int)BpfHelper.RingBufferDiscard);
        c.Check();
    }

    // The kernel has one union for all commands: here each command has its own part.
    private static void Field<T>(CLayout c, string field, string member) =>
        c.That($"offsetof(union bpf_attr, {member}) == {(int)Marshal.OffsetOf<T>(field)}");
}
