using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Fuse.Abi;

/// <summary><c>struct fuse_in_header</c>: precedes every request the kernel hands out.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseInHeader
{
    /// <summary>Of the whole request, this header included.</summary>
    public uint Length;
    public FuseOperation Operation;

    /// <summary>Echoed in the reply; a number is not used twice in a connection's life.</summary>
    public ulong Unique;
    public ulong Node;
    public uint UserId;
    public uint GroupId;

    /// <summary>The calling thread in the mounter's pid namespace; 0 where it has no id there.</summary>
    public int ThreadId;

    /// <summary>Bytes of extensions at the end of the request, in units of 8.</summary>
    public ushort ExtensionLength;
    public ushort Padding;
}

/// <summary><c>struct fuse_out_header</c>: precedes every reply and notification.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseOutHeader
{
    public uint Length;

    /// <summary>0 or a negative errno; in a notification, its code.</summary>
    public int Error;

    /// <summary>Of the request; 0 marks a notification.</summary>
    public ulong Unique;
}

/// <summary><c>struct fuse_init_in</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseInitIn
{
    public uint Major, Minor, MaxReadAhead, Flags, Flags2;
    public Reserved11 Unused;
}

/// <summary><c>struct fuse_init_out</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseInitOut
{
    public uint Major, Minor, MaxReadAhead, Flags;
    public ushort MaxBackground, CongestionThreshold;
    public uint MaxWrite, TimeGranularity;
    public ushort MaxPages, MapAlignment;
    public uint Flags2;

    /// <summary>Since 7.40 and 7.43 the head of it has names; all zero here.</summary>
    public Reserved7 Unused;
}

/// <summary>Eleven words of zeros.</summary>
[System.Runtime.CompilerServices.InlineArray(11)]
internal struct Reserved11
{
    private uint _first;
}

/// <summary>Seven words of zeros.</summary>
[System.Runtime.CompilerServices.InlineArray(7)]
internal struct Reserved7
{
    private uint _first;
}

/// <summary>Six words of zeros.</summary>
[System.Runtime.CompilerServices.InlineArray(6)]
internal struct Reserved6
{
    private uint _first;
}
