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
    MapGetNextKey = 4,
    ProgramLoad = 5,
    ProgramTestRun = 10,
    RawTracepointOpen = 17,
    MapLookupAndDeleteElement = 21,
    MapLookupBatch = 24,
    LinkCreate = 28,
    IteratorCreate = 33,
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
    public ulong Value;          // value, or next_key
    public ulong Flags;          // flags
}

/// <summary>The part of <c>union bpf_attr</c> that BPF_MAP_*_BATCH read.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfMapBatch
{
    public ulong From;           // batch.in_batch
    public ulong To;             // batch.out_batch
    public ulong Keys;           // batch.keys
    public ulong Values;         // batch.values
    public uint Count;           // batch.count: room, and what was found
    public uint Map;             // batch.map_fd
    public ulong ElementFlags;   // batch.elem_flags
    public ulong Flags;          // batch.flags
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
    public uint NetworkDevice;       // prog_ifindex
    public BpfAttachType AttachType; // expected_attach_type
    public uint Btf;                 // prog_btf_fd
    public uint FunctionInfoSize;    // func_info_rec_size
    public ulong FunctionInfo;       // func_info
    public uint FunctionInfoCount;   // func_info_cnt
    public uint LineInfoSize;        // line_info_rec_size
    public ulong LineInfo;           // line_info
    public uint LineInfoCount;       // line_info_cnt
    public uint AttachBtfId;          // attach_btf_id
}

/// <summary>The part of <c>union bpf_attr</c> that BPF_PROG_TEST_RUN reads.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfProgramTestRun
{
    public uint Program;             // test.prog_fd
    public uint Result;              // test.retval
    public uint DataSizeIn;          // test.data_size_in
    public uint DataSizeOut;         // test.data_size_out
    public ulong DataIn;             // test.data_in
    public ulong DataOut;            // test.data_out
    public uint Repeat;              // test.repeat
    public uint Duration;            // test.duration
    public uint ContextSizeIn;       // test.ctx_size_in
    public uint ContextSizeOut;      // test.ctx_size_out
    public ulong ContextIn;          // test.ctx_in
    public ulong ContextOut;         // test.ctx_out
    public uint Flags;               // test.flags
    public uint Processor;           // test.cpu
}

/// <summary>The part of <c>union bpf_attr</c> that BPF_RAW_TRACEPOINT_OPEN reads.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfRawTracepointOpen
{
    public ulong Name;               // raw_tracepoint.name
    public uint Program;             // raw_tracepoint.prog_fd
    private readonly uint _padding;
}

/// <summary>The part of <c>union bpf_attr</c> that BPF_LINK_CREATE reads.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfLinkCreate
{
    public uint Program;              // link_create.prog_fd
    public uint Target;               // link_create.target_fd
    public BpfAttachType AttachType;  // link_create.attach_type
    public uint Flags;                // link_create.flags
    public ulong IteratorInfo;        // link_create.iter_info
    public uint IteratorInfoLength;   // link_create.iter_info_len
    private readonly uint _padding;
}

/// <summary><c>union bpf_iter_link_info</c>, of a task iterator (Linux 6.1): all zero for every task.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfTaskIteratorInfo
{
    public uint Task;                 // task.tid
    public uint ThreadGroup;          // task.pid
    public uint Pidfd;                // task.pid_fd
    private readonly uint _padding;   // the union is as long as its longest part
}

/// <summary>The part of <c>union bpf_attr</c> that BPF_ITER_CREATE reads.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BpfIteratorCreate
{
    public uint Link;                 // iter_create.link_fd
    public uint Flags;                // iter_create.flags
}
