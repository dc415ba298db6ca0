using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

// Opening files and directories, and listing what needs no open one.
public sealed partial class KernelContent
{
    private const int KeptFlags = OpenFlags.AccessMode | OpenFlags.NonBlocking | OpenFlags.Append | OpenFlags.Truncate;

    /// <inheritdoc/>
    public override Errno Open(in Caller caller, ProcNode node, int flags, bool directory, out ProcFile? file)
    {
        file = null;
        Errno error = Target.Find(this, node, stackalloc byte[PathRoom], out Target target);
        if (error != Errno.None)
        {
            return error;
        }

        using (target)
        {
            if (target.Row is { IsOwnLink: true })
            {
                return Errno.ELOOP;
            }

            int mask = directory ? ReadBit : Permissions.MaskOf(flags);
            EntryRule rule = target.Rule | (target.Walk & ~EntryRule.Public);
            if ((rule & EntryRule.Masked) != 0)
            {
                rule |= EntryRule.Public; // everybody may open it; who reads decides what it says
            }

            bool mayStand = target.StandingSlot >= 0 && (rule & EntryRule.Public) != 0 && !IsHiding && !directory && (flags & KeptFlags) == 0;
            if (mayStand && KernelFile.TryReopen(this, target, out file))
            {
                return Errno.None;
            }

            if ((mask & WriteBit) != 0 && IsDetourNeeded(caller, target) && _detours.TryBegin(caller.ThreadId, node))
            {
                return Errno.ESTALE;
            }

            int kernelFlags = OpenFlags.NoFollow | OpenFlags.NoControllingTerminal
                | (directory ? OpenFlags.ReadOnly | OpenFlags.Directory : flags & KeptFlags);
            error = OpenAs(caller, target, rule, mask, kernelFlags, out int descriptor);
            if (error != Errno.None)
            {
                return error;
            }

            file = directory
                ? KernelDirectory.Rent(this, node, target, descriptor)
                : KernelFile.Rent(this, target, descriptor, mayStand);
            return Errno.None;
        }
    }

    /// <inheritdoc/>
    public override Errno ListStatic(in Caller caller, int index, ref DirectoryWriter entries, out bool done)
    {
        done = false;
        Errno error = Roots.Rent(out int root);
        if (error != Errno.None)
        {
            return error;
        }

        Span<byte> buffer = stackalloc byte[4096];
        long position = index + 2L;
        bool fits = true;
        error = Libc.Seek(root, position);
        while (error == Errno.None && fits && position < StaticNames.End)
        {
            error = Libc.GetDents(root, buffer, out int length);
            if (length == 0)
            {
                break;
            }

            DirectoryReader reader = new(buffer[..length]);
            while (fits && position < StaticNames.End && reader.MoveNext())
            {
                fits = entries.TryAdd(reader.Name, InodeOf(ProcNode.Root, reader.Name, reader.Inode), reader.Next, reader.Type);
                position = reader.Next;
            }
        }

        Roots.Return(root);
        done = error == Errno.None && fits;
        return error;
    }

    /// <inheritdoc/>
    public override Errno ListTaskDirectory(in Caller caller, TaskKey task, bool thread, long position, ref DirectoryWriter entries)
    {
        ulong own = ProcInode.OfTask(task.Id, thread, 0);
        if (position <= 0 && !entries.TryAdd("."u8, own, 1, DirectoryEntryType.Directory))
        {
            return Errno.None;
        }

        int group = 0;
        if (thread && position <= 1 && _tasks.FindGroup(task, out group) is var error && error.IsShortage)
        {
            return entries.Length == 0 ? error : Errno.None;
        }

        ulong parent = group != 0 ? ProcInode.OfTask(group, false, EntryTable.TaskList) : ProcInode.Root;
        if (position <= 1 && !entries.TryAdd(".."u8, parent, 2, DirectoryEntryType.Directory))
        {
            return Errno.None;
        }

        Entry[] names = thread ? Entries.Thread : Entries.Group;
        for (long index = Math.Max(position - 2, 0); index < names.Length; index++)
        {
            Entry entry = names[index];
            if (!entries.TryAdd(entry.Name, ProcInode.OfTask(task.Id, thread, entry.Number), index + 3, entry.Type))
            {
                break;
            }
        }

        return Errno.None;
    }

    /// <inheritdoc/>
    public override Errno GetDeadAttributes(ProcNode node, bool isDirectory, ref ProcAttributes attributes) =>
        node.Entry != 0 && node.Entry == Entries.Descriptors
            ? Errno.ENOENT
            : base.GetDeadAttributes(node, isDirectory, ref attributes);

    /// <inheritdoc/>
    public override bool IsOfDeadTask(ProcNode node)
    {
        if (!Paths.TryGet(node.Index, out PathRow? row) || row.Task is not { } task)
        {
            return false;
        }

        Errno error = Directories.Rent(ProcNode.OfTask(task, row.IsThread), out TaskDirectory directory);
        if (error != Errno.None)
        {
            return error == Errno.ENOENT;
        }

        bool dead = !directory.IsAlive;
        Directories.Return(directory);
        return dead;
    }

    /// <inheritdoc/>
    public override Errno DeadLink(ProcNode node) =>
        node.Entry != 0 && Entries[node.Entry]?.Parent == Entries.Namespaces ? Errno.EACCES : Errno.ENOENT;

    /// <inheritdoc/>
    public override Errno ChangesRefusedWith(ProcNode directory) =>
        directory.Kind == ProcNodeKind.Path && Paths.TryGet(directory.Index, out PathRow? row) && row.Task is null
            && (row.Path.AsSpan().SequenceEqual("sys"u8) || row.Path.AsSpan().StartsWith("sys/"u8))
            ? Errno.EACCES
            : Errno.EPERM;

    /// <summary>
    /// Whether the kernel would let the caller write this file of its own, but not us for it: names and labels of itself, and the ids
    /// of a user namespace that we are not in.
    /// </summary>
    private bool IsDetourNeeded(in Caller caller, in Target target)
    {
        if (_linkBase.Length == 0 || target.Task is null || caller.ThreadId <= 0 || IsServer(target.Task)
            || (target.Rule & (EntryRule.WrittenByItself | EntryRule.MapsIds)) == 0)
        {
            return false;
        }

        CallerIdentity who = Identify(caller);
        return IsCallersOwn(caller, who, target.Task.GroupId, ofThread: false)
            && ((target.Rule & EntryRule.WrittenByItself) != 0 || who.IsForeign);
    }

    /// <summary>Keeps a task's directory for an open file, beside whoever uses it now.</summary>
    internal TaskDirectory? Keep(TaskDirectory? task)
    {
        if (task is not null)
        {
            Directories.Share(task);
        }

        return task;
    }

    /// <summary>Gives back what <see cref="Keep"/> took.</summary>
    internal void Drop(TaskDirectory? task)
    {
        if (task is not null)
        {
            Directories.Return(task);
        }
    }

    /// <summary>The inode number of the directory that a directory lies in.</summary>
    internal ulong ParentInodeOf(ProcNode node, PathRow? row)
    {
        if (row is null)
        {
            int parent = Entries[node.Entry]?.Parent ?? 0;
            return ProcInode.OfTask(node.Id, node.IsThread, parent);
        }

        return row.Parent == ProcNode.Root ? ProcInode.Root
            : row.Parent.Kind == ProcNodeKind.Path && Paths.TryGet(row.Parent.Index, out PathRow? above) ? above.Inode
            : ProcInode.Of(row.Parent);
    }

    /// <summary>The inode number of a name in a directory.</summary>
    internal ulong InodeIn(ProcNode directory, ReadOnlySpan<byte> name, ulong kernelInode)
    {
        if (directory.Kind is ProcNodeKind.Group or ProcNodeKind.Thread)
        {
            bool info = directory.Entry == Entries.DescriptorInfos;
            if ((info || directory.Entry == Entries.Descriptors) && DecimalName.TryParse(name, out uint number) && number < ProcNode.DescriptorLimit)
            {
                return ProcInode.OfDescriptor(directory.Id, directory.IsThread, (int)number, info);
            }

            if (Entries.In(directory.Entry, directory.IsThread) is { } names && EntryTable.Find(names, name) is { } entry)
            {
                return ProcInode.OfTask(directory.Id, directory.IsThread, entry.Number);
            }
        }

        return InodeOf(directory, name, kernelInode);
    }

    private Errno OpenAs(in Caller caller, in Target target, EntryRule rule, int mask, int flags, out int descriptor)
    {
        descriptor = -1;
        Errno error = Enter(caller, target.Task, rule, mask, target.Path, out Passage passage);
        if (error != Errno.None)
        {
            return error;
        }

        error = Directories.OpenAt(target.Base, target.Path, flags, out descriptor);
        passage.Dispose();
        return error;
    }
}
