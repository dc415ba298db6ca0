using Bobbin.Kernel.Linux;
using Bobbin.Snapshots;

namespace Bobbin.Sources;

/// <summary>Which reader is wanted.</summary>
public enum ReaderChoice
{
    /// <summary>By BPF where that is allowed, else from /proc.</summary>
    Auto,

    /// <summary>From /proc; needs no privileges.</summary>
    Proc,

    /// <summary>By a BPF program; needs CAP_BPF and CAP_PERFMON.</summary>
    Bpf,
}

/// <summary>Opens readers of this machine's tasks.</summary>
public static class TaskReaders
{
    /// <summary>Opens the best reader that this machine allows, or the one that is wanted.</summary>
    /// <exception cref="LinuxException">/proc cannot be opened.</exception>
    /// <exception cref="InvalidOperationException">BPF was demanded, and is not to be had; the message says why.</exception>
    public static ITaskReader Open(ReaderChoice choice = ReaderChoice.Auto) => Open(choice, out _);

    /// <summary>As the other, and says in words which reader it is, and why not the other.</summary>
    public static ITaskReader Open(ReaderChoice choice, out string reason)
    {
        if (choice == ReaderChoice.Proc)
        {
            reason = "/proc, as asked for";
            return ProcReader.Open();
        }

        if (IteratorReader.TryOpen(out reason) is { } iterator)
        {
            return iterator;
        }

        if (choice == ReaderChoice.Bpf)
        {
            throw new InvalidOperationException(reason);
        }

        reason = $"/proc (not by BPF: {reason})";
        return ProcReader.Open();
    }
}
