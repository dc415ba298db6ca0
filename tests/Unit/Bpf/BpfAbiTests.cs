using System.Runtime.InteropServices;
using Bobbin.Kernel.Bpf;
using Xunit;

namespace Bobbin.Tests.Bpf;

/// <summary>The structures and numbers of bpf(2), against the C headers.</summary>
public sealed class BpfAbiTests
{
    [Fact]
    public void Helpers_have_the_numbers_of_the_headers()
    {
        CLayout c = new("linux/bpf.h");
        c.Constant("BPF_FUNC_map_lookup_elem", (int)BpfHelper.MapLookupElement);
        c.Constant("BPF_FUNC_map_update_elem", (int)BpfHelper.MapUpdateElement);
        c.Constant("BPF_FUNC_map_delete_elem", (int)BpfHelper.MapDeleteElement);
        c.Constant("BPF_FUNC_ktime_get_ns", (int)BpfHelper.KernelTime);
        c.Constant("BPF_FUNC_trace_printk", (int)BpfHelper.TracePrint);
        c.Constant("BPF_FUNC_get_prandom_u32", (int)BpfHelper.RandomNumber);
        c.Constant("BPF_FUNC_get_smp_processor_id", (int)BpfHelper.GetProcessor);
        c.Constant("BPF_FUNC_tail_call", (int)BpfHelper.TailCall);
        c.Constant("BPF_FUNC_get_current_pid_tgid", (int)BpfHelper.GetCurrentPidTgid);
        c.Constant("BPF_FUNC_get_current_uid_gid", (int)BpfHelper.GetCurrentUidGid);
        c.Constant("BPF_FUNC_get_current_comm", (int)BpfHelper.GetCurrentName);
        c.Constant("BPF_FUNC_perf_event_output", (int)BpfHelper.PerfEventOutput);
        c.Constant("BPF_FUNC_get_stackid", (int)BpfHelper.GetStackId);
        c.Constant("BPF_FUNC_get_current_task", (int)BpfHelper.GetCurrentTask);
        c.Constant("BPF_FUNC_perf_event_read_value", (int)BpfHelper.ReadPerfEvent);
        c.Constant("BPF_FUNC_get_stack", (int)BpfHelper.GetStack);
        c.Constant("BPF_FUNC_get_current_cgroup_id", (int)BpfHelper.GetCurrentCgroupId);
        c.Constant("BPF_FUNC_send_signal", (int)BpfHelper.SendSignal);
        c.Constant("BPF_FUNC_probe_read_user", (int)BpfHelper.ProbeReadUser);
        c.Constant("BPF_FUNC_probe_read_kernel", (int)BpfHelper.ProbeReadKernel);
        c.Constant("BPF_FUNC_probe_read_user_str", (int)BpfHelper.ProbeReadUserString);
        c.Constant("BPF_FUNC_probe_read_kernel_str", (int)BpfHelper.ProbeReadKernelString);
        c.Constant("BPF_FUNC_get_ns_current_pid_tgid", (int)BpfHelper.GetNamespacePidTgid);
        c.Constant("BPF_FUNC_ktime_get_boot_ns", (int)BpfHelper.KernelTimeSinceBoot);
        c.Constant("BPF_FUNC_seq_write", (int)BpfHelper.SequenceWrite);
        c.Constant("BPF_FUNC_ringbuf_output", (int)BpfHelper.RingBufferOutput);
        c.Constant("BPF_FUNC_ringbuf_reserve", (int)BpfHelper.RingBufferReserve);
        c.Constant("BPF_FUNC_ringbuf_submit", (int)BpfHelper.RingBufferSubmit);
        c.Constant("BPF_FUNC_ringbuf_discard", (int)BpfHelper.RingBufferDiscard);
        c.Constant("BPF_FUNC_ringbuf_query", (int)BpfHelper.RingBufferQuery);
        c.Constant("BPF_FUNC_get_task_stack", (int)BpfHelper.GetTaskStack);
        c.Constant("BPF_FUNC_d_path", (int)BpfHelper.PathOf);
        c.Constant("BPF_FUNC_copy_from_user", (int)BpfHelper.CopyFromUser);
        c.Constant("BPF_FUNC_per_cpu_ptr", (int)BpfHelper.PointerOfProcessor);
        c.Constant("BPF_FUNC_this_cpu_ptr", (int)BpfHelper.PointerOfThisProcessor);
        c.Constant("BPF_FUNC_get_current_task_btf", (int)BpfHelper.GetCurrentTaskTyped);
        c.Constant("BPF_FUNC_for_each_map_elem", (int)BpfHelper.ForEachMapElement);
        c.Constant("BPF_FUNC_snprintf", (int)BpfHelper.FormatString);
        c.Constant("BPF_FUNC_get_func_ip", (int)BpfHelper.GetFunctionAddress);
        c.Constant("BPF_FUNC_get_attach_cookie", (int)BpfHelper.GetAttachCookie);
        c.Constant("BPF_FUNC_loop", (int)BpfHelper.Loop);
        c.Constant("BPF_FUNC_get_func_arg", (int)BpfHelper.GetFunctionArgument);
        c.Constant("BPF_FUNC_get_func_ret", (int)BpfHelper.GetFunctionResult);
        c.Constant("BPF_FUNC_get_func_arg_cnt", (int)BpfHelper.GetFunctionArgumentCount);
        c.Constant("BPF_FUNC_copy_from_user_task", (int)BpfHelper.CopyFromUserTask);
        c.Check();
        Assert.Equal(45, Enum.GetValues<BpfHelper>().Length);
    }

    [Fact]
    public void Numbers_of_instructions_are_those_of_the_headers()
    {
        CLayout c = new("linux/bpf.h");
        c.Constant("BPF_W", (int)BpfSize.Word);
        c.Constant("BPF_H", (int)BpfSize.Half);
        c.Constant("BPF_B", (int)BpfSize.Byte);
        c.Constant("BPF_DW", (int)BpfSize.Double);
        c.Constant("BPF_ADD", (int)BpfOperation.Add);
        c.Constant("BPF_SUB", (int)BpfOperation.Subtract);
        c.Constant("BPF_MUL", (int)BpfOperation.Multiply);
        c.Constant("BPF_DIV", (int)BpfOperation.Divide);
        c.Constant("BPF_OR", (int)BpfOperation.Or);
        c.Constant("BPF_AND", (int)BpfOperation.And);
        c.Constant("BPF_LSH", (int)BpfOperation.ShiftLeft);
        c.Constant("BPF_RSH", (int)BpfOperation.ShiftRight);
        c.Constant("BPF_NEG", (int)BpfOperation.Negate);
        c.Constant("BPF_MOD", (int)BpfOperation.Modulo);
        c.Constant("BPF_XOR", (int)BpfOperation.Xor);
        c.Constant("BPF_MOV", (int)BpfOperation.Move);
        c.Constant("BPF_ARSH", (int)BpfOperation.ShiftRightSigned);
        c.Constant("BPF_JEQ", (int)BpfCondition.Equal);
        c.Constant("BPF_JGT", (int)BpfCondition.Greater);
        c.Constant("BPF_JGE", (int)BpfCondition.GreaterOrEqual);
        c.Constant("BPF_JSET", (int)BpfCondition.AnyBit);
        c.Constant("BPF_JNE", (int)BpfCondition.NotEqual);
        c.Constant("BPF_JSGT", (int)BpfCondition.SignedGreater);
        c.Constant("BPF_JSGE", (int)BpfCondition.SignedGreaterOrEqual);
        c.Constant("BPF_JLT", (int)BpfCondition.Less);
        c.Constant("BPF_JLE", (int)BpfCondition.LessOrEqual);
        c.Constant("BPF_JSLT", (int)BpfCondition.SignedLess);
        c.Constant("BPF_JSLE", (int)BpfCondition.SignedLessOrEqual);
        c.Constant("BPF_ADD | BPF_FETCH", (int)BpfAtomic.FetchAdd);
        c.Constant("BPF_OR | BPF_FETCH", (int)BpfAtomic.FetchOr);
        c.Constant("BPF_AND | BPF_FETCH", (int)BpfAtomic.FetchAnd);
        c.Constant("BPF_XCHG", (int)BpfAtomic.Exchange);
        c.Constant("BPF_CMPXCHG", (int)BpfAtomic.CompareExchange);
        c.Check();
    }

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

        Field<BpfMapElement>(c, nameof(BpfMapElement.Value), "next_key");
        Field<BpfMapBatch>(c, nameof(BpfMapBatch.From), "batch.in_batch");
        Field<BpfMapBatch>(c, nameof(BpfMapBatch.To), "batch.out_batch");
        Field<BpfMapBatch>(c, nameof(BpfMapBatch.Keys), "batch.keys");
        Field<BpfMapBatch>(c, nameof(BpfMapBatch.Values), "batch.values");
        Field<BpfMapBatch>(c, nameof(BpfMapBatch.Count), "batch.count");
        Field<BpfMapBatch>(c, nameof(BpfMapBatch.Map), "batch.map_fd");
        Field<BpfMapBatch>(c, nameof(BpfMapBatch.ElementFlags), "batch.elem_flags");
        Field<BpfMapBatch>(c, nameof(BpfMapBatch.Flags), "batch.flags");

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
        Field<BpfProgramTestRun>(c, nameof(BpfProgramTestRun.Result), "test.retval");
        Field<BpfProgramTestRun>(c, nameof(BpfProgramTestRun.DataSizeOut), "test.data_size_out");
        Field<BpfProgramTestRun>(c, nameof(BpfProgramTestRun.DataIn), "test.data_in");
        Field<BpfProgramTestRun>(c, nameof(BpfProgramTestRun.Duration), "test.duration");
        Field<BpfProgramTestRun>(c, nameof(BpfProgramTestRun.Flags), "test.flags");
        Field<BpfProgramTestRun>(c, nameof(BpfProgramTestRun.Processor), "test.cpu");

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
        c.Constant("BPF_TRACE_ITER", (int)BpfAttachType.TraceIterator);
        c.Constant("BPF_MAP_CREATE", (int)BpfCommand.MapCreate);
        c.Constant("BPF_MAP_LOOKUP_ELEM", (int)BpfCommand.MapLookupElement);
        c.Constant("BPF_MAP_UPDATE_ELEM", (int)BpfCommand.MapUpdateElement);
        c.Constant("BPF_MAP_DELETE_ELEM", (int)BpfCommand.MapDeleteElement);
        c.Constant("BPF_MAP_GET_NEXT_KEY", (int)BpfCommand.MapGetNextKey);
        c.Constant("BPF_MAP_LOOKUP_AND_DELETE_ELEM", (int)BpfCommand.MapLookupAndDeleteElement);
        c.Constant("BPF_MAP_LOOKUP_BATCH", (int)BpfCommand.MapLookupBatch);
        c.Constant("BPF_MAP_TYPE_LRU_HASH", (int)BpfMapType.LruHash);
        c.Constant("BPF_MAP_TYPE_LRU_PERCPU_HASH", (int)BpfMapType.LruPerCpuHash);
        c.Constant("BPF_F_NO_PREALLOC", (int)BpfMapFlags.NoPreallocation);
        c.Constant("BPF_PROG_LOAD", (int)BpfCommand.ProgramLoad);
        c.Constant("BPF_RAW_TRACEPOINT_OPEN", (int)BpfCommand.RawTracepointOpen);
        c.Constant("BPF_MAP_TYPE_HASH", (int)BpfMapType.Hash);
        c.Constant("BPF_MAP_TYPE_ARRAY", (int)BpfMapType.Array);
        c.Constant("BPF_MAP_TYPE_PERF_EVENT_ARRAY", (int)BpfMapType.PerfEventArray);
        c.Constant("BPF_MAP_TYPE_PERCPU_HASH", (int)BpfMapType.PerCpuHash);
        c.Constant("BPF_MAP_TYPE_PERCPU_ARRAY", (int)BpfMapType.PerCpuArray);
        c.Constant("BPF_MAP_TYPE_STACK_TRACE", (int)BpfMapType.StackTrace);
        c.Constant("BPF_MAP_TYPE_RINGBUF", (int)BpfMapType.RingBuffer);
        c.Constant("BPF_F_MMAPABLE", (int)BpfMapFlags.Mappable);
        c.Constant("BPF_PROG_TYPE_SOCKET_FILTER", (int)BpfProgramType.SocketFilter);
        c.Constant("BPF_PROG_TYPE_RAW_TRACEPOINT", (int)BpfProgramType.RawTracepoint);
        c.Check();
    }

    // The kernel has one union for all commands: here each command has its own part.
    private static void Field<T>(CLayout c, string field, string member) =>
        c.That($"offsetof(union bpf_attr, {member}) == {(int)Marshal.OffsetOf<T>(field)}");
}
