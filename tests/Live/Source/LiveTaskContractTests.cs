using Bobbin.Live;
using Bobbin.Procfs;
using Bobbin.Sources;
using Bobbin.Tasks;
using Bobbin.Tests.Fixtures;
using Bobbin.Tests.Tasks;
using Xunit;

namespace Bobbin.Tests.Source;

/// <summary>The contract of task sources on this machine's tasks, where nothing tells ends.</summary>
public sealed class LiveTaskContractTests : TaskSourceContract
{
    protected override ITaskWorld MakeWorld() => new LiveWorld(null);
}

/// <summary>The same, where pidfds tell ends.</summary>
public sealed class PidfdTaskContractTests : TaskSourceContract
{
    protected override ITaskWorld MakeWorld() => new LiveWorld(new PidfdExits(100));
}

/// <summary>The same, with what this machine can do best.</summary>
public sealed class BestTaskContractTests : TaskSourceContract
{
    protected override ITaskWorld MakeWorld() => new LiveWorld(ExitSources.Open(out _));
}

/// <summary>Real processes and threads, made by world.c.</summary>
internal sealed class LiveWorld : ITaskWorld
{
    private readonly LiveProcfs _procfs;
    private readonly LiveTasks _tasks;
    private readonly Actor _maker;

    public LiveWorld(IExitSource? exits)
    {
        if (Native.EffectiveUser != 0)
        {
            exits?.Dispose();
            Assert.Skip("needs root");
        }

        _procfs = LiveProcfs.Open(new ProcView());
        _tasks = new LiveTasks(_procfs, exits);
        _maker = new Actor(Scratch.Compile("world.c"));
    }

    public ITaskSource Source => _tasks;

    public int StartProcess() => _maker.Check("start");

    public int StartThread(int process) => _maker.Check("thread", process);

    public void EndThread(int thread) => _maker.Check("end-thread", thread);

    public void EndProcess(int process) => _maker.Check("end", process);

    public void Reap(int process) => _maker.Check("reap", process);

    public bool TryStartProcessAt(int id) => _maker.Number("start", id) == id;

    public void Dispose()
    {
        _maker.Dispose();
        _tasks.Dispose();
        _procfs.Dispose();
    }
}
