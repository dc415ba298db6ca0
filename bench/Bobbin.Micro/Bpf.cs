using BenchmarkDotNet.Attributes;
using Bobbin.Kernel.Bpf;
using Bobbin.Snapshots;
using Bobbin.Sources;

namespace Bobbin.Micro;

/// <summary>The kernel's types, and a whole program from them to where it is attached.</summary>
public class Types
{
    private Btf _types = null!;

    [GlobalSetup]
    public void Open() => _types = Btf.OfKernel();

    [GlobalCleanup]
    public void Close() => _types.Dispose();

    [Benchmark]
    public int OpenTypes()
    {
        using Btf types = Btf.OfKernel();
        return types.Count;
    }

    [Benchmark]
    public BtfMember FindMember() => _types.TryFindMember("task_struct"u8, "prev_cputime.utime"u8, out BtfMember member) ? member : default;

    [Benchmark]
    public int FindFunction() => _types.TryFind(BtfKind.Function, "bpf_iter_task"u8, out int id) ? id : 0;

    [Benchmark]
    public void OpenReader() => TaskReaders.Open(ReaderChoice.Bpf).Dispose();
}

/// <summary>Records of 32 bytes, taken from a ring where they lie; a thousand in a run.</summary>
public class Ring
{
    private const int Records = 1000, Runs = 10;

    private BpfMap _map = null!;
    private BpfProgram _program = null!;
    private RingBuffer _ring = null!;

    [GlobalSetup]
    public void Open()
    {
        _map = BpfMap.Create(BpfMapSpec.RingBuffer("events", 1 << 20));
        _program = BpfProgram.Load(Fill(), _map);
        _ring = new RingBuffer(_map);
    }

    [GlobalCleanup]
    public void Close()
    {
        _ring.Dispose();
        _program.Dispose();
        _map.Dispose();
    }

    [IterationSetup]
    public void Send()
    {
        for (int i = 0; i < Runs; i++)
        {
            _program.Run(new byte[8]);
        }
    }

    [Benchmark(OperationsPerInvoke = Records * Runs)]
    public long Take()
    {
        long sum = 0;
        foreach (ReadOnlySpan<byte> record in _ring.Take())
        {
            sum += record[0];
        }

        return sum;
    }

    private static BpfProgramSpec Fill()
    {
        BpfAssembler code = new();
        BpfLabel next = code.Label();
        for (int at = -32; at < 0; at += 8)
        {
            code.Store(BpfSize.Double, BpfRegister.R10, at, 1);
        }

        code.Move(BpfRegister.R6, 0);
        code.Place(next);
        code.LoadMap(BpfRegister.R1, "events");
        code.MoveStackAddress(BpfRegister.R2, -32);
        code.Move(BpfRegister.R3, 32);
        code.Move(BpfRegister.R4, 0);
        code.Call(BpfHelper.RingBufferOutput);
        code.Compute(BpfOperation.Add, BpfRegister.R6, 1);
        code.GoToIf(BpfCondition.Less, BpfRegister.R6, Records, next);
        code.Move(BpfRegister.R0, 0);
        code.Exit();
        return code.ToProgram("fill", BpfProgramType.RawTracepoint);
    }
}

/// <summary>A map's keys one by one, and many at once.</summary>
public class Maps
{
    private const int Keys = 10_000;

    private readonly int[] _keys = new int[1024];
    private readonly long[] _values = new long[1024];
    private BpfMap _map = null!;

    [GlobalSetup]
    public void Open()
    {
        _map = BpfMap.Create(BpfMapSpec.Hash<int, long>("values", Keys));
        for (int i = 0; i < Keys; i++)
        {
            _map.Update(i, (long)i);
        }
    }

    [GlobalCleanup]
    public void Close() => _map.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Keys)]
    public long OneByOne()
    {
        long sum = 0;
        foreach (int key in _map.Keys<int>())
        {
            sum += _map.TryLookup(key, out long value) ? value : 0;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Keys)]
    public long ManyAtOnce()
    {
        long sum = 0;
        BpfMapCursor cursor = default;
        while (!cursor.IsAtEnd)
        {
            int count = _map.CopyNext(ref cursor, _keys.AsSpan(), _values.AsSpan());
            foreach (long value in _values.AsSpan(0, count))
            {
                sum += value;
            }
        }

        return sum;
    }
}
