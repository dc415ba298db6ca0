// What the library does in this process, by BenchmarkDotNet: bench/run --micro [--threads N] [ARG...]; other arguments are BenchmarkDotNet's
// (--filter '*Ring*', --list flat). The machine has so many more threads meanwhile, ten a process; 10,000 when not told.
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Bobbin.Micro;

int threads = 10_000;
string[] rest = args;
if (args is ["--threads", string number, ..] && int.TryParse(number, out threads))
{
    rest = args[2..];
}

// In this process: its tasks are among those that are read, and a process of its own for each would be built anew each time.
ManualConfig config = ManualConfig.CreateEmpty()
    .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithWarmupCount(3).WithIterationCount(10))
    .AddDiagnoser(MemoryDiagnoser.Default)
    .AddColumnProvider(DefaultColumnProviders.Instance)
    .AddLogger(ConsoleLogger.Default)
    .AddExporter(MarkdownExporter.GitHub)
    .WithArtifactsPath(Path.GetFullPath("artifacts/bench/micro"));
using Population population = new(threads);
BenchmarkSwitcher.FromAssembly(typeof(Population).Assembly).Run(rest.Length == 0 ? ["--filter", "*"] : rest, config);
