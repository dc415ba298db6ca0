using System.Buffers.Binary;
using System.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Table;
using Bobbin.Tasks;

namespace Bobbin.Tests.Procfs;

/// <summary>One record of a directory.</summary>
internal sealed record ListedEntry(string Name, ulong Inode, long Next, DirectoryEntryType Type);

/// <summary>A tree over a table, used by paths as a program would, with no mount. Text is Latin-1, so that every byte is itself.</summary>
internal sealed class Proc
{
    public const int Root = 1_000_001; // a caller's thread id that is no task's

    public Proc(TaskTable table, ProcView? view = null, ICallerCredentials? credentials = null, TablePidNamespace? inside = null)
    {
        Table = table;
        Source = new TableSource(table, inside) { CallerMap = id => table.Find(id) };
        credentials ??= BareCredentials.CapableRoot;
        Content = new GeneratedContent(Source, view ?? new ProcView(), credentials);
        Tree = new ProcTree(Source, Content, view ?? new ProcView(), credentials);
    }

    public TaskTable Table { get; }

    public TableSource Source { get; }

    public GeneratedContent Content { get; }

    public ProcTree Tree { get; }

    /// <summary>Who asks: root from outside of the table, until set.</summary>
    public Caller Caller { get; set; } = new(Root, 0, 0);

    public static Caller User(uint id, int thread = Root) => new(thread, id, id);

    /// <summary>The node at a path without links, <c>/1/stat</c>.</summary>
    public Errno Find(string path, out ProcEntry entry)
    {
        entry = new ProcEntry { Node = ProcNode.Root };
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            ProcNode parent = entry.Node;
            Errno error = Tree.Lookup(Caller, parent, Encoding.Latin1.GetBytes(name), ref entry);
            if (error != Errno.None)
            {
                return error;
            }
        }

        return Errno.None;
    }

    public ProcNode Node(string path)
    {
        Errno error = Find(path, out ProcEntry entry);
        return error == Errno.None ? entry.Node : throw new IOException($"{path}: {error}");
    }

    public ProcAttributes Stat(string path)
    {
        ProcAttributes attributes = default;
        Errno error = Tree.GetAttributes(Caller, Node(path), ref attributes);
        return error == Errno.None ? attributes : throw new IOException($"{path}: {error}");
    }

    public Errno TryOpen(string path, int flags, out ProcFile? file)
    {
        file = null;
        Errno error = Find(path, out ProcEntry entry);
        return error == Errno.None ? Tree.Open(Caller, entry.Node, flags, directory: false, out file) : error;
    }

    public ProcFile Open(string path, int flags = 0)
    {
        Errno error = TryOpen(path, flags, out ProcFile? file);
        return error == Errno.None ? file! : throw new IOException($"{path}: {error}");
    }

    /// <summary>Opens, reads to the end and closes.</summary>
    public string Read(string path, int bufferLength = 1 << 16)
    {
        ProcFile file = Open(path);
        string text = ReadAll(file, bufferLength);
        file.Release();
        return text;
    }

    /// <summary>The first errno of open, then read.</summary>
    public Errno ErrnoOfRead(string path)
    {
        Errno error = TryOpen(path, 0, out ProcFile? file);
        if (error == Errno.None)
        {
            error = file!.Read(Caller, 0, new byte[4096], out _);
            file.Release();
        }

        return error;
    }

    public string ReadAll(ProcFile file, int bufferLength = 1 << 16)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[bufferLength];
        while (true)
        {
            Errno error = file.Read(Caller, text.Length, buffer, out int count);
            if (error != Errno.None)
            {
                throw new IOException(error.ToString());
            }

            if (count == 0)
            {
                return text.ToString();
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
    }

    public Errno Write(string path, string data, out int count)
    {
        count = 0;
        Errno error = TryOpen(path, 1, out ProcFile? file);
        if (error == Errno.None)
        {
            error = file!.Write(Caller, 0, Encoding.Latin1.GetBytes(data), out count);
            file.Release();
        }

        return error;
    }

    public Errno ReadLink(string path, out string text)
    {
        byte[] target = new byte[4096];
        text = "";
        Errno error = Find(path, out ProcEntry entry);
        if (error == Errno.None)
        {
            error = Tree.ReadLink(Caller, entry.Node, target, out int length);
            text = Encoding.Latin1.GetString(target, 0, length);
        }

        return error;
    }

    public string Link(string path)
    {
        Errno error = ReadLink(path, out string text);
        return error == Errno.None ? text : throw new IOException($"{path}: {error}");
    }

    /// <summary>One getdents64.</summary>
    public Errno ListOnce(ProcNode node, ProcFile? directory, long position, int bufferLength, List<ListedEntry> entries)
    {
        byte[] buffer = new byte[bufferLength];
        DirectoryWriter writer = new(buffer, DirectoryLayout.Getdents64);
        Errno error = Tree.ReadDirectory(Caller, node, directory, position, ref writer);
        for (int at = 0; at < writer.Length;)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(at + 16));
            ReadOnlySpan<byte> name = buffer.AsSpan(at + 19, length - 19);
            entries.Add(new ListedEntry(
                Encoding.Latin1.GetString(name[..name.IndexOf((byte)0)]),
                BinaryPrimitives.ReadUInt64LittleEndian(buffer.AsSpan(at)),
                BinaryPrimitives.ReadInt64LittleEndian(buffer.AsSpan(at + 8)),
                (DirectoryEntryType)buffer[at + 18]));
            at += length;
        }

        return error;
    }

    /// <summary>Opens, lists to the end and closes.</summary>
    public List<ListedEntry> List(string path, int bufferLength = 4096)
    {
        ProcNode node = Node(path);
        Errno error = Tree.Open(Caller, node, 0, directory: true, out ProcFile? directory);
        List<ListedEntry> entries = [];
        for (int before = -1; error == Errno.None && entries.Count != before;)
        {
            before = entries.Count;
            error = ListOnce(node, directory, before == 0 ? 0 : entries[^1].Next, bufferLength, entries);
        }

        directory?.Release();
        return error == Errno.None ? entries : throw new IOException($"{path}: {error}");
    }

    public string[] Names(string path) => [.. List(path).Select(entry => entry.Name)];
}
