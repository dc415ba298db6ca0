// Who runs what, on the whole machine, until Ctrl-C: execs
// A program of BPF, put together here, runs at each exec and writes a record into a ring buffer.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Bobbin.Kernel.Bpf;

try
{
    // Where members lie differs from kernel to kernel: the running one says.
    using Btf types = Btf.OfKernel();
    using BpfMap events = BpfMap.Create(BpfMapSpec.RingBuffer("events", 1 << 20));
    using BpfMap lost = BpfMap.Create(BpfMapSpec.Array<long>("lost", 1));
    using BpfProgram program = BpfProgram.Load(Build(types), events, lost);
    using RingBuffer ring = new(events);
    using BtfTracepoint attached = BtfTracepoint.Attach(program);
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
    {
        signal.Cancel = true;
        ring.Stop();
    });

    Console.WriteLine("    PID  PARENT  NAME");
    while (ring.Wait())
    {
        foreach (ReadOnlySpan<byte> record in ring.Take())
        {
            ref readonly Exec exec = ref MemoryMarshal.AsRef<Exec>(record);
            Console.WriteLine($"{exec.Id,7} {exec.Parent,7}  {exec.Name}");
        }
    }

    Console.WriteLine($"{(lost.TryLookup(0, out long count) ? count : 0)} lost");
    return 0;
}
catch (BpfException failure)
{
    Console.Error.WriteLine($"execs: {failure.Message}");
    return 1;
}

// int on_exec(u64 *arguments) { struct task_struct *task = arguments[0]; ... }
static BpfProgramSpec Build(Btf types)
{
    const BpfRegister Task = BpfRegister.R6, Parent = BpfRegister.R7, Record = BpfRegister.R8, Value = BpfRegister.R1;
    BpfAssembler code = new();
    BpfLabel full = code.Label(), end = code.Label();
    code.Load(BpfSize.Double, Task, BpfRegister.R1, 0);

    // Record = bpf_ringbuf_reserve(&events, sizeof(Exec), 0)
    code.LoadMap(BpfRegister.R1, "events");
    code.Move(BpfRegister.R2, Unsafe.SizeOf<Exec>());
    code.Move(BpfRegister.R3, 0);
    code.Call(BpfHelper.RingBufferReserve);
    code.GoToIf(BpfCondition.Equal, BpfRegister.R0, 0, full);
    code.Move(Record, BpfRegister.R0);

    // Record->id = task->tgid; Record->parent = task->real_parent->tgid: the verifier knows the types, and that these may be read.
    code.Load(BpfSize.Word, Value, Task, types.Member("task_struct", "tgid").Offset);
    code.Store(BpfSize.Word, Record, 0, Value);
    code.Load(BpfSize.Double, Parent, Task, types.Member("task_struct", "real_parent").Offset);
    code.Load(BpfSize.Word, Value, Parent, types.Member("task_struct", "tgid").Offset);
    code.Store(BpfSize.Word, Record, 4, Value);

    // bpf_get_current_comm(Record->name, 16): the name that the exec has just given.
    code.Move(BpfRegister.R1, Record);
    code.Compute(BpfOperation.Add, BpfRegister.R1, 8);
    code.Move(BpfRegister.R2, 16);
    code.Call(BpfHelper.GetCurrentName);

    code.Move(BpfRegister.R1, Record);
    code.Move(BpfRegister.R2, 0);
    code.Call(BpfHelper.RingBufferSubmit);
    code.GoTo(end);

    // lost[0]++: the ring itself does not count.
    code.Place(full);
    code.LoadMapValue(BpfRegister.R1, "lost");
    code.Move(BpfRegister.R2, 1);
    code.AtomicAdd(BpfRegister.R1, 0, BpfRegister.R2);
    code.Place(end);
    code.Move(BpfRegister.R0, 0);
    code.Exit();
    return code.ToProgram("on_exec", BpfProgramType.Tracing).ForTracepoint(types, "sched_process_exec");
}

internal readonly struct Exec
{
    public readonly int Id, Parent;
    public readonly TaskName Name;
}

[InlineArray(16)]
internal struct TaskName
{
    private byte _first;

    // Somebody else chose it: control characters must not reach a terminal.
    public override readonly string ToString() =>
        string.Concat(Encoding.UTF8.GetString(this).TakeWhile(c => c != 0).Select(c => char.IsControl(c) ? '?' : c));
}
