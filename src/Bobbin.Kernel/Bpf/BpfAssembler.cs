namespace Bobbin.Kernel.Bpf;

/// <summary>A place in a program that jumps name before or after it is known.</summary>
internal readonly record struct BpfLabel(int Index);

/// <summary>Builds the instructions of a program. Pure: nothing here depends on the running kernel.</summary>
internal sealed class BpfAssembler
{
    // Classes of instructions (BPF_CLASS), and the bits beside them.
    private const int LoadImmediate = 0x00, LoadMemory = 0x01, StoreImmediate = 0x02, StoreMemory = 0x03, Arithmetic32 = 0x04, Jump = 0x05, Arithmetic = 0x07;
    private const int FromRegister = 0x08, MemoryMode = 0x60, AtomicMode = 0xC0;
    private const int CallOperation = 0x80, ExitOperation = 0x90;
    private const int PseudoMapDescriptor = 1; // BPF_PSEUDO_MAP_FD
    private const int PseudoKernelFunction = 2; // BPF_PSEUDO_KFUNC_CALL

    private readonly List<BpfInstruction> _code = [];
    private readonly List<int> _labels = [];
    private readonly List<(int Instruction, BpfLabel Target)> _jumps = [];
    private readonly List<BpfMapReference> _maps = [];

    /// <summary>A new label, to be placed by <see cref="Place"/>.</summary>
    public BpfLabel Label()
    {
        _labels.Add(-1);
        return new BpfLabel(_labels.Count - 1);
    }

    /// <summary>Puts a label before the next instruction.</summary>
    public void Place(BpfLabel label) => _labels[label.Index] = _code.Count;

    /// <summary>destination = source.</summary>
    public void Move(BpfRegister destination, BpfRegister source) => Compute(BpfOperation.Move, destination, source);

    /// <summary>destination = a sign-extended 32-bit value.</summary>
    public void Move(BpfRegister destination, int value) => Compute(BpfOperation.Move, destination, value);

    /// <summary>destination = a 32-bit value, its upper half 0.</summary>
    public void MoveUnsigned(BpfRegister destination, uint value) =>
        _code.Add(new BpfInstruction(Arithmetic32 | (int)BpfOperation.Move, destination, default, immediate: (int)value));

    /// <summary>destination = destination OPERATION source.</summary>
    public void Compute(BpfOperation operation, BpfRegister destination, BpfRegister source) =>
        _code.Add(new BpfInstruction(Arithmetic | FromRegister | (int)operation, destination, source));

    /// <summary>destination = destination OPERATION value.</summary>
    public void Compute(BpfOperation operation, BpfRegister destination, int value) =>
        _code.Add(new BpfInstruction(Arithmetic | (int)operation, destination, default, immediate: value));

    /// <summary>destination = *(address + offset), zero-extended.</summary>
    public void Load(BpfSize size, BpfRegister destination, BpfRegister address, int offset) =>
        _code.Add(new BpfInstruction(LoadMemory | MemoryMode | (int)size, destination, address, offset));

    /// <summary>*(address + offset) = source.</summary>
    public void Store(BpfSize size, BpfRegister address, int offset, BpfRegister source) =>
        _code.Add(new BpfInstruction(StoreMemory | MemoryMode | (int)size, address, source, offset));

    /// <summary>*(address + offset) = value.</summary>
    public void Store(BpfSize size, BpfRegister address, int offset, int value) =>
        _code.Add(new BpfInstruction(StoreImmediate | MemoryMode | (int)size, address, default, offset, value));

    /// <summary>*(address + offset) += source, all at once: 8 bytes.</summary>
    public void AtomicAdd(BpfRegister address, int offset, BpfRegister source) =>
        _code.Add(new BpfInstruction(StoreMemory | AtomicMode | (int)BpfSize.Double, address, source, offset));

    /// <summary>destination = the map called <paramref name="map"/>, given to <see cref="BpfProgram.Load"/>. Two instructions.</summary>
    public void LoadMap(BpfRegister destination, string map)
    {
        _maps.Add(new BpfMapReference(_code.Count, map));
        _code.Add(new BpfInstruction(LoadImmediate | (int)BpfSize.Double, destination, (BpfRegister)PseudoMapDescriptor));
        _code.Add(default);
    }

    /// <summary>R0 = helper(R1, ..., R5).</summary>
    public void Call(BpfHelper helper) =>
        _code.Add(new BpfInstruction(Jump | CallOperation, default, default, immediate: (int)helper));

    /// <summary>R0 = function(R1, ..., R5), a function that the kernel offers to programs (kfunc), by its id in the kernel's types.</summary>
    public void CallKernel(int function) =>
        _code.Add(new BpfInstruction(Jump | CallOperation, default, (BpfRegister)PseudoKernelFunction, immediate: function));

    /// <summary>Goes to <paramref name="target"/>.</summary>
    public void GoTo(BpfLabel target)
    {
        _jumps.Add((_code.Count, target));
        _code.Add(new BpfInstruction(Jump, default, default));
    }

    /// <summary>Goes to <paramref name="target"/> if left CONDITION right.</summary>
    public void GoToIf(BpfCondition condition, BpfRegister left, BpfRegister right, BpfLabel target)
    {
        _jumps.Add((_code.Count, target));
        _code.Add(new BpfInstruction(Jump | FromRegister | (int)condition, left, right));
    }

    /// <summary>Goes to <paramref name="target"/> if left CONDITION right.</summary>
    public void GoToIf(BpfCondition condition, BpfRegister left, int right, BpfLabel target)
    {
        _jumps.Add((_code.Count, target));
        _code.Add(new BpfInstruction(Jump | (int)condition, left, default, immediate: right));
    }

    /// <summary>Returns R0.</summary>
    public void Exit() => _code.Add(new BpfInstruction(Jump | ExitOperation, default, default));

    /// <summary>The program, with every jump resolved.</summary>
    /// <exception cref="InvalidOperationException">A jump's label was never placed.</exception>
    public BpfProgramSpec ToProgram(string name, BpfProgramType type)
    {
        BpfInstruction[] code = [.. _code];
        foreach ((int at, BpfLabel target) in _jumps)
        {
            int place = _labels[target.Index];
            if (place < 0)
            {
                throw new InvalidOperationException($"Instruction {at} jumps to a label that was never placed.");
            }

            code[at] = code[at] with { Offset = checked((short)(place - at - 1)) };
        }

        return new BpfProgramSpec(name, type, code, [.. _maps]);
    }
}
