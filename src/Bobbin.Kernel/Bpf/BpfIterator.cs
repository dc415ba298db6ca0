using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// A program that the kernel runs for each of its objects of one kind while somebody reads (<c>Documentation/bpf/bpf_iterators.rst</c>;
/// tasks since Linux 5.8). What the program writes by <see cref="BpfHelper.SequenceWrite"/> is what the reader gets. Any number of threads
/// may begin walks at once.
/// </summary>
public sealed unsafe class BpfIterator : BpfLink
{
    private BpfIterator(SafeFileHandle link, string program)
        : base(link, program)
    {
    }

    /// <summary>Attaches a program that was loaded for an iterator (<see cref="BpfProgramSpec.ForIterator"/>), over all objects of its kind.</summary>
    /// <exception cref="ArgumentException">The program is of another type.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public static BpfIterator Attach(BpfProgram program) => AttachTo(program, null);

    /// <summary>
    /// Attaches a program over the threads of one group, by its id in the caller's pid namespace (Linux 6.1; older kernels refuse with
    /// EINVAL).
    /// </summary>
    /// <exception cref="ArgumentException">The program is of another type.</exception>
    /// <exception cref="BpfException">The kernel refused: ESRCH where there is no such group.</exception>
    public static BpfIterator AttachToGroup(BpfProgram program, int threadGroup)
    {
        BpfTaskIteratorInfo info = new() { ThreadGroup = (uint)threadGroup };
        return AttachTo(program, &info);
    }

    /// <summary>Begins a walk. Ids that the kernel looks at for it are those of the caller's pid namespace.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public BpfWalk Walk()
    {
        Errno errno = Open(out int descriptor);
        return errno == Errno.None
            ? new BpfWalk(new SafeFileHandle(descriptor, ownsHandle: true), Program)
            : throw new BpfAttempt(BpfCommand.IteratorCreate, Program).Refused(errno);
    }

    /// <summary>What a kernel calls the function that a program for an iterator over <paramref name="kind"/> is attached to.</summary>
    internal static string Target(string kind) => "bpf_iter_" + kind;

    /// <summary>Begins a walk: a descriptor to read to its end, the caller's to close.</summary>
    internal Errno Open(out int descriptor)
    {
        using BorrowedDescriptor link = new(Descriptor);
        BpfIteratorCreate attributes = new() { Link = (uint)link.Number };
        return BpfSystemCall.Invoke(BpfCommand.IteratorCreate, ref attributes, out descriptor);
    }

    private static BpfIterator AttachTo(BpfProgram program, BpfTaskIteratorInfo* info)
    {
        program.MustBe(BpfProgramType.Tracing);
        using BorrowedDescriptor descriptor = new(program.Descriptor);
        BpfLinkCreate attributes = new()
        {
            Program = (uint)descriptor.Number,
            AttachType = BpfAttachType.TraceIterator,
            IteratorInfo = (ulong)info,
            IteratorInfoLength = info is null ? 0 : (uint)sizeof(BpfTaskIteratorInfo),
        };
        BpfAttempt attempt = new(BpfCommand.LinkCreate, program.Name)
        {
            Traces = true,
            Since = info is null ? new(5, 8) : new(6, 1),
            Invalid = "The program was not loaded for an iterator (BpfProgramSpec.ForIterator).",
        };
        return new BpfIterator(BpfSystemCall.Open(BpfCommand.LinkCreate, ref attributes, attempt), program.Name);
    }
}
