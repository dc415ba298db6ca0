using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Bpf;

/// <summary>
/// <c>struct bpf_insn</c>: one 64-bit instruction.
/// <code>
/// byte 0: class 3 bits, and by class: source 1 bit and operation 4 bits, or size 2 bits and mode 3 bits
/// byte 1: destination register 4 bits, source register 4 bits
/// bytes 2-3: offset (of a jump, or of memory)     bytes 4-7: immediate
/// </code>
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BpfInstruction(byte Code, byte Registers, short Offset, int Immediate)
{
    public BpfInstruction(int code, BpfRegister destination, BpfRegister source, int offset = 0, int immediate = 0)
        : this((byte)code, (byte)((int)destination | ((int)source << 4)), checked((short)offset), immediate)
    {
    }

    public BpfRegister Destination => (BpfRegister)(Registers & 0xF);

    public BpfRegister Source => (BpfRegister)(Registers >> 4);
}

/// <summary>Registers: R0 holds results, R1 to R5 arguments (lost in a call), R6 to R9 live through calls, R10 is the frame.</summary>
internal enum BpfRegister : byte
{
    R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10,
}

/// <summary>How many bytes a load or store moves (<c>BPF_SIZE</c>).</summary>
internal enum BpfSize : byte
{
    Word = 0x00,   // 4 bytes
    Half = 0x08,   // 2 bytes
    Byte = 0x10,
    Double = 0x18, // 8 bytes
}

/// <summary>64-bit arithmetic (<c>BPF_OP</c> of class BPF_ALU64).</summary>
internal enum BpfOperation : byte
{
    Add = 0x00,
    Subtract = 0x10,
    Multiply = 0x20,
    Divide = 0x30,
    Or = 0x40,
    And = 0x50,
    ShiftLeft = 0x60,
    ShiftRight = 0x70,
    Xor = 0xA0,
    Move = 0xB0,
}

/// <summary>Conditions of a jump (<c>BPF_OP</c> of class BPF_JMP); unsigned unless they say so.</summary>
internal enum BpfCondition : byte
{
    Equal = 0x10,
    Greater = 0x20,
    GreaterOrEqual = 0x30,
    AnyBit = 0x40,
    NotEqual = 0x50,
    SignedGreater = 0x60,
    SignedGreaterOrEqual = 0x70,
    Less = 0xA0,
    LessOrEqual = 0xB0,
}

/// <summary>Numbers of helpers (<c>enum bpf_func_id</c>).</summary>
internal enum BpfHelper
{
    MapLookupElement = 1,
    GetCurrentPidTgid = 14,
    PerfEventOutput = 25,
    GetStackId = 27,
    ProbeReadKernel = 113,
    ProbeReadKernelString = 115,
    KernelTimeSinceBoot = 125,
    SequenceWrite = 127,
    RingBufferOutput = 130,
    RingBufferReserve = 131,
    RingBufferSubmit = 132,
    RingBufferDiscard = 133,
}
