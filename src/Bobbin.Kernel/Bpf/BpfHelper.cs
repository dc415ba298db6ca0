namespace Bobbin.Kernel.Bpf;

/// <summary>
/// Functions of the kernel that programs may call (<c>enum bpf_func_id</c> in <c>include/uapi/linux/bpf.h</c>; bpf-helpers(7) says what each
/// takes and returns). Those that tracing uses have a name here; others can be cast from their number.
/// </summary>
public enum BpfHelper
{
    /// <summary><c>bpf_map_lookup_elem</c>: The address of a key's value, or 0.</summary>
    MapLookupElement = 1,

    /// <summary><c>bpf_map_update_elem</c>: Sets a key's value.</summary>
    MapUpdateElement = 2,

    /// <summary><c>bpf_map_delete_elem</c>: Deletes a key.</summary>
    MapDeleteElement = 3,

    /// <summary><c>bpf_ktime_get_ns</c>: Nanoseconds since boot, without suspension.</summary>
    KernelTime = 5,

    /// <summary><c>bpf_trace_printk</c>: Writes a line to tracefs's trace_pipe; for finding mistakes.</summary>
    TracePrint = 6,

    /// <summary><c>bpf_get_prandom_u32</c>: A pseudo-random number of 32 bits.</summary>
    RandomNumber = 7,

    /// <summary><c>bpf_get_smp_processor_id</c>: The number of the processor that it runs on.</summary>
    GetProcessor = 8,

    /// <summary><c>bpf_tail_call</c>: Goes on with another program; returns only when it fails.</summary>
    TailCall = 12,

    /// <summary><c>bpf_get_current_pid_tgid</c>: The thread's group's id in the upper half, its own in the lower, as the first pid namespace numbers them.</summary>
    GetCurrentPidTgid = 14,

    /// <summary><c>bpf_get_current_uid_gid</c>: The group id in the upper half, the user's in the lower.</summary>
    GetCurrentUidGid = 15,

    /// <summary><c>bpf_get_current_comm</c>: Copies the thread's name of 16 bytes.</summary>
    GetCurrentName = 16,

    /// <summary><c>bpf_perf_event_output</c>: Writes a record that a <see cref="PerfBuffer"/> reads.</summary>
    PerfEventOutput = 25,

    /// <summary><c>bpf_get_stackid</c>: The id of the stack of calls in a map of stack traces.</summary>
    GetStackId = 27,

    /// <summary><c>bpf_get_current_task</c>: The address of the thread's task_struct, as a number.</summary>
    GetCurrentTask = 35,

    /// <summary><c>bpf_perf_event_read_value</c> (Linux 4.15): Reads a counter of a map of events.</summary>
    ReadPerfEvent = 55,

    /// <summary><c>bpf_get_stack</c> (Linux 4.18): Copies the stack of calls.</summary>
    GetStack = 67,

    /// <summary><c>bpf_get_current_cgroup_id</c> (Linux 4.18): The inode of the thread's control group.</summary>
    GetCurrentCgroupId = 80,

    /// <summary><c>bpf_send_signal</c> (Linux 5.3): Sends the process a signal.</summary>
    SendSignal = 109,

    /// <summary><c>bpf_probe_read_user</c> (Linux 5.5): Copies memory of the process; the copy is 0 and the result negative where it cannot be read.</summary>
    ProbeReadUser = 112,

    /// <summary><c>bpf_probe_read_kernel</c> (Linux 5.5): Copies memory of the kernel.</summary>
    ProbeReadKernel = 113,

    /// <summary><c>bpf_probe_read_user_str</c> (Linux 5.5): Copies a string of the process up to its NUL.</summary>
    ProbeReadUserString = 114,

    /// <summary><c>bpf_probe_read_kernel_str</c> (Linux 5.5): Copies a string of the kernel up to its NUL.</summary>
    ProbeReadKernelString = 115,

    /// <summary><c>bpf_get_ns_current_pid_tgid</c> (Linux 5.7): The ids as a pid namespace numbers them.</summary>
    GetNamespacePidTgid = 120,

    /// <summary><c>bpf_ktime_get_boot_ns</c> (Linux 5.8): Nanoseconds since boot, suspension included.</summary>
    KernelTimeSinceBoot = 125,

    /// <summary><c>bpf_seq_write</c> (Linux 5.8): Writes bytes for the reader of an iterator.</summary>
    SequenceWrite = 127,

    /// <summary><c>bpf_ringbuf_output</c> (Linux 5.8): Copies a record into a <see cref="RingBuffer"/>.</summary>
    RingBufferOutput = 130,

    /// <summary><c>bpf_ringbuf_reserve</c> (Linux 5.8): Room for a record to be filled in place, or 0.</summary>
    RingBufferReserve = 131,

    /// <summary><c>bpf_ringbuf_submit</c> (Linux 5.8): Hands a reserved record to the reader.</summary>
    RingBufferSubmit = 132,

    /// <summary><c>bpf_ringbuf_discard</c> (Linux 5.8): Gives a reserved record up.</summary>
    RingBufferDiscard = 133,

    /// <summary><c>bpf_ringbuf_query</c> (Linux 5.8): How full a ring is.</summary>
    RingBufferQuery = 134,

    /// <summary><c>bpf_get_task_stack</c> (Linux 5.9): Copies another task's stack of calls.</summary>
    GetTaskStack = 141,

    /// <summary><c>bpf_d_path</c> (Linux 5.10): The name of a file; in few places.</summary>
    PathOf = 147,

    /// <summary><c>bpf_copy_from_user</c> (Linux 5.10): Copies memory of the process, and may sleep for it.</summary>
    CopyFromUser = 148,

    /// <summary><c>bpf_per_cpu_ptr</c> (Linux 5.10): The address of a processor's own of a variable of the kernel.</summary>
    PointerOfProcessor = 153,

    /// <summary><c>bpf_this_cpu_ptr</c> (Linux 5.10): The address of this processor's own.</summary>
    PointerOfThisProcessor = 154,

    /// <summary><c>bpf_get_current_task_btf</c> (Linux 5.11): The thread's task_struct, as the verifier knows its type.</summary>
    GetCurrentTaskTyped = 158,

    /// <summary><c>bpf_for_each_map_elem</c> (Linux 5.13): Calls a function of the program for each key.</summary>
    ForEachMapElement = 164,

    /// <summary><c>bpf_snprintf</c> (Linux 5.13): Formats text.</summary>
    FormatString = 165,

    /// <summary><c>bpf_get_func_ip</c> (Linux 5.15): The address of the traced function.</summary>
    GetFunctionAddress = 173,

    /// <summary><c>bpf_get_attach_cookie</c> (Linux 5.15): The number that a link was given.</summary>
    GetAttachCookie = 174,

    /// <summary><c>bpf_loop</c> (Linux 5.17): Calls a function of the program again and again.</summary>
    Loop = 181,

    /// <summary><c>bpf_get_func_arg</c> (Linux 5.17): An argument of the traced function.</summary>
    GetFunctionArgument = 183,

    /// <summary><c>bpf_get_func_ret</c> (Linux 5.17): The result of the traced function.</summary>
    GetFunctionResult = 184,

    /// <summary><c>bpf_get_func_arg_cnt</c> (Linux 5.17): How many arguments it has.</summary>
    GetFunctionArgumentCount = 185,

    /// <summary><c>bpf_copy_from_user_task</c> (Linux 5.18): Copies memory of another process, and may sleep for it.</summary>
    CopyFromUserTask = 191,
}
