using System.Runtime.InteropServices;
using Bobbin.Kernel.Bpf;
using Xunit;

namespace Bobbin.Tests.Bpf;

public sealed class BpfAssemblerTests
{
    [Fact]
    public void Each_instruction_has_the_bytes_of_the_instruction_set()
    {
        BpfAssembler code = new();
        code.Move(BpfRegister.R6, BpfRegister.R1);
        code.Move(BpfRegister.R0, -1);
        code.Compute(BpfOperation.Add, BpfRegister.R2, -8);
        code.Compute(BpfOperation.ShiftRight, BpfRegister.R0, 32);
        code.Compute(BpfOperation.Xor, BpfRegister.R3, BpfRegister.R4);
        code.Load(BpfSize.Double, BpfRegister.R3, BpfRegister.R1, 16);
        code.Load(BpfSize.Byte, BpfRegister.R3, BpfRegister.R10, -1);
        code.Store(BpfSize.Word, BpfRegister.R10, -4, BpfRegister.R0);
        code.Store(BpfSize.Half, BpfRegister.R10, -2, 258);
        code.Call(BpfHelper.ProbeReadKernel);
        code.Exit();

        Assert.Equal(
            [
                "BF-16-00-00-00-00-00-00",
                "B7-00-00-00-FF-FF-FF-FF",
                "07-02-00-00-F8-FF-FF-FF",
                "77-00-00-00-20-00-00-00",
                "AF-43-00-00-00-00-00-00",
                "79-13-10-00-00-00-00-00",
                "71-A3-FF-FF-00-00-00-00",
                "63-0A-FC-FF-00-00-00-00",
                "6A-0A-FE-FF-02-01-00-00",
                "85-00-00-00-71-00-00-00",
                "95-00-00-00-00-00-00-00",
            ],
            Bytes(code));
    }

    [Fact]
    public void Wide_narrow_and_atomic_instructions_have_theirs()
    {
        BpfAssembler code = new();
        code.MoveWide(BpfRegister.R1, 0x1122334455667788);
        code.Compute32(BpfOperation.Modulo, BpfRegister.R1, 10);
        code.Compute32(BpfOperation.Move, BpfRegister.R2, BpfRegister.R1);
        code.Compute(BpfOperation.Negate, BpfRegister.R3, 0);
        code.Compute(BpfOperation.ShiftRightSigned, BpfRegister.R3, 4);
        code.ToNetworkOrder(BpfSize.Half, BpfRegister.R4);
        code.AtomicAdd(BpfRegister.R0, 8, BpfRegister.R1);
        code.Atomic(BpfAtomic.CompareExchange, BpfSize.Word, BpfRegister.R2, -4, BpfRegister.R3);
        code.LoadMapValue(BpfRegister.R5, "lost", 16);
        code.MoveStackAddress(BpfRegister.R2, -4);
        Assert.Equal(
            [
                "18-01-00-00-88-77-66-55", "00-00-00-00-44-33-22-11",
                "94-01-00-00-0A-00-00-00",
                "BC-12-00-00-00-00-00-00",
                "87-03-00-00-00-00-00-00",
                "C7-03-00-00-04-00-00-00",
                "DC-04-00-00-10-00-00-00",
                "DB-10-08-00-00-00-00-00",
                "C3-32-FC-FF-F1-00-00-00",
                "18-25-00-00-00-00-00-00", "00-00-00-00-10-00-00-00",
                "BF-A2-00-00-00-00-00-00", "07-02-00-00-FC-FF-FF-FF",
            ],
            Bytes(code));
        Assert.Equal(13, code.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => code.ToNetworkOrder(BpfSize.Byte, BpfRegister.R1));
    }

    [Fact]
    public void A_function_of_the_program_is_called_by_its_distance()
    {
        BpfAssembler code = new();
        BpfLabel function = code.Label();
        code.Call(function);
        code.GoToIf32(BpfCondition.SignedLess, BpfRegister.R0, -1, function);
        code.Exit();
        code.Place(function);
        code.Exit();
        Assert.Equal(
            ["85-10-00-00-02-00-00-00", "C6-00-01-00-FF-FF-FF-FF", "95-00-00-00-00-00-00-00", "95-00-00-00-00-00-00-00"],
            Bytes(code));
    }

    [Fact]
    public void A_jump_too_far_is_a_mistake()
    {
        BpfAssembler code = new();
        BpfLabel end = code.Label();
        code.GoTo(end);
        for (int i = 0; i < 32768; i++)
        {
            code.Move(BpfRegister.R0, 0);
        }

        code.Place(end);
        Assert.Throws<OverflowException>(() => code.ToProgram("p", BpfProgramType.RawTracepoint));
    }

    [Fact]
    public void Jumps_reach_forward_and_back()
    {
        BpfAssembler code = new();
        BpfLabel top = code.Label(), end = code.Label();
        code.Place(top);
        code.GoToIf(BpfCondition.Equal, BpfRegister.R1, 0, end);
        code.GoToIf(BpfCondition.SignedGreater, BpfRegister.R1, BpfRegister.R2, top);
        code.GoTo(top);
        code.Place(end);
        code.Exit();
        Assert.Equal(
            ["15-01-02-00-00-00-00-00", "6D-21-FE-FF-00-00-00-00", "05-00-FD-FF-00-00-00-00", "95-00-00-00-00-00-00-00"],
            Bytes(code));
    }

    [Fact]
    public void A_map_takes_two_instructions_and_is_named_not_numbered()
    {
        BpfAssembler code = new();
        code.Move(BpfRegister.R0, 0);
        code.LoadMap(BpfRegister.R1, "ends");
        code.Exit();
        BpfProgramSpec spec = code.ToProgram("p", BpfProgramType.RawTracepoint);
        Assert.Equal([new BpfMapReference(1, "ends")], spec.Maps);
        Assert.Equal(["B7-00-00-00-00-00-00-00", "18-11-00-00-00-00-00-00", "00-00-00-00-00-00-00-00", "95-00-00-00-00-00-00-00"], Bytes(code));
    }

    [Fact]
    public void A_label_that_was_never_placed_is_a_mistake()
    {
        BpfAssembler code = new();
        code.GoTo(code.Label());
        Assert.Throws<InvalidOperationException>(() => code.ToProgram("p", BpfProgramType.RawTracepoint));
    }

    [Fact]
    public void Names_keep_what_the_kernel_takes()
    {
        BpfName name = BpfName.From("a name-of.more than 15");
        Assert.Equal("a_name_of.more_\0"u8, name);
    }

    private static string[] Bytes(BpfAssembler code) =>
        [.. code.ToProgram("p", BpfProgramType.RawTracepoint).Code
            .Select(instruction => BitConverter.ToString(MemoryMarshal.AsBytes([instruction]).ToArray()))];
}
