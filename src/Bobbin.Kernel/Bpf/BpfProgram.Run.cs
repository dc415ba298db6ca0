using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Bpf;

/// <summary>What came of <see cref="BpfProgram.Run(ReadOnlySpan{byte}, Span{byte}, int)"/>.</summary>
/// <param name="Result">What the program returned, the last time.</param>
/// <param name="OutputLength">How many bytes of its data there are after it; may be more than there was room for.</param>
/// <param name="Nanoseconds">How long it ran, the mean of all times.</param>
public readonly record struct BpfRun(uint Result, int OutputLength, long Nanoseconds);

// BPF_PROG_TEST_RUN.
public sealed unsafe partial class BpfProgram
{
    private const uint OnProcessor = 1; // BPF_F_TEST_RUN_ON_CPU

    /// <summary>
    /// Runs the program once, here and now: of the type <see cref="BpfProgramType.SystemCall"/> (Linux 5.14), whose context it may write to,
    /// or <see cref="BpfProgramType.RawTracepoint"/> (Linux 5.10), whose context are the arguments, 8 bytes each.
    /// </summary>
    /// <returns>What it returned in R0, its lower half.</returns>
    /// <exception cref="BpfException">The kernel refused: EINVAL for a context of the wrong size, ENOTSUPP for types that cannot be run so.</exception>
    public uint Run(Span<byte> context) => RunContext(context, new BpfProgramTestRun());

    /// <summary>The same on a processor; only of the type <see cref="BpfProgramType.RawTracepoint"/> (Linux 5.10).</summary>
    /// <exception cref="BpfException">The kernel refused: ENXIO where there is no such processor now.</exception>
    public uint RunOn(int processor, Span<byte> context) =>
        RunContext(context, new BpfProgramTestRun { Flags = OnProcessor, Processor = (uint)processor });

    /// <summary>Runs a program that filters packets on the bytes of one (Linux 4.12).</summary>
    /// <param name="data">The packet: at least an Ethernet header of 14 bytes.</param>
    /// <param name="output">Room for what the program made of it; may be empty.</param>
    /// <param name="repeat">How often; the time is measured over all.</param>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public BpfRun Run(ReadOnlySpan<byte> data, Span<byte> output, int repeat = 1)
    {
        using BorrowedDescriptor program = new(Descriptor);
        fixed (byte* read = data)
        fixed (byte* written = output)
        {
            BpfProgramTestRun attributes = new()
            {
                Program = (uint)program.Number,
                DataIn = (ulong)read,
                DataSizeIn = (uint)data.Length,
                DataOut = (ulong)written,
                DataSizeOut = (uint)output.Length,
                Repeat = (uint)repeat,
            };
            Errno errno = BpfSystemCall.Invoke(BpfCommand.ProgramTestRun, ref attributes, out _);
            if (errno is not (Errno.None or Errno.ENOSPC)) // ENOSPC: more than there was room for
            {
                throw RunRefused(errno);
            }

            return new BpfRun(attributes.Result, (int)attributes.DataSizeOut, attributes.Duration);
        }
    }

    private uint RunContext(Span<byte> context, BpfProgramTestRun attributes)
    {
        using BorrowedDescriptor program = new(Descriptor);
        fixed (byte* bytes = context)
        {
            attributes.Program = (uint)program.Number;
            attributes.ContextSizeIn = (uint)context.Length;
            attributes.ContextIn = (ulong)bytes; // and written back there; these types have no other way out
            Errno errno = BpfSystemCall.Invoke(BpfCommand.ProgramTestRun, ref attributes, out _);
            return errno == Errno.None ? attributes.Result : throw RunRefused(errno);
        }
    }

    private BpfException RunRefused(Errno errno) => (new BpfAttempt(BpfCommand.ProgramTestRun, Name)
    {
        Traces = Type == BpfProgramType.RawTracepoint,
        Since = Type == BpfProgramType.RawTracepoint ? new(5, 10) : null,
    }).Refused(errno);
}
