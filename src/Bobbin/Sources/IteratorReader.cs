using System.Diagnostics.CodeAnalysis;
using Bobbin.Kernel.Bpf;
using Bobbin.Kernel.Linux;
using Bobbin.Snapshots;

namespace Bobbin.Sources;

/// <summary>
/// Reads tasks by a BPF program that the kernel runs for each of them: no text is made and parsed, and one read brings hundreds. Needs
/// CAP_BPF and CAP_PERFMON (or CAP_SYS_ADMIN), Linux 5.8 and the kernel's BTF, and to be in the first pid, user and time namespaces, whose
/// ids and times the kernel's structures hold.
/// </summary>
internal sealed class IteratorReader : ITaskReader
{
    private readonly BpfProgram _program;
    private readonly BpfIterator _iterator;
    private readonly ProcReader _proc;
    private readonly IteratorRecords _records = new();

    private IteratorReader(BpfProgram program, BpfIterator iterator, ProcReader proc)
    {
        _proc = proc;
        _program = program;
        _iterator = iterator;
    }

    /// <inheritdoc/>
    public string Name => "bpf";

    /// <summary>Loads the program; null, and why, where this machine does not let us.</summary>
    public static IteratorReader? TryOpen(out string reason)
    {
        if (Namespaces.WhyNotInitial() is { } namespaces)
        {
            reason = namespaces;
            return null;
        }

        BpfProgram? program = null;
        try
        {
            using Btf types = Btf.OfKernel();
            program = BpfProgram.Load(IteratorProgram.Build(types));
            reason = "BPF task iterator";
            return new IteratorReader(program, BpfIterator.Attach(program), ProcReader.Open());
        }
        catch (Exception failure) when (BpfRefusal.Is(failure))
        {
            program?.Dispose();
            reason = BpfRefusal.Describe(failure);
            return null;
        }
    }

    /// <inheritdoc/>
    public TaskSnapshot Read(TaskFacets facets = TaskFacets.None, TaskSnapshot? recycled = null, CancellationToken cancellation = default)
    {
        Walk(cancellation);
        return _records.ToSnapshot(facets, recycled, _proc, cancellation);
    }

    /// <inheritdoc/>
    public bool TryRead(int processId, TaskFacets facets, [NotNullWhen(true)] out TaskSnapshot? snapshot) =>
        _proc.TryRead(processId, facets, out snapshot); // a walk over all for the sake of one would take longer

    /// <summary>All threads that the walk comes by as the kernel has them: none is left out, and none added from /proc.</summary>
    public RecordWalk ReadRecords(CancellationToken cancellation)
    {
        Walk(cancellation);
        return _records.All;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _iterator.Dispose();
        _program.Dispose();
        _proc.Dispose();
    }

    private void Walk(CancellationToken cancellation)
    {
        Check(_iterator.Open(out int walk), "bpf");
        try
        {
            _records.Clear();
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                Errno errno = Libc.Read(walk, _records.Room(), out int length);
                if (errno is Errno.EINTR or Errno.EAGAIN)
                {
                    continue; // EAGAIN: a million tasks walked without one worth a record
                }

                Check(errno, "read");
                if (length == 0)
                {
                    break;
                }

                _records.Added(length);
            }
        }
        finally
        {
            Libc.Close(walk);
        }
    }

    private void Check(Errno errno, string call)
    {
        if (errno != Errno.None)
        {
            throw new LinuxException(errno, call, _iterator.ToString());
        }
    }
}
