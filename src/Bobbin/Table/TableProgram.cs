using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>What exec starts.</summary>
public sealed record TableProgram
{
    private const ulong CodeAddress = 0x5555_5555_4000;
    private const ulong StackAddress = 0x7fff_ffff_e000;

    /// <summary>The program's path; the task's name is what follows the last slash.</summary>
    public required ReadOnlyMemory<byte> Path { get; init; }

    /// <summary>Arguments, each ended by NUL.</summary>
    public ReadOnlyMemory<byte> Arguments { get; init; }

    /// <summary>Environment, each entry ended by NUL.</summary>
    public ReadOnlyMemory<byte> Environment { get; init; }

    /// <summary>The address space; null: one of a small program.</summary>
    public TaskMemory? Memory { get; init; }

    /// <summary>Path and arguments with one blank between, without quotes: <c>/bin/sleep 100</c>.</summary>
    public static TableProgram Parse(ReadOnlySpan<byte> line)
    {
        int end = line.IndexOf((byte)' ');
        byte[] arguments = [.. line, 0];
        arguments.AsSpan().Replace((byte)' ', (byte)0);
        return new TableProgram { Path = line[..(end < 0 ? line.Length : end)].ToArray(), Arguments = arguments };
    }

    /// <summary>The name that a task gets from the path.</summary>
    internal ReadOnlySpan<byte> Name => Path.Span[(Path.Span.LastIndexOf((byte)'/') + 1)..];

    internal TaskMemory MakeMemory()
    {
        ulong arguments = StackAddress - (ulong)Environment.Length - (ulong)Arguments.Length;
        return (Memory ?? Small) with
        {
            Arguments = Arguments,
            Environment = Environment,
            Executable = Path,
            StartArguments = arguments,
            EndArguments = arguments + (ulong)Arguments.Length,
            StartEnvironment = arguments + (ulong)Arguments.Length,
            EndEnvironment = StackAddress,
            StartStack = (arguments - 256) & ~15UL,
        };
    }

    private static TaskMemory Small { get; } = new()
    {
        Size = 765,
        PeakSize = 765,
        ResidentAnonymous = 29,
        ResidentFile = 414,
        PeakResident = 443,
        Text = 5,
        Library = 382,
        Data = 90,
        Stack = 33,
        PageTableBytes = 45056,
        StartCode = CodeAddress,
        EndCode = CodeAddress + 0x4a00,
        StartData = CodeAddress + 0x8000,
        EndData = CodeAddress + 0x8650,
        StartHeap = CodeAddress + 0x9000,
    };
}
