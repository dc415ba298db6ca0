using System.Buffers.Binary;
using Bobbin.Kernel.Bpf;
using Bobbin.Kernel.Linux;
using CsCheck;
using Xunit;

namespace Bobbin.Tests.Bpf;

public sealed class BpfProgramTests
{
    [Fact]
    public void A_program_that_does_not_verify_is_refused_with_the_verifiers_log()
    {
        BpfAssembler code = new();
        code.Load(BpfSize.Double, BpfRegister.R0, BpfRegister.R5, 0); // never set
        code.Exit();
        BpfException failure = Assert.Throws<BpfException>(() => BpfProgram.Load(code.ToProgram("broken", BpfProgramType.RawTracepoint)));
        Assert.Equal((Errno.EACCES, "bpf", "ProgramLoad broken", BpfObstacle.Verifier), (failure.Errno, failure.Call, failure.Subject, failure.Obstacle));
        Assert.Contains("R5 !read_ok", failure.Log, StringComparison.Ordinal);
        Assert.Contains("processed", failure.Log, StringComparison.Ordinal);
        Assert.StartsWith("bpf(ProgramLoad broken): Permission denied (EACCES). The verifier: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("R5 !read_ok", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("processed", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", failure.Message, StringComparison.Ordinal);
        Assert.Matches(@"r0 = \*\(u64 \*\)\(r5 \+0\): R5 !read_ok( \(\d+ lines? before it (is|are) in the log\))?\.$", failure.Message);
    }

    [Fact]
    public void A_long_log_is_whole()
    {
        // Each of 3,000 branches is written down: far more than the first room.
        BpfAssembler code = new();
        BpfLabel end = code.Label();
        code.Call(BpfHelper.RandomNumber);
        for (int i = 0; i < 3000; i++)
        {
            code.GoToIf(BpfCondition.Equal, BpfRegister.R0, i, end);
        }

        code.Place(end);
        code.Load(BpfSize.Double, BpfRegister.R0, BpfRegister.R5, 0);
        code.Exit();
        BpfException failure = Assert.Throws<BpfException>(() => BpfProgram.Load(code.ToProgram("long", BpfProgramType.RawTracepoint)));
        Assert.Equal(BpfObstacle.Verifier, failure.Obstacle);
        Assert.True(failure.Log.Length > 100_000, $"{failure.Log.Length}");
        Assert.Contains("R5 !read_ok", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tracepoint_that_does_not_exist_is_said_to_be_missing()
    {
        BpfAssembler code = new();
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        using BpfProgram program = BpfProgram.Load(code.ToProgram("nothing", BpfProgramType.RawTracepoint));
        BpfException failure = Assert.Throws<BpfException>(() => RawTracepoint.Attach("no_such_point", program));
        Assert.Equal((Errno.ENOENT, BpfObstacle.KernelLacks), (failure.Errno, failure.Obstacle));
        Assert.Contains("The kernel has no tracepoint no_such_point;", failure.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => BtfTracepoint.Attach(program));
        Assert.Throws<ArgumentException>(() => BpfIterator.Attach(program));
    }

    [Fact]
    public void A_map_that_is_not_given_is_named()
    {
        BpfAssembler code = new();
        code.LoadMap(BpfRegister.R1, "counts");
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        ArgumentException failure = Assert.Throws<ArgumentException>(() => BpfProgram.Load(code.ToProgram("p", BpfProgramType.RawTracepoint)));
        Assert.Contains("'counts'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_packet_goes_through_a_filter()
    {
        BpfAssembler code = new();
        code.Load(BpfSize.Word, BpfRegister.R0, BpfRegister.R1, 0); // __sk_buff.len
        code.Exit();
        using BpfProgram program = BpfProgram.Load(code.ToProgram("length", BpfProgramType.SocketFilter));
        byte[] output = new byte[100];
        BpfRun run = program.Run((ReadOnlySpan<byte>)new byte[60], output, repeat: 100);
        Assert.Equal((60 - 14, 60), ((int)run.Result, run.OutputLength)); // without its Ethernet header
        Assert.InRange(run.Nanoseconds, 0, 1_000_000_000);
        Assert.Equal(Errno.EINVAL, Assert.Throws<BpfException>(() => program.Run((ReadOnlySpan<byte>)new byte[4], output)).Errno);
    }

    [Fact]
    public void Arithmetic_is_that_of_CSharp() =>
        Gen.Select(Gen.Long, Gen.Long, Gen.Int[0, 63]).Sample((a, b, shift) =>
        {
            (BpfOperation Operation, long Expected)[] cases =
            [
                (BpfOperation.Add, a + b), (BpfOperation.Subtract, a - b), (BpfOperation.Multiply, a * b),
                (BpfOperation.Divide, b == 0 ? 0 : (long)((ulong)a / (ulong)b)), (BpfOperation.Modulo, b == 0 ? a : (long)((ulong)a % (ulong)b)),
                (BpfOperation.And, a & b), (BpfOperation.Or, a | b), (BpfOperation.Xor, a ^ b), (BpfOperation.Negate, -a),
                (BpfOperation.Move, b),
            ];
            BpfAssembler code = new();
            code.Move(BpfRegister.R9, BpfRegister.R1);
            int at = 0;
            foreach ((BpfOperation operation, _) in cases)
            {
                Store(operation, b, ref at);
            }

            foreach (BpfOperation operation in (BpfOperation[])[BpfOperation.ShiftLeft, BpfOperation.ShiftRight, BpfOperation.ShiftRightSigned])
            {
                Store(operation, shift, ref at);
            }

            code.Move(BpfRegister.R0, 7);
            code.Exit();
            using BpfProgram program = BpfProgram.Load(code.ToProgram("compute", BpfProgramType.SystemCall) with { IsSleepable = true });
            byte[] context = new byte[at];
            Assert.Equal(7u, program.Run(context));
            long[] expected = [.. cases.Select(one => one.Expected), a << shift, (long)((ulong)a >> shift), a >> shift];
            Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(i => BinaryPrimitives.ReadInt64LittleEndian(context.AsSpan(i * 8))));

            void Store(BpfOperation operation, long right, ref int at)
            {
                code.MoveWide(BpfRegister.R2, a);
                code.MoveWide(BpfRegister.R3, right);
                if (operation == BpfOperation.Negate)
                {
                    code.Compute(operation, BpfRegister.R2, 0);
                }
                else
                {
                    code.Compute(operation, BpfRegister.R2, BpfRegister.R3);
                }

                code.Store(BpfSize.Double, BpfRegister.R9, at, BpfRegister.R2);
                at += 8;
            }
        }, iter: 30);

    [Fact]
    public void A_function_of_the_program_an_atomic_and_the_order_of_bytes()
    {
        BpfAssembler code = new();
        BpfLabel twice = code.Label();
        code.Move(BpfRegister.R6, BpfRegister.R1);
        code.Move(BpfRegister.R1, 21);
        code.Call(twice);
        code.Store(BpfSize.Double, BpfRegister.R6, 0, BpfRegister.R0);
        code.Store(BpfSize.Double, BpfRegister.R10, -8, 100);
        code.Move(BpfRegister.R2, 5);
        code.Atomic(BpfAtomic.FetchAdd, BpfSize.Double, BpfRegister.R10, -8, BpfRegister.R2);
        code.Store(BpfSize.Double, BpfRegister.R6, 8, BpfRegister.R2);
        code.Load(BpfSize.Double, BpfRegister.R2, BpfRegister.R10, -8);
        code.Store(BpfSize.Double, BpfRegister.R6, 16, BpfRegister.R2);
        code.MoveWide(BpfRegister.R2, 0x1234);
        code.ToNetworkOrder(BpfSize.Half, BpfRegister.R2);
        code.Store(BpfSize.Double, BpfRegister.R6, 24, BpfRegister.R2);
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        code.Place(twice);
        code.Move(BpfRegister.R0, BpfRegister.R1);
        code.Compute32(BpfOperation.Add, BpfRegister.R0, BpfRegister.R1);
        code.Exit();
        using BpfProgram program = BpfProgram.Load(code.ToProgram("calls", BpfProgramType.SystemCall) with { IsSleepable = true });
        byte[] context = new byte[32];
        program.Run(context);
        Assert.Equal([42L, 100, 105, 0x3412], Enumerable.Range(0, 4).Select(i => BinaryPrimitives.ReadInt64LittleEndian(context.AsSpan(i * 8))));
    }
}
