using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// A program that was loaded for a tracepoint by its type (<see cref="BpfProgramSpec.ForTracepoint"/>, Linux 5.5): the verifier knows the
/// types of its arguments, an array of 8 bytes each in its context, and lets it follow their pointers by plain loads, which give 0 where
/// nothing is.
/// </summary>
public sealed class BtfTracepoint : BpfLink
{
    private BtfTracepoint(SafeFileHandle descriptor, string program)
        : base(descriptor, program)
    {
    }

    /// <summary>Attaches.</summary>
    /// <exception cref="ArgumentException">The program is of another type.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static BtfTracepoint Attach(BpfProgram program)
    {
        program.MustBe(BpfProgramType.Tracing);
        using BorrowedDescriptor descriptor = new(program.Descriptor);
        BpfRawTracepointOpen attributes = new() { Program = (uint)descriptor.Number };
        BpfAttempt attempt = new(BpfCommand.RawTracepointOpen, program.Name)
        {
            Traces = true,
            Since = new(5, 5),
            Invalid = "The program was not loaded for a tracepoint (BpfProgramSpec.ForTracepoint).",
        };
        return new BtfTracepoint(BpfSystemCall.Open(BpfCommand.RawTracepointOpen, ref attributes, attempt), program.Name);
    }
}
