using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Bobbin.Kernel.Bpf;
using Bobbin.Snapshots;

namespace Bobbin.Sources;

/// <summary>What an <see cref="EventProgram"/> reports: one record of the ring buffer.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct EventRecord
{
    public ulong Time;        // bpf_ktime_get_boot_ns()
    public ulong StartTime;   // task_struct.start_boottime
    public KernelName Name;   // task_struct.comm
    public int Id;            // pid
    public int Group;         // tgid
    public int ParentId;      // real_parent->tgid
    public int WaitStatus;    // exit_code
    public int Kind;          // TaskEventKind
    private readonly int _padding;
}

/// <summary>The BPF programs that report births, execs, ends and renames, as values for a kernel with these types.</summary>
internal sealed class EventProgram
{
    /// <summary>The ring buffer of <see cref="EventRecord"/>s.</summary>
    public const string Events = "events";

    /// <summary>An array of one number: how many records had no room.</summary>
    public const string Lost = "lost";

    private const BpfRegister Context = BpfRegister.R6, Task = BpfRegister.R7, Pointer = BpfRegister.R3, Value = BpfRegister.R2;

    private static readonly int s_record = -Unsafe.SizeOf<EventRecord>();

    private readonly BpfAssembler _code = new();
    private readonly Btf _types;

    private EventProgram(Btf types) => _types = types;

    /// <summary>Room for 10,000 events between two turns of the reader.</summary>
    public static BpfMapSpec EventsMap { get; } = BpfMapSpec.RingBuffer(Events, 1 << 20);

    public static BpfMapSpec LostMap { get; } = new(Lost, BpfMapType.Array, sizeof(int), sizeof(long), 1);

    /// <summary>The four programs.</summary>
    /// <exception cref="InvalidDataException">The kernel lacks a tracepoint or a member.</exception>
    public static IReadOnlyList<BpfProgramSpec> Build(Btf types) =>
    [
        new EventProgram(types).Assemble(TaskEventKind.Fork, "sched_process_fork", taskArgument: 1),
        new EventProgram(types).Assemble(TaskEventKind.Exec, "sched_process_exec", taskArgument: 0),
        new EventProgram(types).Assemble(TaskEventKind.Exit, "sched_process_exit", taskArgument: 0),
        new EventProgram(types).Assemble(TaskEventKind.Rename, "task_rename", taskArgument: 0),
    ];

    private BpfProgramSpec Assemble(TaskEventKind kind, string tracepoint, int taskArgument)
    {
        if (!_types.TryFind(BtfKind.Typedef, Encoding.UTF8.GetBytes("btf_trace_" + tracepoint), out int target))
        {
            throw new InvalidDataException($"the kernel has no tracepoint {tracepoint}");
        }

        _code.Move(Context, BpfRegister.R1);
        _code.Load(BpfSize.Double, Task, Context, taskArgument * 8);
        _code.Call(BpfHelper.KernelTimeSinceBoot);
        Store(nameof(EventRecord.Time), 8, BpfRegister.R0);
        Copy(nameof(EventRecord.StartTime), 8, Task, "start_boottime");
        WriteName(kind);
        Copy(nameof(EventRecord.Id), 4, Task, "pid");
        Copy(nameof(EventRecord.Group), 4, Task, "tgid");
        Load(Pointer, Task, "real_parent");
        Copy(nameof(EventRecord.ParentId), 4, Pointer, "tgid");
        Copy(nameof(EventRecord.WaitStatus), 4, Task, "exit_code");
        _code.Store(BpfSize.Word, BpfRegister.R10, Place(nameof(EventRecord.Kind)), (int)kind);
        _code.Store(BpfSize.Word, BpfRegister.R10, Place(nameof(EventRecord.Kind)) + 4, 0);
        Send();
        return _code.ToProgram("bobbin_" + kind, BpfProgramType.Tracing) with
        {
            AttachType = BpfAttachType.TraceRawTracepoint,
            AttachTo = target,
        };
    }

    // The tracepoint of a rename comes before the name is set, which is its second argument.
    private void WriteName(TaskEventKind kind)
    {
        int place = Place(nameof(EventRecord.Name));
        BtfMember name = Find("comm");
        for (int part = 0; part < 16; part += 8)
        {
            if (kind == TaskEventKind.Rename)
            {
                _code.Store(BpfSize.Double, BpfRegister.R10, place + part, 0);
            }
            else
            {
                _code.Load(BpfSize.Double, Value, Task, name.Offset + part);
                _code.Store(BpfSize.Double, BpfRegister.R10, place + part, Value);
            }
        }

        if (kind == TaskEventKind.Rename)
        {
            _code.Move(BpfRegister.R1, BpfRegister.R10);
            _code.Compute(BpfOperation.Add, BpfRegister.R1, place);
            _code.Move(BpfRegister.R2, 16);
            _code.Load(BpfSize.Double, BpfRegister.R3, Context, 8);
            _code.Call(BpfHelper.ProbeReadKernelString);
        }
    }

    private void Send()
    {
        const int Key = 4;
        BpfLabel end = _code.Label();
        _code.LoadMap(BpfRegister.R1, Events);
        _code.Move(BpfRegister.R2, BpfRegister.R10);
        _code.Compute(BpfOperation.Add, BpfRegister.R2, s_record);
        _code.Move(BpfRegister.R3, -s_record);
        _code.Move(BpfRegister.R4, 0);
        _code.Call(BpfHelper.RingBufferOutput);
        _code.GoToIf(BpfCondition.Equal, BpfRegister.R0, 0, end);
        _code.Store(BpfSize.Word, BpfRegister.R10, s_record - Key, 0);
        _code.LoadMap(BpfRegister.R1, Lost);
        _code.Move(BpfRegister.R2, BpfRegister.R10);
        _code.Compute(BpfOperation.Add, BpfRegister.R2, s_record - Key);
        _code.Call(BpfHelper.MapLookupElement);
        _code.GoToIf(BpfCondition.Equal, BpfRegister.R0, 0, end);
        _code.Move(BpfRegister.R1, 1);
        _code.AtomicAdd(BpfRegister.R0, 0, BpfRegister.R1);
        _code.Place(end);
        _code.Move(BpfRegister.R0, 0);
        _code.Exit();
    }

    private static int Place(string field) => s_record + (int)Marshal.OffsetOf<EventRecord>(field);

    private void Copy(string field, int size, BpfRegister from, string member)
    {
        Load(Value, from, member);
        Store(field, size, Value);
    }

    private void Store(string field, int size, BpfRegister value) =>
        _code.Store(size == 8 ? BpfSize.Double : BpfSize.Word, BpfRegister.R10, Place(field), value);

    private void Load(BpfRegister into, BpfRegister from, string name)
    {
        BtfMember member = Find(name);
        _code.Load(member.Size == 8 ? BpfSize.Double : BpfSize.Word, into, from, member.Offset);
    }

    private BtfMember Find(string name) =>
        _types.TryFindMember("task_struct"u8, Encoding.UTF8.GetBytes(name), out BtfMember member)
            ? member : throw new InvalidDataException($"the kernel's struct task_struct has no member {name}");
}
