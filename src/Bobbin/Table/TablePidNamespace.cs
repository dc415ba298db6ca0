namespace Bobbin.Table;

/// <summary>A pid namespace of a table. Its ids are given as the kernel gives them (<c>kernel/pid.c</c>, <c>alloc_pid</c>).</summary>
public sealed class TablePidNamespace
{
    /// <summary>The deepest level (<c>MAX_PID_NS_LEVEL</c>).</summary>
    public const int DeepestLevel = 32;

    /// <summary>After a wrap ids begin here (<c>RESERVED_PIDS</c>).</summary>
    public const int ReservedIds = 300;

    internal readonly IdPages Pages = new();
    internal readonly TablePidNamespace[] Path;

    private int _next;
    private volatile TableGroup? _reaper;
    private volatile bool _isDead;

    internal TablePidNamespace(TablePidNamespace? parent, ulong inode)
    {
        Parent = parent;
        Level = parent is null ? 0 : parent.Level + 1;
        Inode = inode;
        Path = new TablePidNamespace[Level + 1];
        parent?.Path.CopyTo(Path, 0);
        Path[Level] = this;
    }

    /// <summary>The namespace around it; null for the first.</summary>
    public TablePidNamespace? Parent { get; }

    /// <summary>How deep it lies; 0 is the first.</summary>
    public int Level { get; }

    /// <summary>Its number in <c>ns/pid</c>.</summary>
    public ulong Inode { get; }

    /// <summary>Its init, once the first child is born in it.</summary>
    public TableTask? Init => _reaper?.Leader;

    /// <summary>Its init is dead: no task can be born in it any more.</summary>
    public bool IsDead => _isDead;

    /// <summary>The id given last; setting it (as writing ns_last_pid does) decides the next one.</summary>
    public int LastId
    {
        get => Math.Max(Volatile.Read(ref _next) - 1, 0);
        set => Volatile.Write(ref _next, value + 1);
    }

    internal TableGroup? Reaper
    {
        get => _reaper;
        set => _reaper = value;
    }

    internal void Die() => _isDead = true;

    /// <summary>
    /// The lowest free id from the last one on; behind the end the search goes on at 300, or at 1 as long as ids are below that.
    /// </summary>
    internal bool TryAllocate(int pidMax, out int id)
    {
        int lowest = _next > ReservedIds ? ReservedIds : 1;
        int from = Math.Max(_next, lowest);
        id = Pages.NextFree(from, pidMax);
        if (id < 0 && from > lowest)
        {
            id = Pages.NextFree(lowest, pidMax);
        }

        if (id < 0)
        {
            return false;
        }

        Volatile.Write(ref _next, id + 1);
        Pages.Take(id);
        return true;
    }
}
