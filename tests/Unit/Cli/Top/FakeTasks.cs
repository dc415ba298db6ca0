using System.Diagnostics.CodeAnalysis;
using System.Text;
using Bobbin.Snapshots;
using Bobbin.Tasks;

namespace Bobbin.Tests.Cli;

/// <summary>A process that a test thinks up. Ids are beyond any that a kernel gives, so that /proc has nothing to add.</summary>
/// <param name="Id">From 1 on.</param>
/// <param name="Parent">Likewise; 0: none.</param>
/// <param name="Ticks">Processor time.</param>
/// <param name="Threads">Its threads beyond the first: id and processor time.</param>
internal sealed record FakeProcess(int Id, int Parent, string Name, ulong Ticks, params (int Id, ulong Ticks)[] Threads)
{
    public ulong Start { get; init; } = 1;

    public uint User { get; init; }

    public bool IsKernelThread { get; init; }
}

/// <summary>A machine that a test thinks up, one moment after the other.</summary>
internal sealed class FakeTasks : ITaskReader
{
    public const int Base = 10_000_000;

    private readonly Queue<(double Seconds, FakeProcess[] Processes)> _moments = new();
    private (double Seconds, FakeProcess[] Processes) _now;

    public string Name => "fake";

    public List<TaskFacets> Asked { get; } = [];

    public void Add(double seconds, params FakeProcess[] processes) => _moments.Enqueue((seconds, processes));

    public TaskSnapshot Read(TaskFacets facets = TaskFacets.None, TaskSnapshot? recycled = null, CancellationToken cancellation = default)
    {
        Asked.Add(facets);
        _now = _moments.TryDequeue(out (double, FakeProcess[]) next) ? next : _now with { Seconds = _now.Seconds + 1 };
        return Make(facets, _now.Seconds, _now.Processes);
    }

    public bool TryRead(int processId, TaskFacets facets, [NotNullWhen(true)] out TaskSnapshot? snapshot)
    {
        FakeProcess[] found = [.. _now.Processes.Where(process => Base + process.Id == processId)];
        snapshot = found.Length == 0 ? null : Make(facets, _now.Seconds, found);
        return snapshot is not null;
    }

    public void Dispose()
    {
    }

    private static TaskSnapshot Make(TaskFacets facets, double seconds, FakeProcess[] all)
    {
        ProcessColumns processes = new(1);
        ThreadColumns threads = new(1);
        foreach (FakeProcess one in all.OrderBy(process => process.Id))
        {
            int first = threads.Count;
            StatFields stat = new()
            {
                UserTicks = one.Ticks, ParentId = one.Parent == 0 ? 0 : Base + one.Parent, ThreadCount = 1 + one.Threads.Length,
            };
            int row = processes.Add(Base + one.Id, stat);
            ulong others = 0;
            foreach ((int _, ulong ticks) in one.Threads)
            {
                others += ticks;
            }

            AddThread(one.Id, one.Ticks - others, one.Name);
            foreach ((int id, ulong ticks) in (facets & TaskFacets.Threads) != 0 ? one.Threads : [])
            {
                AddThread(id, ticks, $"{one.Name}-{id}");
            }

            processes.SetThreads(row, first, threads.Count - first, first);
            if ((facets & TaskFacets.Credentials) != 0)
            {
                processes.SetCredentials(row, one.User, one.User, one.User, one.User);
            }

            void AddThread(int id, ulong ticks, string name) =>
                threads.Add(Base + id, row, Encoding.UTF8.GetBytes(name), new StatFields
                {
                    StartTicks = one.Start, UserTicks = ticks, State = TaskState.Sleeping, Flags = one.IsKernelThread ? ProcessFlags.PF_KTHREAD : 0,
                });
        }

        return new TaskSnapshot(facets, processes, threads, TimeSpan.FromSeconds(seconds));
    }
}
