using System.Text;
using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Bpf;

/// <summary><c>enum bpf_prog_type</c>, as far as it is used.</summary>
internal enum BpfProgramType : uint
{
    SocketFilter = 1,
    RawTracepoint = 17,

    /// <summary>Attached to a kernel function by the id of its type: iterators among others.</summary>
    Tracing = 26,

    /// <summary>Run by <see cref="BpfProgram.Run"/> and nothing else (Linux 5.14).</summary>
    SystemCall = 31,
}

/// <summary><c>enum bpf_attach_type</c>, as far as it is used.</summary>
internal enum BpfAttachType : uint
{
    None = 0,
    TraceRawTracepoint = 23,
    TraceIterator = 28,
}

/// <summary>The instruction pair at <paramref name="Instruction"/> loads the map called <paramref name="Map"/>.</summary>
internal readonly record struct BpfMapReference(int Instruction, string Map);

/// <summary>A program as a value: the same for every kernel.</summary>
/// <param name="Name">Shown by bpftool; cut to 15 bytes.</param>
/// <param name="Type">What it may be attached to.</param>
/// <param name="Code">Its instructions.</param>
/// <param name="Maps">Where it names maps.</param>
internal sealed record BpfProgramSpec(string Name, BpfProgramType Type, IReadOnlyList<BpfInstruction> Code, IReadOnlyList<BpfMapReference> Maps)
{
    /// <summary>How it is attached, where its type leaves that open.</summary>
    public BpfAttachType AttachType { get; init; }

    /// <summary>The id, in the running kernel's types, of the function that it is attached to; 0 for none.</summary>
    public int AttachTo { get; init; }

    /// <summary><c>BPF_F_SLEEPABLE</c>: it may sleep, as one of <see cref="BpfProgramType.SystemCall"/> must be allowed to.</summary>
    public bool IsSleepable { get; init; }
}

/// <summary>A program that the kernel has verified and holds.</summary>
internal sealed unsafe class BpfProgram : IDisposable
{
    private const uint Sleepable = 1 << 4;

    private BpfProgram(string name, SafeFileHandle descriptor)
    {
        Name = name;
        Descriptor = descriptor;
    }

    /// <summary>The name it was loaded by.</summary>
    public string Name { get; }

    /// <summary>Keeps the program in the kernel.</summary>
    public SafeFileHandle Descriptor { get; }

    /// <summary>Has the kernel verify and load a program.</summary>
    /// <param name="spec">The program.</param>
    /// <param name="maps">The maps it names.</param>
    /// <exception cref="LinuxException">The kernel refused; <see cref="LinuxException.Details"/> holds the verifier's log, if it got as far.</exception>
    public static BpfProgram Load(BpfProgramSpec spec, params ReadOnlySpan<BpfMap> maps)
    {
        BpfInstruction[] code = Link(spec, maps);
        // GPL: the helpers that read kernel memory are for such programs only (bpf-helpers(7)). MIT code may say so: the
        // kernel's list holds "Dual MIT/GPL".
        ReadOnlySpan<byte> license = "Dual MIT/GPL\0"u8;
        fixed (BpfInstruction* instructions = code)
        fixed (byte* licenseBytes = license)
        {
            BpfProgramLoad attributes = new()
            {
                Type = spec.Type,
                InstructionCount = (uint)code.Length,
                Instructions = (ulong)instructions,
                License = (ulong)licenseBytes,
                Flags = spec.IsSleepable ? Sleepable : 0,
                Name = BpfName.From(spec.Name),
                AttachType = spec.AttachType,
                AttachBtfId = (uint)spec.AttachTo,
            };
            Errno errno = BpfSystemCall.Invoke(BpfCommand.ProgramLoad, ref attributes, out int descriptor);
            GC.KeepAlive(maps.Length == 0 ? null : maps[0]);
            return errno == Errno.None
                ? new BpfProgram(spec.Name, new SafeFileHandle(descriptor, ownsHandle: true))
                : throw Refused(spec.Name, errno, ref attributes);
        }
    }

    /// <summary>Runs a program of the type <see cref="BpfProgramType.SystemCall"/> once, on a context that it may write to.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public uint Run(Span<byte> context)
    {
        fixed (byte* bytes = context)
        {
            BpfProgramTestRun attributes = new()
            {
                Program = (uint)Descriptor.DangerousGetHandle(),
                ContextSizeIn = (uint)context.Length,
                ContextIn = (ulong)bytes, // and written back there; this type has no other way out
            };
            Errno errno = BpfSystemCall.Invoke(BpfCommand.ProgramTestRun, ref attributes, out _);
            return errno == Errno.None ? attributes.Result : throw new LinuxException(errno, "bpf", $"{BpfCommand.ProgramTestRun} {Name}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Descriptor.Dispose();

    private static BpfInstruction[] Link(BpfProgramSpec spec, ReadOnlySpan<BpfMap> maps)
    {
        BpfInstruction[] code = [.. spec.Code];
        foreach (BpfMapReference reference in spec.Maps)
        {
            code[reference.Instruction] = code[reference.Instruction] with { Immediate = Find(reference.Map, maps).Number };
        }

        return code;
    }

    private static BpfMap Find(string name, ReadOnlySpan<BpfMap> maps)
    {
        foreach (BpfMap map in maps)
        {
            if (map.Spec.Name == name)
            {
                return map;
            }
        }

        throw new ArgumentException($"The program names a map '{name}' that was not given.", nameof(maps));
    }

    /// <summary>A log costs time, so it is asked for only after a failure. What does not fit is cut at the end (ENOSPC).</summary>
    private static LinuxException Refused(string name, Errno errno, ref BpfProgramLoad attributes)
    {
        byte[] log = new byte[256 * 1024];
        fixed (byte* bytes = log)
        {
            attributes.LogLevel = 1;
            attributes.LogSize = (uint)log.Length;
            attributes.Log = (ulong)bytes;
            if (BpfSystemCall.Invoke(BpfCommand.ProgramLoad, ref attributes, out int descriptor) == Errno.None)
            {
                new SafeFileHandle(descriptor, ownsHandle: true).Dispose();
            }
        }

        int length = log.AsSpan().IndexOf((byte)0);
        string text = Encoding.UTF8.GetString(log, 0, length < 0 ? log.Length : length).Trim();
        return new LinuxException(errno, "bpf", $"{BpfCommand.ProgramLoad} {name}") { Details = text };
    }
}
