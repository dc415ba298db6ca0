using System.Diagnostics.CodeAnalysis;
using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>A directory of static entries, in the kernel's order: by the length of the name, then by its bytes.</summary>
public sealed class StaticDirectory : StaticEntry
{
    private readonly OpenDirectory _open;
    private StaticEntry[] _entries = [];

    internal StaticDirectory(StaticRegistry registry, StaticDirectory? parent, ReadOnlySpan<byte> name)
        : base(registry, parent, name, FileType.Directory | 0x16D)
    {
        _open = new OpenDirectory(this);
    }

    internal ReadOnlySpan<StaticEntry> Entries => _entries;

    internal override DirectoryEntryType DirectoryType => DirectoryEntryType.Directory;

    internal int CountDirectories()
    {
        int count = 0;
        foreach (StaticEntry entry in _entries)
        {
            count += entry is StaticDirectory ? 1 : 0;
        }

        return count;
    }

    /// <summary>Adds a directory, or gives the one of this name that is there.</summary>
    public StaticDirectory AddDirectory(ReadOnlySpan<byte> name) =>
        TryFind(name, out StaticEntry? there) && there is StaticDirectory directory
            ? directory
            : Add(new StaticDirectory(Registry, this, name));

    /// <summary>Adds a file.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="permissions">Permission bits, such as 0444.</param>
    /// <param name="text">Writes what it says, anew for every reader.</param>
    public StaticFile AddFile(ReadOnlySpan<byte> name, uint permissions, StaticText text) =>
        Add(new StaticFile(Registry, this, name, permissions, text));

    /// <summary>Adds a symbolic link.</summary>
    public StaticLink AddLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target) => Add(new StaticLink(Registry, this, name, target));

    internal bool TryFind(ReadOnlySpan<byte> name, [NotNullWhen(true)] out StaticEntry? entry)
    {
        int index = Find(name);
        entry = index >= 0 ? _entries[index] : null;
        return index >= 0;
    }

    internal override void GetAttributes(ref ProcAttributes attributes)
    {
        base.GetAttributes(ref attributes);
        attributes.Links = (uint)(2 + CountDirectories());
    }

    /// <summary>Lists with dots: an entry's position is its index plus two.</summary>
    internal Errno List(long position, ref DirectoryWriter entries)
    {
        if (position <= 0 && !entries.TryAdd("."u8, Inode, 1, DirectoryEntryType.Directory))
        {
            return Errno.None;
        }

        if (position <= 1 && !entries.TryAdd(".."u8, Parent.Inode, 2, DirectoryEntryType.Directory))
        {
            return Errno.None;
        }

        return ListEntries(Math.Max(position - 2, 0), 2, ref entries);
    }

    /// <summary>Lists the entries from an index on, where entry 0 stands at position <paramref name="first"/>.</summary>
    internal Errno ListEntries(long index, long first, ref DirectoryWriter entries)
    {
        for (; index < _entries.Length; index++)
        {
            StaticEntry entry = _entries[index];
            if (!entries.TryAdd(entry.Name, entry.Inode, first + index + 1, entry.DirectoryType))
            {
                break;
            }
        }

        return Errno.None;
    }

    private protected override ProcFile? Open(in Caller caller) => _open;

    private T Add<T>(T entry)
        where T : StaticEntry
    {
        int index = ~Find(entry.Name);
        if (index < 0)
        {
            throw new ArgumentException("the directory has an entry of this name");
        }

        // A new array each time: readers may be walking the old one.
        _entries = [.. _entries.AsSpan(0, index), entry, .. _entries.AsSpan(index)];
        return entry;
    }

    private int Find(ReadOnlySpan<byte> name)
    {
        StaticEntry[] entries = _entries;
        int low = 0;
        int high = entries.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = Compare(name, entries[middle].Name);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (low, middle - 1) : (middle + 1, high);
        }

        return ~low;
    }

    private static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.SequenceCompareTo(right);

    /// <summary>One for all who open it: a position says everything.</summary>
    private sealed class OpenDirectory(StaticDirectory directory) : ProcFile
    {
        public override Errno List(in Caller caller, long position, ref DirectoryWriter entries) => directory.List(position, ref entries);
    }
}
