using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Fuse.Abi;

/// <summary><c>enum fuse_uring_cmd</c>.</summary>
internal enum FuseUringCommand : uint
{
    /// <summary>Gives the kernel a place for a request.</summary>
    Register = 1,

    /// <summary>Hands in a reply and takes the next request.</summary>
    CommitAndFetch = 2,
}

/// <summary><c>struct fuse_uring_cmd_req</c>: the driver's part of a submission.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseUringRequest
{
    public ulong Flags;
    public ulong CommitId;

    /// <summary>The queue, which is the processor that a caller runs on.</summary>
    public ushort Queue;
    public ushort Padding0;
    public uint Padding1;
}

/// <summary><c>struct fuse_uring_ent_in_out</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseUringEntry
{
    public ulong Flags;
    public ulong CommitId;

    /// <summary>Bytes in the payload: the kernel's to us, then ours to it.</summary>
    public uint PayloadSize;
    public uint Padding;
    public ulong Reserved;
}

/// <summary><c>struct fuse_uring_req_header</c>: header in and out, the operation's argument, and the entry's own words.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FuseUringHeader
{
    public FuseUringArea InOut;
    public FuseUringArea Argument;
    public FuseUringEntry Entry;
}

/// <summary><c>FUSE_URING_IN_OUT_HEADER_SZ</c> and <c>FUSE_URING_OP_IN_OUT_SZ</c>: 128 bytes.</summary>
[InlineArray(128)]
internal struct FuseUringArea
{
    private byte _first;
}
