using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Bpf;
using Bobbin.Kernel.Linux;

namespace Bobbin.Sources;

/// <summary>
/// Looks every id up where the kernel itself does, by a BPF program that runs through them: about a hundredth of a microsecond each,
/// where a system call an id costs a fifth to a whole one. Needs what the iterator needs, and Linux 6.4.
/// </summary>
internal sealed class PidTable : IDisposable
{
    private const int IdsAtOnce = 1 << 16;

    // What it found: a bit an id.
    private static readonly BpfMapSpec s_found = new("found", BpfMapType.Array, 4, IdSet.Limit / 8, 1);

    private readonly BpfMap _found;
    private readonly BpfProgram _program;

    private PidTable(BpfMap found, BpfProgram program)
    {
        _found = found;
        _program = program;
    }

    /// <summary>Loads the program; null where this machine does not let us.</summary>
    public static PidTable? TryOpen()
    {
        if (Namespaces.WhyNotInitial() is not null)
        {
            return null; // it looks in the first pid namespace
        }

        BpfMap? found = null;
        BpfProgram? program = null;
        try
        {
            using Btf types = Btf.OfKernel();
            found = BpfMap.Create(s_found);
            program = BpfProgram.Load(Build(types), found);
            program.Run(stackalloc byte[8]); // from 0 to below 0: whether it may be run
            return new PidTable(found, program);
        }
        catch (Exception failure) when (BpfRefusal.Is(failure))
        {
            program?.Dispose();
            found?.Dispose();
            return null;
        }
    }

    /// <summary>Adds the ids below a limit that a task has.</summary>
    public void Find(int limit, IdSet found, Action<IdScanProgress>? progress, CancellationToken cancellation)
    {
        Span<byte> range = stackalloc byte[8];
        for (int from = 0; from < limit; from += IdsAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            BinaryPrimitives.WriteInt32LittleEndian(range, from);
            BinaryPrimitives.WriteInt32LittleEndian(range[4..], Math.Min(from + IdsAtOnce, limit));
            _program.Run(range);
            progress?.Invoke(new IdScanProgress(TaskViews.Existence, from, limit));
        }

        ulong[] words = new ulong[IdSet.WordCount];
        _found.TryCopy(0, MemoryMarshal.AsBytes(words.AsSpan()));
        for (int word = 0; word < words.Length; word++)
        {
            found.AddWord(word, words[word]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _program.Dispose();
        _found.Dispose();
    }

    /// <summary>The program: its context is the first id and the one after the last.</summary>
    internal static BpfProgramSpec Build(Btf types)
    {
        const BpfRegister Context = BpfRegister.R9, Bits = BpfRegister.R8, Id = BpfRegister.R6;
        const int Numbers = -8, Key = -12; // on the stack: struct bpf_iter_num, and the map's key
        BpfAssembler code = new();
        BpfLabel next = code.Label(), done = code.Label(), end = code.Label();
        code.Move(Context, BpfRegister.R1);
        code.Store(BpfSize.Word, BpfRegister.R10, Key, 0);
        code.LoadMap(BpfRegister.R1, s_found.Name);
        PointToStack(code, BpfRegister.R2, Key);
        code.Call(BpfHelper.MapLookupElement);
        code.GoToIf(BpfCondition.Equal, BpfRegister.R0, 0, end);
        code.Move(Bits, BpfRegister.R0);

        PointToStack(code, BpfRegister.R1, Numbers);
        code.Load(BpfSize.Word, BpfRegister.R2, Context, 0);
        code.Load(BpfSize.Word, BpfRegister.R3, Context, 4);
        code.CallKernel(Function(types, "bpf_iter_num_new"u8));

        code.Place(next);
        PointToStack(code, BpfRegister.R1, Numbers);
        code.CallKernel(Function(types, "bpf_iter_num_next"u8));
        code.GoToIf(BpfCondition.Equal, BpfRegister.R0, 0, done);
        code.Load(BpfSize.Word, Id, BpfRegister.R0, 0);
        code.Move(BpfRegister.R1, Id);
        code.CallKernel(Function(types, "bpf_task_from_pid"u8));
        code.GoToIf(BpfCondition.Equal, BpfRegister.R0, 0, next);
        code.Move(BpfRegister.R1, BpfRegister.R0);
        code.CallKernel(Function(types, "bpf_task_release"u8));
        SetBit(code, Id, Bits);
        code.GoTo(next);

        code.Place(done);
        PointToStack(code, BpfRegister.R1, Numbers);
        code.CallKernel(Function(types, "bpf_iter_num_destroy"u8));
        code.Place(end);
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        return code.ToProgram("bobbin_pids", BpfProgramType.SystemCall) with { IsSleepable = true };
    }

    private static void SetBit(BpfAssembler code, BpfRegister id, BpfRegister bits)
    {
        code.Move(BpfRegister.R1, 1);
        code.Move(BpfRegister.R2, id);
        code.Compute(BpfOperation.And, BpfRegister.R2, 63);
        code.Compute(BpfOperation.ShiftLeft, BpfRegister.R1, BpfRegister.R2);
        code.Move(BpfRegister.R3, id);
        code.Compute(BpfOperation.And, BpfRegister.R3, IdSet.Limit - 1); // known by us; said to the verifier
        code.Compute(BpfOperation.ShiftRight, BpfRegister.R3, 6);
        code.Compute(BpfOperation.ShiftLeft, BpfRegister.R3, 3);
        code.Compute(BpfOperation.Add, BpfRegister.R3, bits);
        code.Load(BpfSize.Double, BpfRegister.R4, BpfRegister.R3, 0);
        code.Compute(BpfOperation.Or, BpfRegister.R4, BpfRegister.R1);
        code.Store(BpfSize.Double, BpfRegister.R3, 0, BpfRegister.R4);
    }

    private static void PointToStack(BpfAssembler code, BpfRegister register, int offset)
    {
        code.Move(register, BpfRegister.R10);
        code.Compute(BpfOperation.Add, register, offset);
    }

    private static int Function(Btf types, ReadOnlySpan<byte> name) =>
        types.TryFind(BtfKind.Function, name, out int id) ? id : throw new InvalidDataException("the kernel does not offer what this takes: it is older than 6.4");
}
