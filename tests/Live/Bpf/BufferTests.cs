using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Bpf;
using Bobbin.Kernel.Linux;
using Xunit;

namespace Bobbin.Tests.Bpf;

/// <summary>
/// Ring buffers and perf buffers, filled by a program that is run by hand: its context is a length and a number, and it sends as many
/// bytes, which begin with the number.
/// </summary>
public sealed class BufferTests
{
    private const int Longest = 256;
    private const int Page = 4096;

    [Fact]
    public void Records_of_a_ring_come_in_order_and_whole_where_they_wrap_around()
    {
        using BpfMap ring = BpfMap.Create(BpfMapSpec.RingBuffer("events", Page));
        using BpfMap lost = BpfMap.Create(BpfMapSpec.Array<long>("lost", 1));
        using BpfProgram program = BpfProgram.Load(ToRing(), ring, lost);
        using RingBuffer buffer = new(ring);
        long sent = 0, taken = 0;
        for (int round = 0; round < 200; round++)
        {
            // Sizes that do not divide the ring: some record lies across its end in nearly every round.
            for (int i = 0; i < 7; i++)
            {
                Send(program, length: 16 + (int)(sent * 8 % 240), ++sent);
            }

            foreach (ReadOnlySpan<byte> record in buffer.Take())
            {
                Check(record, ++taken, 16 + (int)((taken - 1) * 8 % 240));
            }

            Assert.Equal(0, buffer.Pending);
        }

        Assert.Equal((1400, 1400), (sent, taken));
        Assert.True(lost.TryLookup(0, out long none));
        Assert.Equal(0, none);
    }

    [Fact]
    public void What_finds_no_room_in_a_ring_is_counted_by_the_program()
    {
        using BpfMap ring = BpfMap.Create(BpfMapSpec.RingBuffer("events", Page));
        using BpfMap lost = BpfMap.Create(BpfMapSpec.Array<long>("lost", 1));
        using BpfProgram program = BpfProgram.Load(ToRing(), ring, lost);
        using RingBuffer buffer = new(ring);
        for (int i = 1; i <= 100; i++)
        {
            Send(program, length: 120, i); // with its header of 8 bytes, a 32nd of the ring
        }

        Assert.InRange(buffer.Pending, Page - 256, Page);
        int taken = 0;
        while (buffer.TryTake(out ReadOnlySpan<byte> record))
        {
            Check(record, ++taken, 120);
        }

        Assert.True(lost.TryLookup(0, out long count));
        Assert.Equal(100, taken + count);
        Assert.InRange(taken, 30, 32);

        // There is room again.
        Send(program, length: 120, 777);
        Assert.True(buffer.TryTake(out ReadOnlySpan<byte> after));
        Check(after, 777, 120);
    }

    [Fact]
    public void Waits_end_by_a_record_by_time_and_by_a_word()
    {
        using BpfMap ring = BpfMap.Create(BpfMapSpec.RingBuffer("events", Page));
        using BpfMap lost = BpfMap.Create(BpfMapSpec.Array<long>("lost", 1));
        using BpfProgram program = BpfProgram.Load(ToRing(), ring, lost);
        RingBuffer buffer = new(ring);
        Assert.Equal(BufferWait.TimedOut, buffer.Wait(TimeSpan.FromMilliseconds(1)));
        Send(program, length: 16, 1);
        Assert.Equal(BufferWait.Records, buffer.Wait(TimeSpan.FromSeconds(60)));
        Assert.True(buffer.Wait());
        using CancellationTokenSource cancellation = new();
        using (cancellation.Token.Register(buffer.Stop))
        {
            cancellation.Cancel();
            Assert.Equal(BufferWait.Stopped, buffer.Wait(TimeSpan.FromSeconds(60)));
            Assert.False(buffer.Wait());
        }

        buffer.Dispose();
        buffer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => buffer.TryTake(out _));
        Assert.Throws<ObjectDisposedException>(() => buffer.Wait());
        Assert.Throws<ObjectDisposedException>(buffer.Stop);
    }

    [Fact]
    public void A_ring_lives_on_when_its_map_was_disposed_of()
    {
        BpfMap ring = BpfMap.Create(BpfMapSpec.RingBuffer("events", Page));
        using BpfMap lost = BpfMap.Create(BpfMapSpec.Array<long>("lost", 1));
        using BpfProgram program = BpfProgram.Load(ToRing(), ring, lost);
        using RingBuffer buffer = new(ring);
        ring.Dispose();
        Send(program, length: 16, 5);
        Assert.Equal(BufferWait.Records, buffer.Wait(TimeSpan.FromSeconds(60)));
        Assert.True(buffer.TryTake(out ReadOnlySpan<byte> record));
        Check(record, 5, 16);
    }

    [Fact]
    public void Reading_a_ring_costs_no_memory()
    {
        using BpfMap ring = BpfMap.Create(BpfMapSpec.RingBuffer("events", Page));
        using BpfMap lost = BpfMap.Create(BpfMapSpec.Array<long>("lost", 1));
        using BpfProgram program = BpfProgram.Load(ToRing(), ring, lost);
        using RingBuffer buffer = new(ring);
        Read();
        Assert.Equal(0, Read());

        long Read()
        {
            for (int i = 0; i < 10; i++)
            {
                Send(program, length: 64, i);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            buffer.Wait();
            int count = 0;
            foreach (ReadOnlySpan<byte> record in buffer.Take())
            {
                count += record.Length;
            }

            long used = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(640, count);
            return used;
        }
    }

    [Fact]
    public void Records_of_a_perf_buffer_are_whole_where_they_wrap_around_and_know_their_processor()
    {
        using BpfMap events = BpfMap.Create(BpfMapSpec.PerfEvents("events"));
        using BpfProgram program = BpfProgram.Load(ToPerf(), events);
        using PerfBuffer buffer = new(events, pages: 1);
        int[] processors = [.. Enumerable.Range(0, BpfMapSpec.PossibleProcessors).Where(processor => IsOnline(program, processor))];
        while (buffer.TryTake(out _))
        {
        }

        Assert.NotEmpty(processors);
        foreach (int processor in processors)
        {
            for (int i = 1; i <= 500; i++)
            {
                int length = 16 + (i * 8 % 240);
                Send(program, length, i, processor);
                Assert.True(buffer.TryTake(out ReadOnlySpan<byte> record));
                Assert.Equal(processor, buffer.Processor);
                Check(record, i, length, padded: true);
                Assert.False(buffer.TryTake(out _));
            }
        }

        Assert.Equal(0, buffer.Lost);
    }

    [Fact]
    public void What_finds_no_room_in_a_perf_buffer_is_counted_by_the_kernel()
    {
        using BpfMap events = BpfMap.Create(BpfMapSpec.PerfEvents("events"));
        using BpfProgram program = BpfProgram.Load(ToPerf(), events);
        using PerfBuffer buffer = new(events, pages: 1);
        for (int i = 1; i <= 100; i++)
        {
            Send(program, length: 120, i, processor: 0);
        }

        int taken = 0;
        foreach (ReadOnlySpan<byte> record in buffer.Take())
        {
            Check(record, ++taken, 120, padded: true);
        }

        Assert.InRange(taken, 20, 40);
        Send(program, length: 120, 777, processor: 0); // the kernel tells what was lost before the next that finds room
        Assert.True(buffer.TryTake(out ReadOnlySpan<byte> after));
        Check(after, 777, 120, padded: true);
        Assert.Equal(100, taken + buffer.Lost);
    }

    [Fact]
    public void A_wait_for_many_is_not_ended_by_one()
    {
        using BpfMap events = BpfMap.Create(BpfMapSpec.PerfEvents("events"));
        using BpfProgram program = BpfProgram.Load(ToPerf(), events);
        using PerfBuffer buffer = new(events, pages: 8, wakeEvery: 10);
        for (int i = 1; i < 10; i++)
        {
            Send(program, length: 16, i, processor: 0);
        }

        Assert.Equal(BufferWait.TimedOut, buffer.Wait(TimeSpan.FromMilliseconds(20)));
        Send(program, length: 16, 10, processor: 0);
        Assert.Equal(BufferWait.Records, buffer.Wait(TimeSpan.FromSeconds(60)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PerfBuffer(events, pages: 3));
    }

    private static bool IsOnline(BpfProgram program, int processor)
    {
        try
        {
            Send(program, length: 16, 0, processor);
            return true;
        }
        catch (BpfException failure) when (failure.Errno == Errno.ENXIO)
        {
            return false;
        }
    }

    private static void Send(BpfProgram program, int length, long number, int? processor = null)
    {
        Span<byte> context = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(context, length);
        BinaryPrimitives.WriteInt64LittleEndian(context[8..], number);
        if (processor is int one)
        {
            program.RunOn(one, context);
        }
        else
        {
            program.Run(context);
        }
    }

    private static void Check(ReadOnlySpan<byte> record, long number, int length, bool padded = false)
    {
        Assert.Equal(padded ? (length + 4 + 7) / 8 * 8 - 4 : length, record.Length);
        Assert.Equal(number, MemoryMarshal.Read<long>(record));
        Assert.Equal(number, MemoryMarshal.Read<long>(record[(length - 8)..]));
    }

    private static BpfProgramSpec ToRing()
    {
        BpfAssembler code = Begin();
        BpfLabel end = code.Label();
        code.LoadMap(BpfRegister.R1, "events");
        code.MoveStackAddress(BpfRegister.R2, -Longest);
        code.Move(BpfRegister.R3, BpfRegister.R8);
        code.Move(BpfRegister.R4, 0);
        code.Call(BpfHelper.RingBufferOutput);
        code.GoToIf(BpfCondition.Equal, BpfRegister.R0, 0, end);
        code.LoadMapValue(BpfRegister.R1, "lost");
        code.Move(BpfRegister.R2, 1);
        code.AtomicAdd(BpfRegister.R1, 0, BpfRegister.R2);
        code.Place(end);
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        return code.ToProgram("to_ring", BpfProgramType.RawTracepoint);
    }

    private static BpfProgramSpec ToPerf()
    {
        BpfAssembler code = Begin();
        code.Move(BpfRegister.R1, BpfRegister.R6);
        code.LoadMap(BpfRegister.R2, "events");
        code.MoveUnsigned(BpfRegister.R3, uint.MaxValue); // BPF_F_CURRENT_CPU
        code.MoveStackAddress(BpfRegister.R4, -Longest);
        code.Move(BpfRegister.R5, BpfRegister.R8);
        code.Call(BpfHelper.PerfEventOutput);
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        return code.ToProgram("to_perf", BpfProgramType.RawTracepoint);
    }

    /// <summary>The stack filled with the number; R6 the context, R8 the length.</summary>
    private static BpfAssembler Begin()
    {
        BpfAssembler code = new();
        BpfLabel isLong = code.Label(), isShort = code.Label();
        code.Move(BpfRegister.R6, BpfRegister.R1);
        code.Load(BpfSize.Double, BpfRegister.R8, BpfRegister.R6, 0);
        code.Load(BpfSize.Double, BpfRegister.R7, BpfRegister.R6, 8);
        for (int at = -Longest; at < 0; at += 8)
        {
            code.Store(BpfSize.Double, BpfRegister.R10, at, BpfRegister.R7);
        }

        code.GoToIf(BpfCondition.Less, BpfRegister.R8, 8, isShort); // which the verifier must see
        code.GoToIf(BpfCondition.LessOrEqual, BpfRegister.R8, Longest, isLong);
        code.Place(isShort);
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        code.Place(isLong);
        return code;
    }
}
