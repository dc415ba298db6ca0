using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Bpf;

/// <summary><c>enum bpf_cmd</c> (<c>include/uapi/linux/bpf.h</c>).</summary>
internal enum BpfCommand
{
    MapCreate = 0,
    MapLookupElement = 1,
    MapUpdateElement = 2,
    MapDeleteElement = 3,
    ProgramLoad = 5,
    RawTracepointOpen = 17,
}

/// <summary><c>char[BPF_OBJ_NAME_LEN]</c>: letters, digits, <c>_</c> and <c>.</c>, ended by NUL.</summary>
[InlineArray(Length)]
internal struct BpfName
{
    public const int Length = 16;
    private byte _first;

    public static BpfName From(string name)
    {
        BpfName bytes = default;
        int length = Math.Min(name.Length, Length - 1);
        for (int i = 0; i < length; i++)
        {
            bytes[i] = char.IsAsciiLetterOrDigit(name[i]) || name[i] == '.' ? (byte)name[i] : (byte)'_';
        }

        return bytes;
    }
}

/// <summary>The part of <c>union bpf_attr</c> that BPF_MAP_CREATE reads. The kernel takes what is left out for zero.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfMapCreate
{
    public BpfMapType Type;      // map_type
    public uint KeySize;         // key_size
    public uint ValueSize;       // value_size
    public uint MaxEntries;      // max_entries
    public BpfMapFlags Flags;    // map_flags
    public uint InnerMap;        // inner_map_fd
    public uint NumaNode;        // numa_node
    public BpfName Name;         // map_name
}

/// <summary>The part of <c>union bpf_attr</c> that BPF_MAP_*_ELEM read.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfMapElement
{
    public uint Map;             // map_fd
    private readonly uint _padding;
    public ulong Key;            // key
    public ulong Value;          // value
    public ulong Flags;          // flags
}

/// <summary>The part of <c>union bpf_attr</c> that BPF_PROG_LOAD reads.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfProgramLoad
{
    public BpfProgramType Type;      // prog_type
    public uint InstructionCount;    // insn_cnt
    public ulong Instructions;       // insns
    public ulong License;            // license
    public uint LogLevel;            // log_level
    public uint LogSize;             // log_size
    public ulong Log;                // log_buf
    public uint KernelVersion;       // kern_version
    public uint Flags;               // prog_flags
    public BpfName Name;             // prog_name
}

/// <summary>The part of <c>union bpf_attr</c> that BPF_RAW_TRACEPOINT_OPEN reads.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfRawTracepointOpen
{
    public ulong Name;               // raw_tracepoint.name
    public uint Program;             // raw_tracepoint.prog_fd
    private readonly uint _padding;
}
