using Bobbin.Table;
using Bobbin.Tasks;
using Bobbin.Tests.Tasks;

namespace Bobbin.Tests.Table;

/// <summary>The contract, on a table's first namespace.</summary>
public sealed class TableSourceTests : TaskSourceContract
{
    protected override ITaskWorld MakeWorld() => new TableWorld(nested: false);
}

/// <summary>The contract, on a nested namespace of a table.</summary>
public sealed class NestedTableSourceTests : TaskSourceContract
{
    protected override ITaskWorld MakeWorld() => new TableWorld(nested: true);
}

internal sealed class TableWorld : ITaskWorld
{
    private readonly TableTask _parent;
    private readonly TableSource _source;

    public TableWorld(bool nested)
    {
        TaskTable table = TaskTable.Boot(TableClock.StoppedAt(0));
        _parent = table.Init.Spawn(TableProgram.Parse("/bin/parent"u8));
        if (nested)
        {
            _parent.Unshare(CloneFlags.CLONE_NEWPID);
            _parent = _parent.Fork();
        }

        _source = new TableSource(table, _parent.PidNamespace);
        _source.CallerMap = Find;
    }

    public ITaskSource Source => _source;

    public int StartProcess() => _parent.Fork().IdIn(_source.Namespace);

    public int StartThread(int process) => Find(process)!.CloneThread().IdIn(_source.Namespace);

    public void EndThread(int thread) => Find(thread)!.Exit();

    public void EndProcess(int process) => Find(process)!.ExitGroup();

    public void Reap(int process) => Xunit.Assert.True(_parent.TryReap(Find(process)!, out _));

    public bool TryStartProcessAt(int id)
    {
        _source.Namespace.LastId = id - 1;
        return StartProcess() == id;
    }

    public void Dispose() { }

    private TableTask? Find(int id) => _source.Table.Find(id, _source.Namespace);
}
