using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// One 64-bit instruction (<c>struct bpf_insn</c> in <c>include/uapi/linux/bpf.h</c>; <c>Documentation/bpf/standardization/instruction-set.rst</c>).
/// <see cref="BpfAssembler"/> makes them.
/// <code>
/// byte 0: class 3 bits, and by class: source 1 bit and operation 4 bits, or size 2 bits and mode 3 bits
/// byte 1: destination register 4 bits, source register 4 bits
/// bytes 2-3: offset (of a jump, or of memory)     bytes 4-7: immediate
/// </code>
/// </summary>
/// <param name="Code">The operation.</param>
/// <param name="Registers">Both registers.</param>
/// <param name="Offset">Bytes into memory, or instructions from the next one on.</param>
/// <param name="Immediate">A constant, sign-extended where it meets 64 bits.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct BpfInstruction(byte Code, byte Registers, short Offset, int Immediate)
{
    internal BpfInstruction(int code, BpfRegister destination, BpfRegister source, int offset = 0, int immediate = 0)
        : this((byte)code, (byte)((int)destination | ((int)source << 4)), checked((short)offset), immediate)
    {
    }

    /// <summary>The register that is written, or compared, or holds an address to store at.</summary>
    public BpfRegister Destination => (BpfRegister)(Registers & 0xF);

    /// <summary>The register that is read; of some instructions a kind instead.</summary>
    public BpfRegister Source => (BpfRegister)(Registers >> 4);
}

/// <summary>How many bytes a load or store moves (<c>BPF_SIZE</c>).</summary>
public enum BpfSize : byte
{
    /// <summary>4 bytes.</summary>
    Word = 0x00,

    /// <summary>2 bytes.</summary>
    Half = 0x08,

    /// <summary>1 byte.</summary>
    Byte = 0x10,

    /// <summary>8 bytes.</summary>
    Double = 0x18,
}

/// <summary>Arithmetic (<c>BPF_OP</c> of the classes BPF_ALU64 and BPF_ALU); unsigned unless it says so.</summary>
public enum BpfOperation : byte
{
    /// <summary>destination += source.</summary>
    Add = 0x00,

    /// <summary>destination -= source.</summary>
    Subtract = 0x10,

    /// <summary>destination *= source.</summary>
    Multiply = 0x20,

    /// <summary>destination /= source; 0 where the source is 0.</summary>
    Divide = 0x30,

    /// <summary>destination |= source.</summary>
    Or = 0x40,

    /// <summary>destination &amp;= source.</summary>
    And = 0x50,

    /// <summary>destination &lt;&lt;= source.</summary>
    ShiftLeft = 0x60,

    /// <summary>destination >>>= source.</summary>
    ShiftRight = 0x70,

    /// <summary>destination = -destination; there is no source.</summary>
    Negate = 0x80,

    /// <summary>destination %= source; unchanged where the source is 0.</summary>
    Modulo = 0x90,

    /// <summary>destination ^= source.</summary>
    Xor = 0xA0,

    /// <summary>destination = source.</summary>
    Move = 0xB0,

    /// <summary>destination >>= source, the sign kept.</summary>
    ShiftRightSigned = 0xC0,
}

/// <summary>Conditions of a jump (<c>BPF_OP</c> of the classes BPF_JMP and BPF_JMP32); unsigned unless they say so.</summary>
public enum BpfCondition : byte
{
    /// <summary>left == right.</summary>
    Equal = 0x10,

    /// <summary>left > right.</summary>
    Greater = 0x20,

    /// <summary>left >= right.</summary>
    GreaterOrEqual = 0x30,

    /// <summary>(left &amp; right) != 0.</summary>
    AnyBit = 0x40,

    /// <summary>left != right.</summary>
    NotEqual = 0x50,

    /// <summary>left > right, signed.</summary>
    SignedGreater = 0x60,

    /// <summary>left >= right, signed.</summary>
    SignedGreaterOrEqual = 0x70,

    /// <summary>left &lt; right.</summary>
    Less = 0xA0,

    /// <summary>left &lt;= right.</summary>
    LessOrEqual = 0xB0,

    /// <summary>left &lt; right, signed.</summary>
    SignedLess = 0xC0,

    /// <summary>left &lt;= right, signed.</summary>
    SignedLessOrEqual = 0xD0,
}

/// <summary>What is done to memory at once (<c>BPF_ATOMIC</c>). All but <see cref="Add"/> take Linux 5.12.</summary>
public enum BpfAtomic
{
    /// <summary>memory += source.</summary>
    Add = 0x00,

    /// <summary>memory |= source.</summary>
    Or = 0x40,

    /// <summary>memory &amp;= source.</summary>
    And = 0x50,

    /// <summary>memory ^= source.</summary>
    Xor = 0xA0,

    /// <summary>memory += source, and source = what was there.</summary>
    FetchAdd = 0x01,

    /// <summary>memory |= source, and source = what was there.</summary>
    FetchOr = 0x41,

    /// <summary>memory &amp;= source, and source = what was there.</summary>
    FetchAnd = 0x51,

    /// <summary>memory = source, and source = what was there.</summary>
    Exchange = 0xE1,

    /// <summary>If memory == R0: memory = source; R0 = what was there.</summary>
    CompareExchange = 0xF1,
}
