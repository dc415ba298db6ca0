using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Bpf;

namespace Bobbin.Sources;

/// <summary>A task's domain of Landlock: the context of <see cref="LandlockProgram"/>, which fills in what comes after the first three.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LandlockView
{
    /// <summary>The task.</summary>
    public int Task;

    /// <summary>1: the credentials that it acts with; 0: those that others meet it with.</summary>
    public int AsActor;

    /// <summary>Where Landlock's part lies in what security modules keep with credentials.</summary>
    public ulong Place;

    /// <summary>Where the domain is; 0: in none.</summary>
    public ulong Domain;

    /// <summary>How many domains lie in each other here, this one included.</summary>
    public ulong Layers;

    /// <summary>Where the kernel keeps the domain's place among the others, then that of the one around it, and so on; ended by 0.</summary>
    public LandlockAncestry Ancestry;
}

/// <summary>LANDLOCK_MAX_NUM_LAYERS of them.</summary>
[InlineArray(Length)]
internal struct LandlockAncestry
{
    public const int Length = 16;
    private ulong _first;
}

/// <summary>The BPF program that finds a task's domain of Landlock, which nothing in user space tells.</summary>
internal static class LandlockProgram
{
    /// <summary>The program. It fails, and so may nothing be concluded, where there is no such task.</summary>
    /// <exception cref="InvalidDataException">The kernel's structures are not as they are known to be.</exception>
    public static BpfProgramSpec Build(Btf types, bool isFirstPidNamespace)
    {
        const BpfRegister Context = BpfRegister.R9, Task = BpfRegister.R8, Ancestor = BpfRegister.R7;
        BpfAssembler code = new();
        BpfLabel asOthersMeetIt = code.Label(), read = code.Label(), release = code.Label(), found = code.Label();
        code.Move(Context, BpfRegister.R1);
        code.Load(BpfSize.Word, BpfRegister.R1, Context, 0);
        code.CallKernel(FindTask(types, isFirstPidNamespace));
        code.GoToIf(BpfCondition.NotEqual, BpfRegister.R0, 0, found);
        code.Move(BpfRegister.R0, 1);
        code.Exit();

        code.Place(found);
        code.Move(Task, BpfRegister.R0);
        code.Move(BpfRegister.R3, Task);
        code.Load(BpfSize.Word, BpfRegister.R1, Context, 4);
        code.GoToIf(BpfCondition.Equal, BpfRegister.R1, 0, asOthersMeetIt);
        code.Compute(BpfOperation.Add, BpfRegister.R3, Member(types, "task_struct"u8, "cred"u8));
        code.GoTo(read);
        code.Place(asOthersMeetIt);
        code.Compute(BpfOperation.Add, BpfRegister.R3, Member(types, "task_struct"u8, "real_cred"u8));
        code.Place(read);
        Follow(code, BpfRegister.R3);
        code.Compute(BpfOperation.Add, BpfRegister.R3, Member(types, "cred"u8, "security"u8));
        Follow(code, BpfRegister.R3);
        code.Load(BpfSize.Double, BpfRegister.R1, Context, 8);
        code.Compute(BpfOperation.Add, BpfRegister.R3, BpfRegister.R1);
        code.Compute(BpfOperation.Add, BpfRegister.R3, Member(types, "landlock_cred_security"u8, "domain"u8));
        Follow(code, BpfRegister.R3);
        code.Store(BpfSize.Double, Context, 16, BpfRegister.R3);
        code.GoToIf(BpfCondition.Equal, BpfRegister.R3, 0, release);

        code.Move(Ancestor, BpfRegister.R3);
        code.Compute(BpfOperation.Add, BpfRegister.R3, Member(types, "landlock_ruleset"u8, "num_layers"u8));
        Follow(code, BpfRegister.R3, sizeof(uint));
        code.Store(BpfSize.Double, Context, 24, BpfRegister.R3);
        code.Compute(BpfOperation.Add, Ancestor, Member(types, "landlock_ruleset"u8, "hierarchy"u8));
        for (int layer = 0; layer < LandlockAncestry.Length; layer++)
        {
            code.Move(BpfRegister.R3, Ancestor);
            Follow(code, BpfRegister.R3);
            code.Store(BpfSize.Double, Context, 32 + (layer * sizeof(ulong)), BpfRegister.R3);
            code.GoToIf(BpfCondition.Equal, BpfRegister.R3, 0, release);
            code.Move(Ancestor, BpfRegister.R3);
            code.Compute(BpfOperation.Add, Ancestor, Member(types, "landlock_hierarchy"u8, "parent"u8));
        }

        code.Place(release);
        code.Move(BpfRegister.R1, Task);
        code.CallKernel(Function(types, "bpf_task_release"u8));
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        return code.ToProgram("bobbin_landlock", BpfProgramType.SystemCall) with { IsSleepable = true };
    }

    /// <summary>address = what it points to; 0 where it points to nothing. Takes R1, R2 and the top of the stack.</summary>
    private static void Follow(BpfAssembler code, BpfRegister address, int size = sizeof(ulong))
    {
        const int Value = -8;
        code.Store(BpfSize.Double, BpfRegister.R10, Value, 0);
        code.Move(BpfRegister.R1, BpfRegister.R10);
        code.Compute(BpfOperation.Add, BpfRegister.R1, Value);
        code.Move(BpfRegister.R2, size);
        code.Call(BpfHelper.ProbeReadKernel);
        code.Load(BpfSize.Double, address, BpfRegister.R10, Value);
    }

    /// <summary>By ids of the caller's pid namespace (Linux 6.14), or of the first.</summary>
    private static int FindTask(Btf types, bool isFirstPidNamespace) =>
        types.TryFind(BtfKind.Function, "bpf_task_from_vpid"u8, out int id) ? id
        : isFirstPidNamespace ? Function(types, "bpf_task_from_pid"u8)
        : throw new InvalidDataException("the kernel finds tasks by ids of the first pid namespace alone: it is older than 6.14");

    private static int Function(Btf types, ReadOnlySpan<byte> name) =>
        types.TryFind(BtfKind.Function, name, out int id) ? id : throw new InvalidDataException("the kernel does not offer what this takes");

    private static int Member(Btf types, ReadOnlySpan<byte> structure, ReadOnlySpan<byte> member) =>
        types.TryFindMember(structure, member, out BtfMember found) ? found.Offset
        : throw new InvalidDataException($"the kernel has no {System.Text.Encoding.ASCII.GetString(structure)}.{System.Text.Encoding.ASCII.GetString(member)}");
}
