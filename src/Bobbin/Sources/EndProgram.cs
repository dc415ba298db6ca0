using Bobbin.Kernel.Bpf;

namespace Bobbin.Sources;

/// <summary>
/// The BPF program that reports each task that is gone, and its maps, as values.
/// </summary>
/// <remarks>
/// It runs on <c>sched_process_free</c>: the kernel's last word on a task, after its id has stopped to resolve (release_task()
/// in kernel/exit.c) and an RCU grace period has passed. <c>sched_process_exit</c> comes too early: a zombie still has its id,
/// for as long as its parent likes, and <c>sched_process_wait</c> comes before the wait, and never for threads.
/// </remarks>
internal static class EndProgram
{
    /// <summary>The tracepoint.</summary>
    public const string Tracepoint = "sched_process_free";

    /// <summary>The ring buffer: one 4-byte task id, as the initial pid namespace numbers it, a record.</summary>
    public const string Ends = "ends";

    /// <summary>16 bytes a record: room for 16,384 ends between two turns of the reader.</summary>
    public static BpfMapSpec EndsMap { get; } = BpfMapSpec.RingBuffer(Ends, 256 * 1024);

    /// <summary>The program, for a kernel whose task_struct has its <c>pid</c> at <paramref name="idOffset"/>.</summary>
    public static BpfProgramSpec Build(int idOffset)
    {
        const int Id = -8; // on the stack
        BpfAssembler code = new();
        code.Load(BpfSize.Double, BpfRegister.R3, BpfRegister.R1, 0); // the task
        code.Compute(BpfOperation.Add, BpfRegister.R3, idOffset);
        code.Move(BpfRegister.R1, BpfRegister.R10);
        code.Compute(BpfOperation.Add, BpfRegister.R1, Id);
        code.Move(BpfRegister.R2, sizeof(int));
        code.Call(BpfHelper.ProbeReadKernel);
        code.LoadMap(BpfRegister.R1, Ends);
        code.Move(BpfRegister.R2, BpfRegister.R10);
        code.Compute(BpfOperation.Add, BpfRegister.R2, Id);
        code.Move(BpfRegister.R3, sizeof(int));
        code.Move(BpfRegister.R4, 0);
        code.Call(BpfHelper.RingBufferOutput);
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        return code.ToProgram("bobbin_ends", BpfProgramType.RawTracepoint);
    }
}
