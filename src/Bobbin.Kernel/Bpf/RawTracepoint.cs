using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// A program of the type <see cref="BpfProgramType.RawTracepoint"/> attached to a tracepoint by name (BPF_RAW_TRACEPOINT_OPEN, Linux 4.17):
/// needs no tracefs. The program's context is an array of the tracepoint's arguments, 8 bytes each; what they point to it reads by
/// <see cref="BpfHelper.ProbeReadKernel"/>.
/// </summary>
public sealed unsafe class RawTracepoint : BpfLink
{
    private RawTracepoint(SafeFileHandle descriptor, string program)
        : base(descriptor, program)
    {
    }

    /// <summary>Attaches.</summary>
    /// <param name="tracepoint">Its name without its group: <c>sys_enter</c>, <c>sched_process_exit</c>.</param>
    /// <param name="program">What is to run.</param>
    /// <exception cref="BpfException">The kernel refused: ENOENT where it has no such tracepoint.</exception>
    public static RawTracepoint Attach(string tracepoint, BpfProgram program)
    {
        using BorrowedDescriptor descriptor = new(program.Descriptor);
        fixed (byte* name = Encoding.UTF8.GetBytes(tracepoint + "\0"))
        {
            BpfRawTracepointOpen attributes = new() { Name = (ulong)name, Program = (uint)descriptor.Number };
            BpfAttempt attempt = new(BpfCommand.RawTracepointOpen, tracepoint)
            {
                Traces = true,
                Since = new(4, 17),
                Absent = $"The kernel has no tracepoint {tracepoint}; bpftool prog, or /sys/kernel/tracing/available_events, show what it has.",
            };
            return new RawTracepoint(BpfSystemCall.Open(BpfCommand.RawTracepointOpen, ref attributes, attempt), program.Name);
        }
    }
}
