using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// A program that is attached: it runs until this is disposed of, or collected, or the process ends. The link holds the program, whose own
/// <see cref="BpfProgram"/> may be disposed of before.
/// </summary>
public abstract class BpfLink : IDisposable
{
    private protected BpfLink(SafeFileHandle descriptor, string program)
    {
        Descriptor = descriptor;
        Program = program;
    }

    /// <summary>Keeps the program attached; this object's to close.</summary>
    public SafeFileHandle Descriptor { get; }

    /// <summary>The name of the program.</summary>
    public string Program { get; }

    /// <summary>The name of the program.</summary>
    public override string ToString() => Program;

    /// <summary>Detaches the program. It may still run to its end on another processor.</summary>
    public void Dispose()
    {
        Descriptor.Dispose();
        GC.SuppressFinalize(this);
    }
}
