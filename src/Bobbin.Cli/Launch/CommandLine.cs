using System.Text;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Launch;

/// <summary>How this process was started, byte for byte.</summary>
internal sealed class CommandLine
{
    private readonly string[] _arguments;

    private CommandLine(string[] arguments, InheritedState inherited) => (_arguments, Inherited) = (arguments, inherited);

    /// <summary>This process's.</summary>
    public static CommandLine Current { get; private set; } = null!;

    /// <summary>What it inherited.</summary>
    public InheritedState Inherited { get; }

    /// <summary>Whether this is the second start, within a user namespace of its own.</summary>
    public bool IsInside { get; init; }

    /// <summary>Reads it; first thing in Main.</summary>
    public static void Read(string[] arguments) =>
        Current = new(arguments, InheritedState.Capture()) { IsInside = arguments is [UserNamespace.Verb, ..] };

    /// <summary>How many words there are after the program's name, as the user wrote them.</summary>
    public int Count => _arguments.Length - (IsInside ? 1 : 0);

    /// <summary>Address of a vector with all arguments but the program's name.</summary>
    public nint All => Last(_arguments.Length);

    /// <summary>
    /// Address of a vector with the last arguments, as the kernel passed them: what is not UTF-8 does not survive in a
    /// <see cref="string"/>.
    /// </summary>
    public nint Last(int count)
    {
        // One more where the runtime's host has an argument of its own, the assembly.
        for (int all = _arguments.Length + 1; all <= _arguments.Length + 2; all++)
        {
            nint vector = Libc.FindArguments(all);
            if (vector != 0)
            {
                return Libc.SkipArguments(vector, all - count);
            }
        }

        return new NativeStrings([.. _arguments.TakeLast(count).Select(Encoding.UTF8.GetBytes)]).Pointer;
    }
}
