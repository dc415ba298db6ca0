using System.Text;

namespace Bobbin.Kernel.Bpf;

/// <summary>Kinds of programs (<c>enum bpf_prog_type</c> in <c>include/uapi/linux/bpf.h</c>); others can be cast from their number.</summary>
public enum BpfProgramType : uint
{
    /// <summary>Filters the packets of a socket; the one kind that those without CAP_BPF may load, where the machine lets them.</summary>
    SocketFilter = 1,

    /// <summary>Runs at a tracepoint on its raw arguments: <see cref="RawTracepoint"/> (Linux 4.17).</summary>
    RawTracepoint = 17,

    /// <summary>
    /// Attached by the id of a type, so that the verifier knows its arguments' types and lets it follow pointers (Linux 5.5):
    /// <see cref="BtfTracepoint"/>, <see cref="BpfIterator"/>.
    /// </summary>
    Tracing = 26,

    /// <summary>Run by <see cref="BpfProgram.Run(Span{byte})"/> and nothing else (Linux 5.14).</summary>
    SystemCall = 31,
}

/// <summary>How a program is attached where its type leaves that open (<c>enum bpf_attach_type</c>); others can be cast from their number.</summary>
public enum BpfAttachType : uint
{
    /// <summary>Nothing is left open.</summary>
    None = 0,

    /// <summary>To a tracepoint by the id of its type (BPF_TRACE_RAW_TP).</summary>
    TraceRawTracepoint = 23,

    /// <summary>To an iterator (BPF_TRACE_ITER, Linux 5.8).</summary>
    TraceIterator = 28,
}

/// <summary>The instruction pair at <paramref name="Instruction"/> loads the map called <paramref name="Map"/>, or an address of its values.</summary>
/// <param name="Instruction">The first of the two.</param>
/// <param name="Map">The map's name.</param>
public readonly record struct BpfMapReference(int Instruction, string Map);

/// <summary>A program as a value: nothing here depends on the running kernel but the ids that it was given.</summary>
/// <param name="Name">Shown by bpftool; letters, digits, <c>_</c> and <c>.</c>, of which the kernel keeps 15.</param>
/// <param name="Type">What it may be attached to.</param>
/// <param name="Code">Its instructions.</param>
/// <param name="Maps">Where it names maps.</param>
public sealed record BpfProgramSpec(string Name, BpfProgramType Type, IReadOnlyList<BpfInstruction> Code, IReadOnlyList<BpfMapReference> Maps)
{
    /// <summary>How it is attached, where its type leaves that open.</summary>
    public BpfAttachType AttachType { get; init; }

    /// <summary>The id, in the running kernel's types, of what it is attached to; 0 for nothing.</summary>
    public int AttachTo { get; init; }

    /// <summary><c>BPF_F_SLEEPABLE</c> (Linux 5.10): it may sleep, as one of <see cref="BpfProgramType.SystemCall"/> must be allowed to.</summary>
    public bool IsSleepable { get; init; }

    /// <summary>
    /// The licence that the program is said to have. Helpers that read the kernel's memory are for those compatible with the GPL, which the
    /// kernel's list (<c>include/linux/license.h</c>) says of the default, and not of "MIT" alone.
    /// </summary>
    public string License { get; init; } = "Dual MIT/GPL";

    /// <summary>The same for <see cref="BtfTracepoint.Attach"/>: its context is an array of the tracepoint's arguments, 8 bytes each.</summary>
    /// <param name="types">The running kernel's.</param>
    /// <param name="tracepoint">Its name without its group: <c>sched_process_exec</c>.</param>
    /// <exception cref="BpfException">The kernel has no such tracepoint.</exception>
    public BpfProgramSpec ForTracepoint(Btf types, string tracepoint) =>
        types.TryFind(BtfKind.Typedef, Encoding.UTF8.GetBytes("btf_trace_" + tracepoint), out int id)
            ? this with { Type = BpfProgramType.Tracing, AttachType = BpfAttachType.TraceRawTracepoint, AttachTo = id }
            : throw BpfException.Lacks($"tracepoint {tracepoint}", $"The kernel has no tracepoint {tracepoint} among its types.");

    /// <summary>The same for <see cref="BpfIterator.Attach"/>: its context is <c>struct bpf_iter__KIND</c>.</summary>
    /// <param name="types">The running kernel's.</param>
    /// <param name="kind">What it walks over: <c>task</c> (Linux 5.8), <c>task_file</c>, <c>bpf_map</c>, <c>tcp</c>, ...</param>
    /// <exception cref="BpfException">The kernel has no such iterator.</exception>
    public BpfProgramSpec ForIterator(Btf types, string kind) =>
        types.TryFind(BtfKind.Function, Encoding.UTF8.GetBytes(BpfIterator.Target(kind)), out int id)
            ? this with { Type = BpfProgramType.Tracing, AttachType = BpfAttachType.TraceIterator, AttachTo = id }
            : throw BpfException.Lacks($"iterator {kind}", $"The kernel has no iterator over {kind}.", kind == "task" ? "It takes Linux 5.8." : "");
}
