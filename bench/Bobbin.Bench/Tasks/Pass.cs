using System.Diagnostics;
using System.Globalization;
using Bobbin.Snapshots;
using Bobbin.Sources;

namespace Bobbin.Bench.Tasks;

/// <summary>Something that reads all tasks once at a time.</summary>
internal abstract class Pass(string name) : IDisposable
{
    private readonly List<double> _nanoseconds = [];

    public string Name => name;

    /// <summary>Threads that the last one saw.</summary>
    public int Threads { get; private set; }

    /// <summary>Bytes that the last one allocated; -1 where that is not known.</summary>
    public long Allocated { get; protected set; } = -1;

    public double Median => _nanoseconds.Order().ElementAt(_nanoseconds.Count / 2);

    public double Least => _nanoseconds.Min();

    /// <summary>Does it once more.</summary>
    public void Turn(bool counts)
    {
        (double nanoseconds, Threads) = Run();
        if (counts)
        {
            _nanoseconds.Add(nanoseconds);
        }
    }

    public abstract void Dispose();

    protected abstract (double Nanoseconds, int Threads) Run();
}

/// <summary>One of our readers, in this process.</summary>
internal sealed class OwnPass(string name, ReaderChoice choice) : Pass(name)
{
    private readonly ITaskReader _reader = TaskReaders.Open(choice);
    private TaskSnapshot? _last;

    public override void Dispose() => _reader.Dispose();

    protected override (double Nanoseconds, int Threads) Run()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        _last = _reader.Read(TaskFacets.Threads, recycled: _last);
        double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        Allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return (nanoseconds, _last.Threads.Count);
    }
}

/// <summary>Opening our BPF reader: program assembled, verified and attached.</summary>
internal sealed class OwnLoad(string name) : Pass(name)
{
    public override void Dispose()
    {
    }

    protected override (double Nanoseconds, int Threads) Run()
    {
        long start = Stopwatch.GetTimestamp();
        TaskReaders.Open(ReaderChoice.Bpf).Dispose();
        return (Stopwatch.GetElapsedTime(start).TotalNanoseconds, 0);
    }
}

/// <summary>.NET's own way: all processes, each with its threads.</summary>
internal sealed class DotNetPass(string name) : Pass(name)
{
    public override void Dispose()
    {
    }

    protected override (double Nanoseconds, int Threads) Run()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        int threads = 0;
        foreach (Process process in Process.GetProcesses())
        {
            using (process)
            {
                try
                {
                    threads += process.Threads.Count;
                }
                catch (Exception gone) when (gone is InvalidOperationException or System.ComponentModel.Win32Exception)
                {
                }
            }
        }

        Allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return (Stopwatch.GetElapsedTime(start).TotalNanoseconds, threads);
    }
}

/// <summary>A program that does a pass for each line it is given, and says how long it took.</summary>
internal sealed class PeerPass(string name, string program, params string[] arguments) : Pass(name)
{
    private readonly Process _process = Programs.Start(program, arguments, input: true, output: true);

    public override void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    protected override (double Nanoseconds, int Threads) Run()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        string[] answer = _process.StandardOutput.ReadLine()?.Split(' ') ?? throw new InvalidOperationException($"{Name} has ended");
        return (double.Parse(answer[0], CultureInfo.InvariantCulture), int.Parse(answer[1], CultureInfo.InvariantCulture));
    }
}

/// <summary>A whole program, from its start to its end, with its output in a file.</summary>
internal sealed class CommandPass(string name, string command) : Pass(name)
{
    private readonly string _output = Path.GetTempFileName();

    public override void Dispose() => File.Delete(_output);

    protected override (double Nanoseconds, int Threads) Run()
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Programs.Start("/bin/sh", ["-c", $"exec {command} > {_output}"]);
        process.WaitForExit();
        double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        return process.ExitCode == 0 ? (nanoseconds, File.ReadLines(_output).Count()) : throw new InvalidOperationException($"{command} failed");
    }
}
