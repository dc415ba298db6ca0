using System.Text;
using Bobbin.Kernel.Bpf;
using Bobbin.Kernel.Linux;
using Xunit;

namespace Bobbin.Tests.Bpf;

/// <summary>What a type says about itself, and members that are elsewhere on another kernel.</summary>
public sealed class BtfTypeTests
{
    [Fact]
    public void A_structure_shows_its_members_bit_fields_and_nameless_ones_too()
    {
        BtfBlob blob = new();
        blob.Type("int", kind: 1, 0, 4, 32);
        blob.Type("", kind: 5, 1, 4, blob.Name("inner"), 1, 0);
        blob.Type("task", kind: 4 | 128, 3, 16, blob.Name("flag"), 1, (1 << 24) | 3, 0, 2, 32, blob.Name("next"), 4, 64);
        blob.Type("", kind: 2, 0, 3);
        Btf types = new(blob.ToBytes());
        Assert.True(types.TryFind(BtfKind.Structure, "task"u8, out int id));
        BtfType task = types.Type(id);
        Assert.Equal(("struct task", 16L, 3, BtfKind.Structure), (task.ToString(), task.Size, task.Count, task.Kind));
        Assert.Equal("flag@3:1 int, @32:0 union {}, next@64:0 struct task *", Describe(task));
        Assert.Equal("inner@0:0 int", Describe(task[1].Type));
        Assert.Equal(8, task[2].Type.Size);
        Assert.Equal(3, task[2].Type.Target.Id);
        Assert.Throws<ArgumentOutOfRangeException>(() => task[3].BitOffset);
        Assert.Equal((BtfKind.Void, 0, "void"), (types.Type(99).Kind, types.Type(99).Id, types.Type(99).ToString()));
    }

    [Fact]
    public void Values_of_enumerations_are_found_by_name()
    {
        BtfBlob blob = new();
        blob.Type("sizes", kind: 6 | 128, 2, 4, blob.Name("NONE"), -1, blob.Name("LEN"), 16);
        blob.Type("wide", kind: 19, 1, 8, blob.Name("MOST"), 1, 2);
        Btf types = new(blob.ToBytes());
        Assert.True(types.Type(1).TryFindValue("LEN"u8, out long value));
        Assert.Equal(16, value);
        Assert.True(types.Type(1).TryFindValue("NONE"u8, out value));
        Assert.Equal(-1, value);
        Assert.True(types.Type(2).TryFindValue("MOST"u8, out value));
        Assert.Equal((2L << 32) | 1, value);
        Assert.False(types.Type(2).TryFindValue("LEN"u8, out _));
    }

    [Fact]
    public void A_function_has_a_prototype_with_parameters()
    {
        BtfBlob blob = new();
        blob.Type("int", kind: 1, 0, 4, 32);
        blob.Type("", kind: 10, 0, 1);
        blob.Type("", kind: 2, 0, 2);
        blob.Type("", kind: 13, 2, 1, blob.Name("from"), 3, blob.Name("count"), 1);
        blob.Type("copy", kind: 12, 0, 4);
        blob.Type("", kind: 3, 0, 0, 1, 1, 5);
        Btf types = new(blob.ToBytes());
        BtfType prototype = types.Type(5).Target;
        Assert.Equal(("copy", BtfKind.Prototype, "int"), (types.Type(5).ToString(), prototype.Kind, prototype.Target.ToString()));
        Assert.Equal("from@0:0 const int *, count@0:0 int", Describe(prototype));
        Assert.Equal(("int[5]", 5u, 20L), (types.Type(6).ToString(), types.Type(6).Length, types.Type(6).Size));
    }

    [Fact]
    public void The_first_of_several_places_that_this_kernel_has_is_taken()
    {
        // The state of a task was called "state" before 5.14, its processor is in thread_info since 5.16.
        BtfMember state = Kernel("state", nested: false).Member("task_struct", "__state", "state");
        Assert.Equal((8, 4), (state.Offset, state.Size));
        state = Kernel("__state", nested: true).Member("task_struct", "__state", "state");
        Assert.Equal((8, 4), (state.Offset, state.Size));
        Assert.Equal(12, Kernel("state", nested: false).Member("task_struct", "thread_info.cpu", "cpu").Offset);
        Assert.Equal(4, Kernel("state", nested: true).Member("task_struct", "thread_info.cpu", "cpu").Offset);
    }

    [Fact]
    public void A_member_that_this_kernel_lacks_is_named()
    {
        BpfException failure = Assert.Throws<BpfException>(() => Kernel("state", nested: false).Member("task_struct", "a", "b.c"));
        Assert.Equal("The kernel's struct task_struct has no member a or b.c.", failure.Message);
        Assert.Equal((Errno.ENOENT, BpfObstacle.KernelLacks), (failure.Errno, failure.Obstacle));
        failure = Assert.Throws<BpfException>(() => Kernel("state", nested: false).Member("no_such", "a"));
        Assert.Equal("The kernel has no struct no_such.", failure.Message);
    }

    [Fact]
    public void What_a_program_is_for_must_be_there()
    {
        BtfBlob blob = new();
        blob.Type("btf_trace_sched_process_exec", kind: 8, 0, 0);
        blob.Type("bpf_iter_task", kind: 12, 0, 0);
        Btf types = new(blob.ToBytes());
        BpfProgramSpec nothing = new BpfAssembler().ToProgram("nothing", BpfProgramType.RawTracepoint);
        BpfProgramSpec onExec = nothing.ForTracepoint(types, "sched_process_exec");
        Assert.Equal((BpfProgramType.Tracing, BpfAttachType.TraceRawTracepoint, 1), (onExec.Type, onExec.AttachType, onExec.AttachTo));
        BpfProgramSpec onTasks = nothing.ForIterator(types, "task");
        Assert.Equal((BpfProgramType.Tracing, BpfAttachType.TraceIterator, 2), (onTasks.Type, onTasks.AttachType, onTasks.AttachTo));
        Assert.Equal("The kernel has no tracepoint nope among its types.", Assert.Throws<BpfException>(() => nothing.ForTracepoint(types, "nope")).Message);
        Assert.Equal("The kernel has no iterator over task. It takes Linux 5.8.", Assert.Throws<BpfException>(() => nothing.ForIterator(new Btf(new BtfBlob().ToBytes()), "task")).Message);
    }

    private static Btf Kernel(string state, bool nested)
    {
        BtfBlob blob = new();
        blob.Type("int", kind: 1, 0, 4, 32);
        blob.Type("thread_info", kind: 4, nested ? 2 : 1, [8, blob.Name("flags"), 1, 0, .. nested ? [blob.Name("cpu"), 1, 32] : (int[])[]]);
        blob.Type("task_struct", kind: 4, nested ? 2 : 3, [16, blob.Name("thread_info"), 2, 0, blob.Name(state), 1, 64, .. nested ? (int[])[] : [blob.Name("cpu"), 1, 96]]);
        return new Btf(blob.ToBytes());
    }

    private static string Describe(BtfType type)
    {
        List<string> fields = [];
        for (int i = 0; i < type.Count; i++)
        {
            BtfField field = type[i];
            fields.Add($"{Encoding.UTF8.GetString(field.Name)}@{field.BitOffset}:{field.BitSize} {field.Type}");
        }

        return string.Join(", ", fields);
    }
}
