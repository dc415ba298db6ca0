namespace Bobbin.Kernel.Bpf;

/// <summary>Registers of 64 bits (<c>BPF_REG_*</c> in <c>include/uapi/linux/bpf.h</c>).</summary>
public enum BpfRegister : byte
{
    /// <summary>Results of calls and of the program.</summary>
    R0,

    /// <summary>The context at the start; the first argument of a call, lost in it.</summary>
    R1,

    /// <summary>The second argument of a call, lost in it.</summary>
    R2,

    /// <summary>The third argument of a call, lost in it.</summary>
    R3,

    /// <summary>The fourth argument of a call, lost in it.</summary>
    R4,

    /// <summary>The fifth argument of a call, lost in it.</summary>
    R5,

    /// <summary>Lives through calls.</summary>
    R6,

    /// <summary>Lives through calls.</summary>
    R7,

    /// <summary>Lives through calls.</summary>
    R8,

    /// <summary>Lives through calls.</summary>
    R9,

    /// <summary>The end of the program's stack of 512 bytes: what is on it has negative offsets. Read only.</summary>
    R10,
}
