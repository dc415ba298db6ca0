using System.Runtime.InteropServices;
using System.Text;
using Bobbin.Kernel.Bpf;
using Xunit;

namespace Bobbin.Tests.Bpf;

/// <summary>The running kernel's own types.</summary>
public sealed class KernelTypesTests
{
    [Fact]
    public void Members_are_found()
    {
        using Btf types = Btf.OfKernel();
        Assert.True(types.Count > 10_000);
        Assert.True(types.TryFindMember("task_struct"u8, "pid"u8, out BtfMember pid));
        Assert.True(types.TryFindMember("task_struct"u8, "tgid"u8, out BtfMember tgid));
        Assert.Equal(pid.Offset + 4, tgid.Offset);
        Assert.True(types.TryFindMember("list_head"u8, "prev"u8, out BtfMember prev));
        Assert.Equal(8, prev.Offset);
        Assert.False(types.TryFindMember("task_struct"u8, "no_such_member"u8, out _));
        Assert.False(types.TryFindMember("no_such_structure"u8, "pid"u8, out _));
        Assert.Equal(16, types.Member("task_struct", "comm").Size);
        Assert.Equal(4, types.Member("task_struct", "__state", "state").Size & 4);
    }

    [Fact]
    public void What_is_asked_for_is_all_that_is_looked_at()
    {
        using (Btf once = Btf.OfKernel())
        {
            LookUp(once); // what is compiled at its first use is not counted
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        using Btf types = Btf.OfKernel();
        long opened = GC.GetAllocatedBytesForCurrentThread() - before;

        // The place of each 32nd type; where the kernel cannot map its types (before 6.16), a copy of them too.
        long blob = new FileInfo(Btf.KernelPath).Length;
        bool copied = opened > blob;
        Assert.InRange(opened - (copied ? blob : 0), types.Count / 32 * sizeof(int), (types.Count / 32 * sizeof(int) * 4) + 16_384);

        before = GC.GetAllocatedBytesForCurrentThread();
        LookUp(types);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void LookUp(Btf types)
        {
            Assert.True(types.TryFindMember("task_struct"u8, "signal"u8, out _));
            Assert.True(types.TryFind(BtfKind.Function, "bpf_iter_task"u8, out int id));
            Assert.True(types.Type(id).Target.Kind == BtfKind.Prototype);
        }
    }

    [Fact]
    public void Every_type_can_be_described_and_has_its_members_within()
    {
        using Btf types = Btf.OfKernel();
        for (int id = 1; id <= types.Count; id++)
        {
            BtfType type = types.Type(id);
            Assert.Equal(id, type.Id);
            Assert.NotEqual(BtfKind.Void, type.Kind);
            for (int i = 0; type.Kind is BtfKind.Structure or BtfKind.Union && i < type.Count; i++)
            {
                BtfField field = type[i];
                Assert.True((field.BitOffset + (uint)field.BitSize) / 8 <= type.Size, $"{type} {Encoding.UTF8.GetString(field.Name)}");
            }
        }

        // What is found by its name is what has it: the first, where several have.
        for (int id = 1; id <= types.Count; id += 97)
        {
            BtfType type = types.Type(id);
            if (!type.Name.IsEmpty)
            {
                Assert.True(types.TryFind(type.Kind, type.Name, out int first));
                Assert.InRange(first, 1, id);
                Assert.True(types.Type(first).Name.SequenceEqual(type.Name) && types.Type(first).Kind == type.Kind);
            }
        }

        Assert.True(types.TryFind(BtfKind.Structure, "list_head"u8, out int list));
        Assert.Equal(("struct list_head", "struct list_head *"), (types.Type(list).ToString(), types.Type(list)[0].Type.ToString()));
        Assert.True(types.TryFind(BtfKind.Enumeration, "bpf_map_type"u8, out int maps));
        Assert.True(types.Type(maps).TryFindValue("BPF_MAP_TYPE_RINGBUF"u8, out long ring));
        Assert.Equal((long)BpfMapType.RingBuffer, ring);
    }

    [Fact]
    public void Types_that_were_given_back_are_not_looked_at()
    {
        Btf types = Btf.OfKernel();
        bool isMapped = types.GetType() == typeof(Btf) && Environment.OSVersion.Version >= new Version(6, 16);
        types.Dispose();
        types.Dispose();
        if (isMapped)
        {
            Assert.Throws<ObjectDisposedException>(() => types.TryFindMember("task_struct"u8, "pid"u8, out _));
        }
    }

    [Fact]
    public void An_iterator_walks_over_all_tasks()
    {
        using Btf types = Btf.OfKernel();
        BpfAssembler code = new();
        BpfLabel end = code.Label();
        code.Load(BpfSize.Double, BpfRegister.R6, BpfRegister.R1, 8); // bpf_iter__task.task
        code.GoToIf(BpfCondition.Equal, BpfRegister.R6, 0, end);
        code.Load(BpfSize.Double, BpfRegister.R1, BpfRegister.R1, 0);
        code.Load(BpfSize.Double, BpfRegister.R1, BpfRegister.R1, types.Member("bpf_iter_meta", "seq").Offset);
        code.Load(BpfSize.Word, BpfRegister.R2, BpfRegister.R6, types.Member("task_struct", "pid").Offset);
        code.Store(BpfSize.Word, BpfRegister.R10, -4, BpfRegister.R2);
        code.MoveStackAddress(BpfRegister.R2, -4);
        code.Move(BpfRegister.R3, 4);
        code.Call(BpfHelper.SequenceWrite);
        code.Place(end);
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        BpfIterator iterator;
        using (BpfProgram program = BpfProgram.Load(code.ToProgram("ids", BpfProgramType.Tracing).ForIterator(types, "task")))
        {
            iterator = BpfIterator.Attach(program);
        }

        using (iterator) // the link holds the program
        {
            foreach (int room in (int[])[4096, 7, 1])
            {
                int[] ids = new int[room];
                List<int> all = [];
                using BpfWalk walk = iterator.Walk();
                for (int count; (count = walk.Read(ids.AsSpan())) > 0;)
                {
                    all.AddRange(ids.AsSpan(0, count));
                }

                Assert.Contains(Environment.ProcessId, all);
                Assert.Equal(all.Distinct().Order(), all); // the walk goes by id
            }

            using BpfWalk bytes = iterator.Walk();
            Span<byte> few = stackalloc byte[4];
            Assert.Equal(4, bytes.Read(few));
            Assert.True(MemoryMarshal.Read<int>(few) > 0);
            Assert.Equal("ids", iterator.ToString());
        }
    }
}
