// The five busiest threads of the last second, and who came and went: busy-threads [SECONDS]
using System.Globalization;
using System.Text;
using Bobbin.Snapshots;
using Bobbin.Sources;

TimeSpan interval = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 1);

using ITaskReader reader = TaskReaders.Open(ReaderChoice.Auto, out string reason);
Console.WriteLine($"Read by {reason}.");

TaskSnapshot before = reader.Read(TaskFacets.Threads | TaskFacets.Credentials);
Thread.Sleep(interval);
TaskSnapshot after = reader.Read(TaskFacets.Threads | TaskFacets.Credentials);

TaskChanges changes = new(before, after);
foreach (ThreadRow thread in after.Threads.OrderByDescending(changes.ProcessorTime).Take(5))
{
    ProcessRow process = thread.Process;
    Console.WriteLine(
        $"{changes.ProcessorShare(thread),6:P0}  thread {thread.Id} ({Plain(thread.Name)}) of {process.Id} ({Plain(process.Name)}), "
        + $"user {process.EffectiveUserId}, {process.ThreadCount} threads, {process.ResidentBytes >> 20} MiB, started {thread.StartTime.ToLocalTime():T}");
}

Console.WriteLine($"{changes.BornProcesses.Count} processes were born, {changes.EndedProcesses.Count} ended.");

// Somebody else chose these names: control characters in them must not reach a terminal.
static string Plain(ReadOnlySpan<byte> name) =>
    string.Concat(Encoding.UTF8.GetString(name).Select(c => char.IsControl(c) ? '?' : c));
