using BenchmarkDotNet.Attributes;
using Bobbin.Snapshots;
using Bobbin.Sources;

namespace Bobbin.Micro;

/// <summary>All threads of the machine, read again and again into the same memory, as top does.</summary>
public class Reading
{
    private ITaskReader _proc = null!, _bpf = null!;
    private TaskSnapshot? _last;

    [GlobalSetup]
    public void Open()
    {
        _proc = TaskReaders.Open(ReaderChoice.Proc);
        _bpf = TaskReaders.Open(ReaderChoice.Bpf);
    }

    [GlobalCleanup]
    public void Close()
    {
        _proc.Dispose();
        _bpf.Dispose();
    }

    [Benchmark(Baseline = true)]
    public int Proc() => Read(_proc);

    [Benchmark]
    public int Bpf() => Read(_bpf);

    private int Read(ITaskReader reader)
    {
        _last = reader.Read(TaskFacets.Threads, recycled: _last);
        return _last.Threads.Count;
    }
}

/// <summary>What two snapshots differ in, and each thread's share of a processor.</summary>
public class Comparing
{
    private TaskSnapshot _before = null!, _after = null!;
    private TaskChanges _changes = null!;

    [GlobalSetup]
    public void Read()
    {
        using ITaskReader reader = TaskReaders.Open();
        _before = reader.Read(TaskFacets.Threads);
        _after = reader.Read(TaskFacets.Threads);
        _changes = new TaskChanges(_before, _after);
    }

    [Benchmark]
    public TaskChanges Delta() => new(_before, _after);

    [Benchmark]
    public double Shares()
    {
        double sum = 0;
        foreach (ThreadRow thread in _after.Threads)
        {
            sum += _changes.ProcessorShare(thread);
        }

        return sum;
    }
}
