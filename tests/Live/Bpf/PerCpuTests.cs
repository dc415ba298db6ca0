using System.Diagnostics;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Bpf;
using Bobbin.Kernel.Linux;
using Xunit;

namespace Bobbin.Tests.Bpf;

/// <summary>What programs leave for each processor: counts, stacks and records. A program runs wherever a process ends.</summary>
public sealed class PerCpuTests
{
    private const int Processes = 40;

    [Fact]
    public void Counts_of_all_processors_are_added_up()
    {
        using BpfMap counts = BpfMap.Create(new BpfMapSpec("counts", BpfMapType.PerCpuArray, 4, 8, 1));
        BpfAssembler code = new();
        BpfLabel end = code.Label();
        code.Store(BpfSize.Word, BpfRegister.R10, -4, 0);
        code.LoadMap(BpfRegister.R1, "counts");
        code.Move(BpfRegister.R2, BpfRegister.R10);
        code.Compute(BpfOperation.Add, BpfRegister.R2, -4);
        code.Call(BpfHelper.MapLookupElement);
        code.GoToIf(BpfCondition.Equal, BpfRegister.R0, 0, end);
        code.Load(BpfSize.Double, BpfRegister.R1, BpfRegister.R0, 0);
        code.Compute(BpfOperation.Add, BpfRegister.R1, 1);
        code.Store(BpfSize.Double, BpfRegister.R0, 0, BpfRegister.R1);
        code.Place(end);
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        using BpfProgram program = BpfProgram.Load(code.ToProgram("count", BpfProgramType.RawTracepoint), counts);
        using RawTracepoint attached = RawTracepoint.Attach("sched_process_exit", program);
        EndProcesses();
        Assert.InRange(counts.Sum(0), Processes, long.MaxValue);

        // A value for one processor would be written past by those of the others.
        if (Libc.CountPossibleProcessors() > 1)
        {
            Assert.Throws<ArgumentException>(() => counts.TryLookup(0, out long _));
        }
    }

    [Fact]
    public void A_hash_keeps_a_value_for_each_processor()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("values", BpfMapType.PerCpuHash, 4, 8, 4));
        long[] values = [.. Enumerable.Range(1, Libc.CountPossibleProcessors()).Select(i => (long)i)];
        map.UpdateBytes(7, MemoryMarshal.AsBytes(values.AsSpan()));
        Assert.Equal(values.Sum(), map.Sum(7));
        Assert.Equal(0, map.Sum(8));
    }

    [Fact]
    public void The_values_of_each_processor_are_copied_padded_or_not()
    {
        using BpfMap wide = BpfMap.Create(BpfMapSpec.PerCpuHash<int, long>("wide", 4));
        using BpfMap narrow = BpfMap.Create(BpfMapSpec.PerCpuHash<int, int>("narrow", 4));
        long[] values = [.. Enumerable.Range(1, BpfMapSpec.PossibleProcessors).Select(i => i * 5_000_000_000L)];
        wide.UpdateBytes(7, MemoryMarshal.AsBytes(values.AsSpan()));
        narrow.UpdateBytes(7, MemoryMarshal.AsBytes(values.AsSpan())); // the lower half of each
        long[] each = new long[values.Length];
        int[] halves = new int[values.Length];
        Assert.True(wide.TryLookupEach(7, each.AsSpan()));
        Assert.Equal(values, each);
        Assert.True(narrow.TryLookupEach(7, halves.AsSpan()));
        Assert.Equal(values.Select(value => (int)value), halves);
        Assert.False(narrow.TryLookupEach(8, halves.AsSpan()));
        Assert.Throws<ArgumentException>(() => wide.TryLookupEach(7, halves.AsSpan()));
        Assert.Throws<ArgumentException>(() => wide.TryLookupEach(7, new long[values.Length + 1].AsSpan()));
        int[] keys = new int[4];
        long[] all = new long[4 * values.Length];
        BpfMapCursor cursor = default;
        Assert.Equal(1, wide.CopyNext(ref cursor, keys.AsSpan(), all.AsSpan()));
        Assert.Equal(values, all[..values.Length]);
    }

    [Fact]
    public void Stacks_are_kept_by_their_id()
    {
        using BpfMap stacks = BpfMap.Create(BpfMapSpec.StackTraces("stacks", 64));
        using BpfMap last = BpfMap.Create(new BpfMapSpec("last", BpfMapType.Array, 4, 8, 1));
        BpfAssembler code = new();
        BpfLabel end = code.Label();
        code.LoadMap(BpfRegister.R2, "stacks");
        code.Move(BpfRegister.R3, 0);
        code.Call(BpfHelper.GetStackId);
        code.Move(BpfRegister.R6, BpfRegister.R0);
        code.Store(BpfSize.Word, BpfRegister.R10, -4, 0);
        code.LoadMap(BpfRegister.R1, "last");
        code.Move(BpfRegister.R2, BpfRegister.R10);
        code.Compute(BpfOperation.Add, BpfRegister.R2, -4);
        code.Call(BpfHelper.MapLookupElement);
        code.GoToIf(BpfCondition.Equal, BpfRegister.R0, 0, end);
        code.Store(BpfSize.Double, BpfRegister.R0, 0, BpfRegister.R6);
        code.Place(end);
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        last.Update(0, -1L);
        using BpfProgram program = BpfProgram.Load(code.ToProgram("stack", BpfProgramType.RawTracepoint), stacks, last);
        using (RawTracepoint.Attach("sched_process_exit", program))
        {
            EndProcesses();
        }

        Assert.True(last.TryLookup(0, out long id) && id >= 0, $"stack id {id}");
        ulong[] pointers = new ulong[127];
        Assert.True(stacks.TryCopy((int)id, MemoryMarshal.AsBytes(pointers.AsSpan())));
        Assert.True(pointers[0] > 0xFFFF_0000_0000_0000, $"{pointers[0]:x}"); // in the kernel
        Assert.True(pointers[1] > 0xFFFF_0000_0000_0000, $"{pointers[1]:x}");
    }

    [Fact]
    public void Records_of_all_processors_are_read()
    {
        using BpfMap events = BpfMap.Create(BpfMapSpec.PerfEvents("events"));
        using BpfProgram program = BpfProgram.Load(Send(), events);
        using PerfBuffer buffer = new(events, pages: 8);
        using RawTracepoint attached = RawTracepoint.Attach("sched_process_exit", program);
        List<int> ids = EndProcesses();
        HashSet<int> seen = [];
        Stopwatch time = Stopwatch.StartNew();
        while (!seen.IsSupersetOf(ids) && time.Elapsed < TimeSpan.FromSeconds(30))
        {
            Assert.True(buffer.Wait());
            while (buffer.TryTake(out ReadOnlySpan<byte> record))
            {
                Assert.True(record.Length >= 16);
                seen.Add(MemoryMarshal.Read<int>(record));
            }
        }

        Assert.Superset(ids.ToHashSet(), seen);
        Assert.Equal(0, buffer.Lost);
        buffer.Stop();
        Assert.False(buffer.Wait());
    }

    [Fact]
    public void Records_that_wrap_around_are_whole_and_those_without_room_are_counted()
    {
        using BpfMap events = BpfMap.Create(BpfMapSpec.PerfEvents("events"));
        using BpfProgram program = BpfProgram.Load(Send(), events);
        using PerfBuffer buffer = new(events, pages: 1);
        using RawTracepoint attached = RawTracepoint.Attach("sched_process_exit", program);
        long taken = 0;
        for (int round = 0; round < 12 || buffer.Lost == 0; round++)
        {
            Assert.True(round < 200, "nothing was lost");
            // Read every time at first, so that the rings are passed through several times; then let them run over.
            using Process many = Process.Start("/bin/sh", ["-c", $"i=0; while [ $i -lt {(round < 12 ? 60 : 600)} ]; do i=$((i+1)); (:); done"])!;
            many.WaitForExit();
            while (buffer.TryTake(out ReadOnlySpan<byte> record))
            {
                Assert.Equal(MemoryMarshal.Read<long>(record), MemoryMarshal.Read<long>(record[8..]));
                taken++;
            }
        }

        Assert.InRange(taken, 12 * 60, long.MaxValue);
    }

    /// <summary>Sends the thread's id and its group's, twice.</summary>
    private static BpfProgramSpec Send()
    {
        BpfAssembler code = new();
        code.Move(BpfRegister.R6, BpfRegister.R1);
        code.Call(BpfHelper.GetCurrentPidTgid);
        code.Store(BpfSize.Double, BpfRegister.R10, -8, BpfRegister.R0);
        code.Store(BpfSize.Double, BpfRegister.R10, -16, BpfRegister.R0);
        code.Move(BpfRegister.R1, BpfRegister.R6);
        code.LoadMap(BpfRegister.R2, "events");
        code.MoveUnsigned(BpfRegister.R3, uint.MaxValue); // BPF_F_CURRENT_CPU
        code.Move(BpfRegister.R4, BpfRegister.R10);
        code.Compute(BpfOperation.Add, BpfRegister.R4, -16);
        code.Move(BpfRegister.R5, 16);
        code.Call(BpfHelper.PerfEventOutput);
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        return code.ToProgram("send", BpfProgramType.RawTracepoint);
    }

    private static List<int> EndProcesses()
    {
        List<int> ids = [];
        for (int i = 0; i < Processes; i++)
        {
            using Process one = Process.Start("/bin/true");
            one.WaitForExit();
            ids.Add(one.Id);
        }

        return ids;
    }
}
