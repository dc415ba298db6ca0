using Microsoft.Win32.SafeHandles;
using System.Text;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// A program attached to a tracepoint by name (BPF_RAW_TRACEPOINT_OPEN, Linux 4.17): needs no tracefs. The program's context is
/// an array of the tracepoint's arguments, 8 bytes each.
/// </summary>
internal sealed unsafe class RawTracepoint : IDisposable
{
    private readonly SafeFileHandle _descriptor;

    private RawTracepoint(SafeFileHandle descriptor) => _descriptor = descriptor;

    /// <summary>Attaches; the program runs until the result is disposed of, or this process ends.</summary>
    /// <exception cref="Linux.LinuxException">The kernel refused: ENOENT where it has no such tracepoint.</exception>
    public static RawTracepoint Attach(string tracepoint, BpfProgram program)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(tracepoint + "\0"))
        {
            BpfRawTracepointOpen attributes = new()
            {
                Name = (ulong)name,
                Program = (uint)program.Descriptor.DangerousGetHandle(),
            };
            return new RawTracepoint(BpfSystemCall.Open(BpfCommand.RawTracepointOpen, ref attributes, tracepoint));
        }
    }

    /// <summary>
    /// Attaches a program that was loaded for a tracepoint by its type (<see cref="BpfAttachType.TraceRawTracepoint"/>, Linux 5.5): the
    /// verifier knows the types of its arguments.
    /// </summary>
    /// <exception cref="Linux.LinuxException">The kernel refused.</exception>
    public static RawTracepoint Attach(BpfProgram program)
    {
        BpfRawTracepointOpen attributes = new() { Program = (uint)program.Descriptor.DangerousGetHandle() };
        return new RawTracepoint(BpfSystemCall.Open(BpfCommand.RawTracepointOpen, ref attributes, program.Name));
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();
}
