namespace Bobbin.Kernel.Bpf;

/// <summary>A place in a program that jumps name before or after it is known; of one <see cref="BpfAssembler"/>.</summary>
/// <param name="Index">Its number there.</param>
public readonly record struct BpfLabel(int Index);

/// <summary>
/// Builds the instructions of a program. Pure: nothing here depends on the running kernel, and nothing is checked but jumps; the verifier
/// checks when the program is loaded. For one thread.
/// </summary>
/// <remarks><c>Documentation/bpf/standardization/instruction-set.rst</c>; names as there, in words.</remarks>
public sealed partial class BpfAssembler
{
    // Classes of instructions (BPF_CLASS), and the bits beside them.
    private const int LoadImmediate = 0x00, LoadMemory = 0x01, StoreImmediate = 0x02, StoreMemory = 0x03, Arithmetic32 = 0x04, Jump = 0x05;
    private const int Jump32 = 0x06, Arithmetic = 0x07;
    private const int FromRegister = 0x08, MemoryMode = 0x60, AtomicMode = 0xC0;
    private const int PseudoMapDescriptor = 1, PseudoMapValue = 2; // BPF_PSEUDO_MAP_FD, BPF_PSEUDO_MAP_VALUE
    private const int SwapOperation = 0xD0, ToBigEndian = 0x08;

    private readonly List<BpfInstruction> _code = [];
    private readonly List<BpfMapReference> _maps = [];

    /// <summary>How many instructions there are so far.</summary>
    public int Length => _code.Count;

    /// <summary>destination = source.</summary>
    public void Move(BpfRegister destination, BpfRegister source) => Compute(BpfOperation.Move, destination, source);

    /// <summary>destination = a sign-extended 32-bit value.</summary>
    public void Move(BpfRegister destination, int value) => Compute(BpfOperation.Move, destination, value);

    /// <summary>destination = a 32-bit value, its upper half 0.</summary>
    public void MoveUnsigned(BpfRegister destination, uint value) =>
        _code.Add(new BpfInstruction(Arithmetic32 | (int)BpfOperation.Move, destination, default, immediate: (int)value));

    /// <summary>destination = a 64-bit value. Two instructions.</summary>
    public void MoveWide(BpfRegister destination, long value)
    {
        _code.Add(new BpfInstruction(LoadImmediate | (int)BpfSize.Double, destination, default, immediate: (int)value));
        _code.Add(new BpfInstruction(0, default, default, immediate: (int)(value >> 32)));
    }

    /// <summary>destination = where <paramref name="offset"/> on the stack lies: R10 + offset. Two instructions.</summary>
    /// <param name="destination">The register.</param>
    /// <param name="offset">Bytes, from -512 to -1.</param>
    public void MoveStackAddress(BpfRegister destination, int offset)
    {
        Move(destination, BpfRegister.R10);
        Compute(BpfOperation.Add, destination, offset);
    }

    /// <summary>destination = destination OPERATION source.</summary>
    public void Compute(BpfOperation operation, BpfRegister destination, BpfRegister source) =>
        _code.Add(new BpfInstruction(Arithmetic | FromRegister | (int)operation, destination, source));

    /// <summary>destination = destination OPERATION value, which is sign-extended.</summary>
    public void Compute(BpfOperation operation, BpfRegister destination, int value) =>
        _code.Add(new BpfInstruction(Arithmetic | (int)operation, destination, default, immediate: value));

    /// <summary>destination = the lower 32 bits of destination OPERATION source; the upper half becomes 0.</summary>
    public void Compute32(BpfOperation operation, BpfRegister destination, BpfRegister source) =>
        _code.Add(new BpfInstruction(Arithmetic32 | FromRegister | (int)operation, destination, source));

    /// <summary>destination = the lower 32 bits of destination OPERATION value; the upper half becomes 0.</summary>
    public void Compute32(BpfOperation operation, BpfRegister destination, int value) =>
        _code.Add(new BpfInstruction(Arithmetic32 | (int)operation, destination, default, immediate: value));

    /// <summary>destination = its lower bytes, as many as the size has, turned from the machine's order into the network's or back.</summary>
    public void ToNetworkOrder(BpfSize size, BpfRegister destination)
    {
        int bits = size switch
        {
            BpfSize.Half => 16,
            BpfSize.Word => 32,
            BpfSize.Double => 64,
            _ => throw new ArgumentOutOfRangeException(nameof(size), size, "one byte has no order"),
        };
        _code.Add(new BpfInstruction(Arithmetic32 | SwapOperation | ToBigEndian, destination, default, immediate: bits));
    }

    /// <summary>destination = *(address + offset), zero-extended.</summary>
    public void Load(BpfSize size, BpfRegister destination, BpfRegister address, int offset) =>
        _code.Add(new BpfInstruction(LoadMemory | MemoryMode | (int)size, destination, address, offset));

    /// <summary>*(address + offset) = source.</summary>
    public void Store(BpfSize size, BpfRegister address, int offset, BpfRegister source) =>
        _code.Add(new BpfInstruction(StoreMemory | MemoryMode | (int)size, address, source, offset));

    /// <summary>*(address + offset) = value, sign-extended.</summary>
    public void Store(BpfSize size, BpfRegister address, int offset, int value) =>
        _code.Add(new BpfInstruction(StoreImmediate | MemoryMode | (int)size, address, default, offset, value));

    /// <summary>*(address + offset) += source, all at once: 8 bytes.</summary>
    public void AtomicAdd(BpfRegister address, int offset, BpfRegister source) => Atomic(BpfAtomic.Add, BpfSize.Double, address, offset, source);

    /// <summary>OPERATION on *(address + offset) with source, all at once: 4 or 8 bytes.</summary>
    public void Atomic(BpfAtomic operation, BpfSize size, BpfRegister address, int offset, BpfRegister source) =>
        _code.Add(new BpfInstruction(StoreMemory | AtomicMode | (int)size, address, source, offset, (int)operation));

    /// <summary>destination = the map called <paramref name="map"/>, given to <see cref="BpfProgram.Load"/>. Two instructions.</summary>
    public void LoadMap(BpfRegister destination, string map)
    {
        _maps.Add(new BpfMapReference(_code.Count, map));
        _code.Add(new BpfInstruction(LoadImmediate | (int)BpfSize.Double, destination, (BpfRegister)PseudoMapDescriptor));
        _code.Add(default);
    }

    /// <summary>
    /// destination = the address of byte <paramref name="offset"/> of the values of an array called <paramref name="map"/>: no lookup, and no
    /// test for null (Linux 5.2; not of per-CPU arrays). Two instructions.
    /// </summary>
    public void LoadMapValue(BpfRegister destination, string map, int offset = 0)
    {
        _maps.Add(new BpfMapReference(_code.Count, map));
        _code.Add(new BpfInstruction(LoadImmediate | (int)BpfSize.Double, destination, (BpfRegister)PseudoMapValue));
        _code.Add(new BpfInstruction(0, default, default, immediate: offset));
    }

    /// <summary>The program, with every jump resolved.</summary>
    /// <param name="name">Its name: letters, digits, <c>_</c> and <c>.</c>, of which the kernel keeps 15.</param>
    /// <param name="type">What it may be attached to.</param>
    /// <exception cref="InvalidOperationException">A jump's label was never placed.</exception>
    /// <exception cref="OverflowException">A jump goes farther than 32,767 instructions.</exception>
    public BpfProgramSpec ToProgram(string name, BpfProgramType type) => new(name, type, Resolve(), [.. _maps]);
}
