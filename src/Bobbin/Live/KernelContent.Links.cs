using System.Buffers;
using System.Buffers.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

// Links. The kernel's lead to open files themselves; ours can only say a path. Most texts are good paths. Those that are not:
// `pipe:[5]` and its like are relative, so following one asks for that name in the directory: it is answered with a link into a
// kernel procfs that the caller can reach. Texts that begin with a slash cannot be saved so: see ReplaceDeleted.
public sealed partial class KernelContent
{
    /// <inheritdoc/>
    public override Errno ReadLink(in Caller caller, ProcNode node, Span<byte> target, out int length)
    {
        length = 0;
        Errno error = Target.Find(this, node, stackalloc byte[PathRoom], out Target found);
        if (error != Errno.None)
        {
            return error;
        }

        using (found)
        {
            if (found.Row is { IsOwnLink: true } row && found.Task is not null)
            {
                return ReadOwnLink(caller, row, found.Task, target, out length);
            }

            // Of a static link everybody may read the text, and these are few: mounts, net and their like.
            EntryRule rule = found.Task is null ? found.Walk : found.Rule & ~EntryRule.ReaderCounts;
            error = Enter(caller, found.Task, rule, 0, default, out Passage passage);
            if (error != Errno.None)
            {
                return error;
            }

            error = Libc.ReadLinkAt(found.Base, found.Path, target, out length);
            passage.Dispose();
            if (error == Errno.None && found.Task is not null && !_linkBase.AsSpan().IsEmpty)
            {
                ReplaceDeleted(caller, found.Task, found.Path, target, ref length);
            }

            return error;
        }
    }

    private static void FillOwnLink(ulong inode, ref ProcAttributes attributes)
    {
        attributes.Inode = inode;
        attributes.Mode = FileType.Link | 0x1FF;
        attributes.Links = 1;
    }

    /// <summary>A name that is no entry's, in <c>fd</c> or <c>ns</c>: the text of one of the links there, being followed.</summary>
    private Errno LookupOwnLink(in Caller caller, ProcNode parent, TaskDirectory task, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        bool hasLinks = parent.Entry == Entries.Descriptors || parent.Entry == Entries.Namespaces;
        if (!hasLinks || _linkBase.Length == 0 || !name.Contains((byte)':'))
        {
            return Errno.ENOENT;
        }

        byte[] directory = Entries[parent.Entry]!.Path;
        Errno error = FindLink(caller, task, directory, name, stackalloc byte[PathRoom], out _);
        if (error != Errno.None)
        {
            return error;
        }

        return AddOwnLink(parent, task, [.. directory, (byte)'/', .. name], isDetour: false, ref entry);
    }

    private Errno AddOwnLink(ProcNode parent, TaskDirectory task, byte[] path, bool isDetour, ref ProcEntry entry)
    {
        TaskKey key = task.Key;
        bool thread = task.IsThread;
        ulong inode = PathTable.HashOf(parent.Value, path);
        PathRow? row = Paths.Add(index => new PathRow(index, parent, path, key, thread, EntryRule.Trace, EntryRule.Trace)
        {
            Inode = inode,
            IsOwnLink = true,
            IsDetour = isDetour,
        });
        if (row is null)
        {
            return Errno.ENFILE;
        }

        entry.Node = ProcNode.OfPath(row.Index);
        FillOwnLink(inode, ref entry.Attributes);
        return Errno.None;
    }

    private Errno ReadOwnLink(in Caller caller, PathRow row, TaskDirectory task, Span<byte> target, out int length)
    {
        length = 0;
        if (row.IsDetour)
        {
            _detours.End(caller.ThreadId);
            return WriteKernelPath(caller, task, row.Path, target, out length);
        }

        ReadOnlySpan<byte> directory = row.Path.AsSpan(0, row.Path.Length - row.Name.Length - 1);
        Span<byte> room = stackalloc byte[PathRoom];
        Errno error = FindLink(caller, task, directory, row.Name, room, out int found);
        return error == Errno.None ? WriteKernelPath(caller, task, room[..found], target, out length) : error;
    }

    /// <summary>Finds a link in a directory by its text; ENOENT where there is none, or none that the caller may read.</summary>
    private Errno FindLink(in Caller caller, TaskDirectory task, ReadOnlySpan<byte> directory, ReadOnlySpan<byte> text, Span<byte> path, out int length)
    {
        length = 0;
        EntryRule rule = EntryRule.Trace | (directory.SequenceEqual("fd"u8) ? EntryRule.OpenToOwnGroup : EntryRule.None);
        Errno error = Enter(caller, task, rule, ReadBit, default, out Passage passage);
        if (error != Errno.None)
        {
            return error;
        }

        if (directory.SequenceEqual("ns"u8))
        {
            error = FindNamespace(task, text, path, out length) ? Errno.None : Errno.ENOENT;
            passage.Dispose();
            return error;
        }

        error = Directories.OpenAt(task.Descriptor, directory, OpenFlags.ReadOnly | OpenFlags.Directory, out int list);
        if (error == Errno.None)
        {
            error = FindLinkIn(list, text, path[(directory.Length + 1)..], out int name) ? Errno.None : Errno.ENOENT;
            directory.CopyTo(path);
            path[directory.Length] = (byte)'/';
            length = directory.Length + 1 + name;
            Libc.Close(list);
        }

        passage.Dispose();
        return error;
    }

    /// <summary>Names in <c>ns</c> are known: a zombie's owner may follow them, and not list the directory, which is root's.</summary>
    private bool FindNamespace(TaskDirectory task, ReadOnlySpan<byte> text, Span<byte> path, out int length)
    {
        Span<byte> other = stackalloc byte[64];
        foreach (Entry link in Entries.In(Entries.Namespaces, task.IsThread)!)
        {
            if (Libc.ReadLinkAt(task.Descriptor, link.Path, other, out int otherLength) == Errno.None && other[..otherLength].SequenceEqual(text))
            {
                link.Path.CopyTo(path);
                length = link.Path.Length;
                return true;
            }
        }

        length = 0;
        return false;
    }

    private static bool FindLinkIn(int list, ReadOnlySpan<byte> text, Span<byte> name, out int length)
    {
        length = 0;
        bool found = false;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(8192);
        Span<byte> other = stackalloc byte[256];
        while (!found && Libc.GetDents(list, buffer, out int read) == Errno.None && read > 0)
        {
            DirectoryReader reader = new(buffer.AsSpan(0, read));
            while (!found && reader.MoveNext())
            {
                found = reader.Type == DirectoryEntryType.Link && reader.Name.Length <= name.Length
                    && Libc.ReadLinkAt(list, reader.Name, other, out int otherLength) == Errno.None
                    && other[..otherLength].SequenceEqual(text);
                if (found)
                {
                    reader.Name.CopyTo(name);
                    length = reader.Name.Length;
                }
            }
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return found;
    }

    /// <summary>
    /// The text of what was deleted, or never had a name (memfd), leads nowhere, or even to another file. To its own process, which
    /// is who opens such links, it is shown as the path that works.
    /// </summary>
    private void ReplaceDeleted(in Caller caller, TaskDirectory task, ReadOnlySpan<byte> path, Span<byte> target, ref int length)
    {
        if (target[..length].EndsWith(" (deleted)"u8)
            && IsCallersOwn(caller, Identify(caller), task.GroupId, ofThread: false)
            && WriteKernelPath(caller, task, path, target, out int replaced) == Errno.None)
        {
            length = replaced;
        }
    }

    /// <summary>The path of something of a task in the kernel's procfs. A caller's own goes by <c>self</c>, right in any pid namespace.</summary>
    private Errno WriteKernelPath(in Caller caller, TaskDirectory task, ReadOnlySpan<byte> path, Span<byte> target, out int length)
    {
        length = 0;
        Span<byte> who = stackalloc byte[16];
        int end;
        int id = task.Key.Id;
        if (IsCallersOwn(caller, Identify(caller), id, ofThread: false) && !task.IsThread)
        {
            "self"u8.CopyTo(who);
            end = 4;
        }
        else if (IsCallersOwn(caller, Identify(caller), id, ofThread: true))
        {
            "thread-self"u8.CopyTo(who);
            end = 11;
        }
        else
        {
            Utf8Formatter.TryFormat(id, who, out end);
        }

        if (_linkBase.Length + end + path.Length + 2 > target.Length)
        {
            return Errno.ENAMETOOLONG;
        }

        _linkBase.CopyTo(target);
        length = _linkBase.Length;
        target[length++] = (byte)'/';
        who[..end].CopyTo(target[length..]);
        length += end;
        target[length++] = (byte)'/';
        path.CopyTo(target[length..]);
        length += path.Length;
        return Errno.None;
    }
}
