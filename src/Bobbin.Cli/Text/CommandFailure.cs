namespace Bobbin.Cli.Text;

/// <summary>Something that bobbin could not do: one line, <c>bobbin: WHAT: why; what to do</c>.</summary>
/// <param name="what">What it is about: a path, a command, a verb.</param>
/// <param name="why">Why not.</param>
/// <param name="remedy">What to do about it; may be empty.</param>
/// <param name="status">The exit status: 1, but 126 and 127 for a command that cannot be run, as a shell has it.</param>
internal sealed class CommandFailure(string what, string why, string remedy = "", int status = 1)
    : Exception(remedy.Length == 0 ? $"{what}: {why}" : $"{what}: {why}; {remedy}")
{
    /// <summary>What to do where there are too few descriptors (EMFILE).</summary>
    public const string MoreDescriptors = "the limit of open files is too low: ulimit -n 256";

    /// <summary>What to do where no thread or process can be made.</summary>
    public const string MoreProcesses = "the limit of processes is too low: ulimit -u 256";

    /// <summary>The exit status.</summary>
    public int Status => status;

    /// <summary>The line as it is printed, without its end.</summary>
    public string Line => $"bobbin: {Printable.Escape(Message)}";
}
