using System.Text;
using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// A program that the kernel has verified, and holds for as long as this or a link refers to it. Any number of threads may use it at once.
/// </summary>
public sealed unsafe partial class BpfProgram : IDisposable
{
    private const uint Sleepable = 1 << 4; // BPF_F_SLEEPABLE
    private const int FirstLog = 64 * 1024, LongestLog = 16 * 1024 * 1024;

    private static readonly Dictionary<BpfProgramType, Version> s_since = new()
    {
        [BpfProgramType.RawTracepoint] = new(4, 17),
        [BpfProgramType.Tracing] = new(5, 5),
        [BpfProgramType.SystemCall] = new(5, 14),
    };

    private BpfProgram(string name, BpfProgramType type, SafeFileHandle descriptor)
    {
        Name = name;
        Type = type;
        Descriptor = descriptor;
    }

    /// <summary>The name it was loaded by.</summary>
    public string Name { get; }

    /// <summary>What it may be attached to.</summary>
    public BpfProgramType Type { get; }

    /// <summary>Keeps the program in the kernel; this object's to close.</summary>
    public SafeFileHandle Descriptor { get; }

    /// <summary>
    /// Has the kernel verify and load a program (BPF_PROG_LOAD). Takes CAP_BPF, and CAP_PERFMON for what traces (before Linux 5.8
    /// CAP_SYS_ADMIN).
    /// </summary>
    /// <param name="spec">The program.</param>
    /// <param name="maps">The maps it names; they may be disposed of once it is loaded, if only the program is to use them.</param>
    /// <exception cref="ArgumentException">It names a map that is not among <paramref name="maps"/>.</exception>
    /// <exception cref="BpfException">
    /// The kernel refused; <see cref="BpfException.Log"/> holds all that the verifier wrote, if it got as far, and the message what matters of it.
    /// </exception>
    public static BpfProgram Load(BpfProgramSpec spec, params ReadOnlySpan<BpfMap> maps)
    {
        int held = 0;
        try
        {
            // Instructions hold the numbers of descriptors: these stay open until the kernel has looked.
            for (; held < maps.Length; held++)
            {
                bool isHeld = false;
                maps[held].Descriptor.DangerousAddRef(ref isHeld);
            }

            return LoadLinked(spec, Link(spec, maps));
        }
        finally
        {
            while (--held >= 0)
            {
                maps[held].Descriptor.DangerousRelease();
            }
        }
    }

    /// <summary>Gives the program up: where it is attached it goes on.</summary>
    public void Dispose() => Descriptor.Dispose();

    internal void MustBe(BpfProgramType type)
    {
        if (Type != type)
        {
            throw new ArgumentException($"Program '{Name}' is of the type {Type}, not {type}.");
        }
    }

    private static BpfProgram LoadLinked(BpfProgramSpec spec, BpfInstruction[] code)
    {
        fixed (BpfInstruction* instructions = code)
        fixed (byte* license = Encoding.UTF8.GetBytes(spec.License + "\0"))
        {
            BpfProgramLoad attributes = new()
            {
                Type = spec.Type,
                InstructionCount = (uint)code.Length,
                Instructions = (ulong)instructions,
                License = (ulong)license,
                Flags = spec.IsSleepable ? Sleepable : 0,
                Name = BpfName.From(spec.Name),
                AttachType = spec.AttachType,
                AttachBtfId = (uint)spec.AttachTo,
            };
            Errno errno = BpfSystemCall.Invoke(BpfCommand.ProgramLoad, ref attributes, out int descriptor);
            return errno == Errno.None
                ? new BpfProgram(spec.Name, spec.Type, new SafeFileHandle(descriptor, ownsHandle: true))
                : throw Refused(spec, errno, ref attributes);
        }
    }

    // is_perfmon_prog_type() in kernel/bpf/syscall.c: kprobes, tracepoints, events, raw tracepoints and what is attached by a type's id.
    private static bool IsForPerfMon(BpfProgramType type) => (uint)type is 2 or 5 or 7 or 17 or 24 or (>= 26 and <= 29);

    private static BpfInstruction[] Link(BpfProgramSpec spec, ReadOnlySpan<BpfMap> maps)
    {
        BpfInstruction[] code = [.. spec.Code];
        foreach (BpfMapReference reference in spec.Maps)
        {
            int number = (int)Find(reference.Map, maps).Descriptor.DangerousGetHandle();
            code[reference.Instruction] = code[reference.Instruction] with { Immediate = number };
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

    /// <summary>A log costs time, so it is asked for only after a failure; with more room while it does not fit (ENOSPC).</summary>
    private static BpfException Refused(BpfProgramSpec spec, Errno errno, ref BpfProgramLoad attributes)
    {
        string log = "";
        for (int size = FirstLog; size <= LongestLog; size *= 4)
        {
            byte[] room = new byte[size];
            Errno again;
            fixed (byte* bytes = room)
            {
                attributes.LogLevel = 1;
                attributes.LogSize = (uint)size;
                attributes.Log = (ulong)bytes;
                again = BpfSystemCall.Invoke(BpfCommand.ProgramLoad, ref attributes, out int descriptor);
                if (again == Errno.None)
                {
                    new SafeFileHandle(descriptor, ownsHandle: true).Dispose();
                }
            }

            int length = room.AsSpan().IndexOf((byte)0);
            log = Encoding.UTF8.GetString(room, 0, length < 0 ? size : length).Trim();
            if (again != Errno.ENOSPC)
            {
                break;
            }
        }

        BpfAttempt attempt = new(BpfCommand.ProgramLoad, spec.Name)
        {
            Traces = IsForPerfMon(spec.Type),
            IsForEverybody = spec.Type == BpfProgramType.SocketFilter,
            Since = spec.AttachType == BpfAttachType.TraceIterator ? new(5, 8) : s_since.GetValueOrDefault(spec.Type),
            Log = log,
        };
        return attempt.Refused(errno);
    }
}
