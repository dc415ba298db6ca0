using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

/// <summary>An entry of a task's directory, or of <c>attr/</c> or <c>ns/</c> in it.</summary>
/// <param name="Number">As <see cref="ProcNode.Entry"/> has it.</param>
/// <param name="Parent">The number of the entry it lies in; 0: the task's directory.</param>
/// <param name="Path">From the task's directory on.</param>
/// <param name="Type">What it is.</param>
/// <param name="Rule">Who may have it.</param>
internal sealed record Entry(int Number, int Parent, byte[] Path, DirectoryEntryType Type, EntryRule Rule)
{
    private readonly int _name = Path.AsSpan().LastIndexOf((byte)'/') + 1;

    /// <summary>Its name.</summary>
    public ReadOnlySpan<byte> Name => Path.AsSpan(_name);

    /// <inheritdoc cref="TaskDirectory.SlotOf"/>
    public int StandingSlot { get; } = TaskDirectory.SlotOf(Path);
}

/// <summary>
/// The entries that this kernel gives to tasks, learned from its own directories of this process: their names in the kernel's order,
/// numbered. <c>attr/</c> and <c>ns/</c> have fixed names, so these are numbered too; what other directories hold is not.
/// </summary>
internal sealed class EntryTable
{
    /// <summary>Number of <c>task</c>; as everywhere.</summary>
    public const int TaskList = ProcContent.TaskListEntry;

    private const int Most = 127; // ProcNode.Entry has seven bits

    private readonly List<Entry?> _entries = [null, null];

    /// <summary>Learns.</summary>
    /// <param name="groupDirectory">This process's <c>/proc/ID</c>.</param>
    /// <param name="threadDirectory">Its <c>task/ID</c>.</param>
    public EntryTable(int groupDirectory, int threadDirectory)
    {
        Group = Learn(groupDirectory, [], 0);
        Thread = Learn(threadDirectory, [], 0);
        foreach (Entry directory in Group.Where(entry => entry.Path.AsSpan().SequenceEqual("attr"u8) || entry.Path.AsSpan().SequenceEqual("ns"u8)).ToArray())
        {
            if (directory.Name.SequenceEqual("attr"u8))
            {
                Attributes = directory.Number;
                AttributeEntries = Learn(groupDirectory, directory.Path, directory.Number);
            }
            else
            {
                Namespaces = directory.Number;
                NamespaceEntries = Learn(groupDirectory, directory.Path, directory.Number);
            }
        }

        foreach (Entry entry in Group)
        {
            Descriptors = entry.Name.SequenceEqual("fd"u8) ? entry.Number : Descriptors;
            DescriptorInfos = entry.Name.SequenceEqual("fdinfo"u8) ? entry.Number : DescriptorInfos;
            Net = entry.Name.SequenceEqual("net"u8) ? entry.Number : Net;
        }
    }

    /// <summary>Entries of <c>/proc/ID</c> in the kernel's order.</summary>
    public Entry[] Group { get; }

    /// <summary>Entries of <c>/proc/ID/task/TID</c>.</summary>
    public Entry[] Thread { get; }

    /// <summary>Entries of <c>attr/</c>.</summary>
    public Entry[] AttributeEntries { get; } = [];

    /// <summary>Entries of <c>ns/</c>.</summary>
    public Entry[] NamespaceEntries { get; } = [];

    /// <summary>Numbers of some directories; -1 where this kernel has none.</summary>
    public int Descriptors { get; } = -1;

    /// <inheritdoc cref="Descriptors"/>
    public int DescriptorInfos { get; } = -1;

    /// <inheritdoc cref="Descriptors"/>
    public int Net { get; } = -1;

    /// <inheritdoc cref="Descriptors"/>
    public int Attributes { get; } = -1;

    /// <inheritdoc cref="Descriptors"/>
    public int Namespaces { get; } = -1;

    /// <summary>An entry by its number; null where there is none.</summary>
    public Entry? this[int number] => (uint)number < (uint)_entries.Count ? _entries[number] : null;

    /// <summary>Entries below a directory that has fixed names, by its number (0: the task's own); null for other directories.</summary>
    public Entry[]? In(int directory, bool thread) =>
        directory == 0 ? (thread ? Thread : Group)
        : directory == Attributes ? AttributeEntries
        : directory == Namespaces ? NamespaceEntries
        : null;

    /// <summary>Finds a name among entries.</summary>
    public static Entry? Find(Entry[] entries, ReadOnlySpan<byte> name)
    {
        foreach (Entry entry in entries)
        {
            if (entry.Name.SequenceEqual(name))
            {
                return entry;
            }
        }

        return null;
    }

    private Entry[] Learn(int directory, byte[] below, int parent)
    {
        List<Entry> learned = [];
        if (Libc.OpenAt(directory, below.Length == 0 ? "."u8 : below, OpenFlags.ReadOnly | OpenFlags.Directory, out int list) != Errno.None)
        {
            return [];
        }

        byte[] buffer = new byte[16384];
        while (Libc.GetDents(list, buffer, out int length) == Errno.None && length > 0)
        {
            DirectoryReader reader = new(buffer.AsSpan(0, length));
            while (reader.MoveNext())
            {
                if (!reader.IsDots)
                {
                    byte[] path = below.Length == 0 ? reader.Name.ToArray() : [.. below, (byte)'/', .. reader.Name];
                    learned.Add(Number(path, parent, reader.Type));
                }
            }
        }

        Libc.Close(list);
        return [.. learned.Where(entry => entry.Number <= Most)];
    }

    private Entry Number(byte[] path, int parent, DirectoryEntryType type)
    {
        if (_entries.FirstOrDefault(known => known is not null && known.Path.AsSpan().SequenceEqual(path)) is { } same)
        {
            return same;
        }

        int number = path.AsSpan().SequenceEqual("task"u8) ? TaskList : _entries.Count;
        Entry entry = new(number, parent, path, type, EntryRules.OfTask(path));
        if (number == TaskList)
        {
            _entries[TaskList] = entry;
        }
        else
        {
            _entries.Add(entry);
        }

        return entry;
    }
}
