using System.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Live;
using Bobbin.Procfs;
using Bobbin.Tasks;
using Bobbin.Tests.Fixtures;

namespace Bobbin.Tests.Source;

/// <summary>The tree over this machine, without a mount: paths are walked here as the kernel would walk them, name by name.</summary>
internal sealed class LiveTree : IDisposable
{
    public LiveTree(ProcView? view = null, string linkBase = "/proc", int pidNamespace = -1)
    {
        View = view ?? new ProcView();
        Procfs = LiveProcfs.Open(View, pidNamespace);
        Tasks = new LiveTasks(Procfs);
        Content = new KernelContent(Procfs, Tasks, Encoding.Latin1.GetBytes(linkBase));
        Tree = new ProcTree(Tasks, Content, View, Content);
    }

    public ProcView View { get; }

    public LiveProcfs Procfs { get; }

    public LiveTasks Tasks { get; }

    public KernelContent Content { get; }

    public ProcTree Tree { get; }

    public static Caller CallerOf(Actor actor, uint user) => new(actor.Id, user, user);

    public Errno Find(in Caller caller, string path, out ProcEntry entry)
    {
        entry = new ProcEntry { Node = ProcNode.Root };
        if (path.Length == 0)
        {
            return Tree.GetAttributes(caller, ProcNode.Root, ref entry.Attributes);
        }

        foreach (string name in path.Split('/'))
        {
            Errno error = Tree.Lookup(caller, entry.Node, Encoding.Latin1.GetBytes(name), ref entry);
            if (error != Errno.None)
            {
                return error;
            }
        }

        return Errno.None;
    }

    public Errno Stat(in Caller caller, string path, out ProcAttributes attributes)
    {
        Errno error = Find(caller, path, out ProcEntry entry);
        attributes = entry.Attributes;
        return error == Errno.None ? Tree.GetAttributes(caller, entry.Node, ref attributes) : error;
    }

    public Errno Open(in Caller caller, string path, int flags, bool directory, out ProcFile? file)
    {
        file = null;
        Errno error = Find(caller, path, out ProcEntry entry);
        return error == Errno.None ? Tree.Open(caller, entry.Node, flags, directory, out file) : error;
    }

    public Errno Cat(in Caller caller, string path, out string text)
    {
        text = "";
        Errno error = Open(caller, path, 0, false, out ProcFile? file);
        if (error != Errno.None)
        {
            return error;
        }

        error = ReadAll(caller, file!, out text);
        file!.Release();
        return error;
    }

    public static Errno ReadAll(in Caller caller, ProcFile file, out string text, int most = 65536)
    {
        byte[] buffer = new byte[65536];
        int length = 0;
        Errno error;
        int count;
        while ((error = file.Read(caller, length, buffer.AsSpan(length, Math.Min(most, buffer.Length) - length), out count)) == Errno.None && count > 0)
        {
            length += count;
        }

        text = Encoding.Latin1.GetString(buffer, 0, length);
        return error;
    }

    public Errno Write(in Caller caller, string path, string text)
    {
        Errno error = Open(caller, path, 1, false, out ProcFile? file);
        if (error != Errno.None)
        {
            return error;
        }

        error = file!.Write(caller, 0, Encoding.Latin1.GetBytes(text), out _);
        file.Release();
        return error;
    }

    public Errno ReadLink(in Caller caller, string path, out string text)
    {
        text = "";
        Errno error = Find(caller, path, out ProcEntry entry);
        if (error != Errno.None)
        {
            return error;
        }

        byte[] buffer = new byte[4096];
        error = Tree.ReadLink(caller, entry.Node, buffer, out int length);
        text = Encoding.Latin1.GetString(buffer, 0, length);
        return error;
    }

    public Errno List(in Caller caller, string path, out List<string> names, List<ulong>? inodes = null)
    {
        names = [];
        Errno error = Find(caller, path, out ProcEntry entry);
        if (error == Errno.None)
        {
            error = Tree.Open(caller, entry.Node, 0, true, out ProcFile? file);
            byte[] buffer = new byte[1000]; // small, so that it takes several calls
            long position = 0;
            while (error == Errno.None)
            {
                DirectoryWriter writer = new(buffer, DirectoryLayout.Getdents64);
                error = Tree.ReadDirectory(caller, entry.Node, file, position, ref writer);
                if (writer.Length == 0 || error != Errno.None)
                {
                    break;
                }

                DirectoryReader reader = new(buffer.AsSpan(0, writer.Length));
                while (reader.MoveNext())
                {
                    names.Add(Encoding.Latin1.GetString(reader.Name));
                    inodes?.Add(reader.Inode);
                    position = reader.Next;
                }
            }

            file?.Release();
        }

        return error;
    }

    public void Dispose()
    {
        Content.Dispose();
        Tasks.Dispose();
        Procfs.Dispose();
    }
}
