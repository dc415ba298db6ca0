namespace Bobbin.Kernel.Linux;

/// <summary>The kernel refused a call: which call, on what, and its errno.</summary>
public class LinuxException : Exception
{
    /// <summary>Makes the exception for a failed call.</summary>
    /// <param name="errno">What the kernel answered.</param>
    /// <param name="call">The system call's name, as in its man page.</param>
    /// <param name="subject">What the call was about: a path, an id, an option; may be empty.</param>
    public LinuxException(Errno errno, string call, string subject = "")
        : base(subject.Length == 0 ? $"{call}: {errno.Describe()}" : $"{call}({subject}): {errno.Describe()}")
    {
        Errno = errno;
        Call = call;
        Subject = subject;
    }

    /// <summary>Makes the exception for a failed call with words of its own.</summary>
    private protected LinuxException(Errno errno, string call, string subject, string message)
        : base(message)
    {
        Errno = errno;
        Call = call;
        Subject = subject;
    }

    /// <summary>What the kernel answered.</summary>
    public Errno Errno { get; }

    /// <summary>The system call's name.</summary>
    public string Call { get; }

    /// <summary>What the call was about.</summary>
    public string Subject { get; }

    /// <summary>What the kernel wrote about it, such as the BPF verifier's log; mostly empty.</summary>
    public string Details { get; init; } = "";
}
