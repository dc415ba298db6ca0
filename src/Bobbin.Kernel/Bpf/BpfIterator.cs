using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// A program that the kernel runs for each of its objects of one kind while somebody reads (<c>Documentation/bpf/bpf_iterators.rst</c>;
/// tasks since Linux 5.8). What the program writes by bpf_seq_write is what the reader gets.
/// </summary>
internal sealed unsafe class BpfIterator : IDisposable
{
    /// <summary>What a kernel calls the function that a program for an iterator over <paramref name="kind"/> is attached to.</summary>
    public static string Target(string kind) => "bpf_iter_" + kind;

    private readonly SafeFileHandle _link;
    private readonly string _name;

    private BpfIterator(SafeFileHandle link, string name)
    {
        _link = link;
        _name = name;
    }

    /// <summary>Attaches a program whose type is <see cref="BpfProgramType.Tracing"/>, over all objects of its kind.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static BpfIterator Attach(BpfProgram program)
    {
        BpfLinkCreate attributes = new()
        {
            Program = (uint)program.Descriptor.DangerousGetHandle(),
            AttachType = BpfAttachType.TraceIterator,
        };
        return new BpfIterator(BpfSystemCall.Open(BpfCommand.LinkCreate, ref attributes, program.Name), program.Name);
    }

    /// <summary>
    /// Attaches a program over the threads of one group, by its id in the caller's pid namespace (Linux 6.1; older kernels refuse with
    /// EINVAL).
    /// </summary>
    /// <exception cref="LinuxException">The kernel refused: ESRCH where there is no such group.</exception>
    public static BpfIterator AttachToGroup(BpfProgram program, int threadGroup)
    {
        BpfTaskIteratorInfo info = new() { ThreadGroup = (uint)threadGroup };
        BpfLinkCreate attributes = new()
        {
            Program = (uint)program.Descriptor.DangerousGetHandle(),
            AttachType = BpfAttachType.TraceIterator,
            IteratorInfo = (ulong)&info,
            IteratorInfoLength = (uint)sizeof(BpfTaskIteratorInfo),
        };
        return new BpfIterator(BpfSystemCall.Open(BpfCommand.LinkCreate, ref attributes, program.Name), program.Name);
    }

    /// <summary>Begins a walk: a descriptor to read to its end, the caller's to close. The ids are those of the caller's pid namespace.</summary>
    public Errno Open(out int descriptor)
    {
        BpfIteratorCreate attributes = new() { Link = (uint)_link.DangerousGetHandle() };
        return BpfSystemCall.Invoke(BpfCommand.IteratorCreate, ref attributes, out descriptor);
    }

    /// <summary>The name of its program.</summary>
    public override string ToString() => _name;

    /// <inheritdoc/>
    public void Dispose() => _link.Dispose();
}
