using System.Diagnostics.CodeAnalysis;

namespace Bobbin.Procfs;

/// <summary>
/// Numbers static entries in the order of their registration, so that a server which registers the same entries again answers for the
/// nodes that its predecessor gave out.
/// </summary>
internal sealed class StaticRegistry
{
    private readonly ulong _firstNode;
    private readonly ulong _firstInode;
    private StaticEntry[] _entries = [];

    /// <summary>Makes an empty registry whose root is the root of the tree.</summary>
    public StaticRegistry(ulong firstNode, ulong firstInode)
    {
        _firstNode = firstNode;
        _firstInode = firstInode;
        Born = ProcClock.Now;
        Root = new StaticDirectory(this, null, default);
    }

    public long Born { get; }

    public StaticDirectory Root { get; }

    public bool TryGet(ProcNode node, [NotNullWhen(true)] out StaticEntry? entry)
    {
        ulong index = node.Value - _firstNode;
        StaticEntry[] entries = Volatile.Read(ref _entries);
        entry = index < (ulong)entries.Length ? entries[index] : null;
        return entry is not null;
    }

    internal ProcNode Register(StaticEntry entry, out ulong inode)
    {
        ulong index = (ulong)_entries.Length;
        Volatile.Write(ref _entries, [.. _entries, entry]);
        inode = index == 0 ? ProcInode.Root : _firstInode + index - 1;
        return new ProcNode(_firstNode + index);
    }
}
