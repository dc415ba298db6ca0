using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;

namespace Bobbin.Live;

// Finding names, and what stat(2) and access(2) say.
public sealed partial class KernelContent
{
    private const int WalkBit = 1;
    private const int PathRoom = 64;

    /// <inheritdoc/>
    public override Errno Lookup(in Caller caller, ProcNode parent, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        if (name.IsEmpty || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) || name.Contains((byte)'/')
            || (parent == ProcNode.Root && name[0] is >= (byte)'0' and <= (byte)'9'))
        {
            return Errno.ENOENT; // in the root a number is a task's name, which is not asked for here
        }

        Errno error = Target.Find(this, parent, stackalloc byte[PathRoom], out Target target);
        if (error != Errno.None)
        {
            // Of a dead task's directories, fdinfo alone has a permission hook that misses it (fs/proc/fd.c).
            return error == Errno.ENOENT && parent.HasTask && parent.Entry != 0 && parent.Entry == Entries.DescriptorInfos ? Errno.ESRCH : error;
        }

        using (target)
        {
            if (parent.Kind is ProcNodeKind.Group or ProcNodeKind.Thread && target.Task is { } task)
            {
                if (Entries.In(parent.Entry, parent.IsThread) is { } fixedNames)
                {
                    return EntryTable.Find(fixedNames, name) is { } found
                        ? LookupEntry(caller, parent, task, found, ref entry)
                        : LookupOwnLink(caller, parent, task, name, ref entry);
                }

                if (parent.Entry == Entries.Descriptors || parent.Entry == Entries.DescriptorInfos)
                {
                    return LookupDescriptor(caller, parent, task, name, ref entry);
                }
            }

            return LookupPath(caller, parent, target, name, ref entry);
        }
    }

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, ProcNode node, ref ProcAttributes attributes)
    {
        Errno error = Target.Find(this, node, stackalloc byte[PathRoom], out Target target);
        if (error != Errno.None)
        {
            return error;
        }

        using (target)
        {
            if (target.Row is { IsOwnLink: true })
            {
                FillOwnLink(target.Inode, ref attributes);
                return Errno.None;
            }

            return Look(caller, target.Task, target.Base, target.Path, target.Walk, target.Inode, ref attributes);
        }
    }

    /// <inheritdoc/>
    public override Errno SetAttributes(in Caller caller, ProcNode node, uint which, in ProcAttributes values)
    {
        const uint modeBit = 1, ownerBits = 2 | 4, sizeBit = 8;
        if ((which & modeBit) != 0)
        {
            return Errno.EPERM;
        }

        ProcAttributes now = default;
        Errno error = GetAttributes(caller, node, ref now);
        if (error != Errno.None)
        {
            return error;
        }

        CallerIdentity who = Identify(caller);
        if ((which & ownerBits) != 0)
        {
            return who.Has((int)Capability.CAP_CHOWN) ? Errno.None : Errno.EPERM; // and the kernel forgets it soon, too
        }

        if ((which & sizeBit) != 0)
        {
            return Access(caller, node, WriteBit);
        }

        return who.UserId == now.UserId || who.Has((int)Capability.CAP_FOWNER) || Access(caller, node, WriteBit) == Errno.None
            ? Errno.None
            : Errno.EPERM;
    }

    /// <inheritdoc/>
    public override Errno Access(in Caller caller, ProcNode node, int mask)
    {
        Errno error = Target.Find(this, node, stackalloc byte[PathRoom], out Target target);
        if (error != Errno.None)
        {
            return error;
        }

        using (target)
        {
            if (target.Row is { IsOwnLink: true })
            {
                return Errno.None;
            }

            const EntryRule hooks = EntryRule.OpenToOwnGroup | EntryRule.Trace;
            bool directory = (target.Rule & EntryRule.OpenToOwnGroup) != 0 || target.Path.SequenceEqual("fdinfo"u8);
            EntryRule rule = (target.Walk | (directory ? target.Rule & hooks : EntryRule.None)) & ~EntryRule.Public;
            if (directory && TryOwnGroup(caller, target, mask, out error))
            {
                return error;
            }

            error = Enter(caller, target.Task, rule, mask, target.Path, out Passage passage);
            if (error == Errno.None)
            {
                error = Libc.AccessAt(target.Base, target.Path, mask, At.EffectiveAccess | At.SymlinkNoFollow);
                passage.Dispose();
            }

            return error;
        }
    }

    /// <summary>
    /// Directories that are open to their own group whatever their mode (<c>proc_fd_permission</c>): asked by this process, the kernel would
    /// say so of this process's own, and not of the caller's.
    /// </summary>
    private bool TryOwnGroup(in Caller caller, in Target target, int mask, out Errno error)
    {
        error = Errno.None;
        if (target.Task is not { IsAlive: true } task || (target.Rule & EntryRule.OpenToOwnGroup) == 0)
        {
            return false;
        }

        CallerIdentity who = Identify(caller);
        if (IsCallersOwn(caller, who, task.GroupId, ofThread: false))
        {
            return true;
        }

        error = IsServer(task) && who.IsServerLike ? CheckOwner(who, task, target.Path, mask) : Errno.None;
        return error != Errno.None;
    }

    private Errno LookupEntry(in Caller caller, ProcNode parent, TaskDirectory task, Entry found, ref ProcEntry entry)
    {
        entry.Node = ProcNode.OfTask(task.Key, task.IsThread, found.Number);
        if ((found.Rule & (EntryRule.WrittenByItself | EntryRule.MapsIds)) != 0 && _detours.IsOnWay(caller.ThreadId, entry.Node))
        {
            return AddOwnLink(parent, task, found.Path, isDetour: true, ref entry);
        }

        entry.IsLasting = found.Parent == 0;
        return Look(default, null, task.Descriptor, found.Path, EntryRule.Public, ProcInode.Of(entry.Node), ref entry.Attributes);
    }

    private Errno LookupDescriptor(in Caller caller, ProcNode parent, TaskDirectory task, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        bool info = parent.Entry == Entries.DescriptorInfos;
        if (!DecimalName.TryParse(name, out uint number))
        {
            // Such a name is nowhere; the kernel still says first whether the caller may walk here.
            byte[] path = [.. info ? "fdinfo/"u8 : "fd/"u8, .. name];
            (EntryRule walk, _) = EntryRules.BelowTask(path);
            Errno walked = Look(caller, task, task.Descriptor, path, walk, 0, ref entry.Attributes);
            return walked == Errno.ENOENT ? LookupOwnLink(caller, parent, task, name, ref entry) : walked;
        }

        if (number >= ProcNode.DescriptorLimit)
        {
            return AddPath(caller, parent, task, task.Descriptor, [.. info ? "fdinfo/"u8 : "fd/"u8, .. name], ref entry);
        }

        entry.Node = ProcNode.OfDescriptor(task.Key, task.IsThread, (int)number, info);
        Errno error = Target.Find(this, entry.Node, stackalloc byte[PathRoom], out Target target);
        if (error != Errno.None)
        {
            return error;
        }

        using (target)
        {
            return Look(caller, task, task.Descriptor, target.Path, target.Walk, target.Inode, ref entry.Attributes);
        }
    }

    private Errno LookupPath(in Caller caller, ProcNode parent, in Target target, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        if (target.Path.Length + name.Length + 1 >= Libc.PathMax)
        {
            return Errno.ENAMETOOLONG;
        }

        // The root's own names are the same for everybody, and found by their path each time they are opened: one that goes away meanwhile
        // answers ENOENT then, as the kernel does.
        entry.IsLasting = parent == ProcNode.Root;
        if (Paths.TryRefer(parent, name, out PathRow? known))
        {
            entry.Node = ProcNode.OfPath(known.Index);
            Errno error = Look(caller, target.Task, target.Base, known.Path, known.Walk, known.Inode, ref entry.Attributes);
            if (error != Errno.None)
            {
                Paths.Forget(known.Index, 1);
            }

            return error;
        }

        byte[] path = target.Path.SequenceEqual("."u8) ? name.ToArray() : [.. target.Path, (byte)'/', .. name];
        return AddPath(caller, parent, target.Task, target.Base, path, ref entry);
    }

    private Errno AddPath(in Caller caller, ProcNode parent, TaskDirectory? task, int from, byte[] path, ref ProcEntry entry)
    {
        (EntryRule walk, EntryRule rule) = task is null ? EntryRules.BelowRoot(path) : EntryRules.BelowTask(path);
        Errno error = Look(caller, task, from, path, walk, 0, ref entry.Attributes, out ulong kernelInode);
        if (error != Errno.None)
        {
            return error;
        }

        TaskKey? key = task?.Key;
        bool thread = task is { IsThread: true };
        ulong inode = InodeOf(parent, path.AsSpan(path.AsSpan().LastIndexOf((byte)'/') + 1), kernelInode);
        PathRow? row = Paths.Add(index => new PathRow(index, parent, path, key, thread, walk, rule) { Inode = inode });
        if (row is null)
        {
            return Errno.ENFILE;
        }

        entry.Node = ProcNode.OfPath(row.Index);
        entry.Attributes.Inode = row.Inode;
        return Errno.None;
    }

    /// <summary>Static entries have fixed numbers in the kernel (<c>PROC_DYNAMIC_FIRST</c> on); all others are named by where they are.</summary>
    internal static ulong InodeOf(ProcNode parent, ReadOnlySpan<byte> name, ulong kernelInode) =>
        kernelInode is >= ProcInode.Self and <= uint.MaxValue ? kernelInode : PathTable.HashOf(parent.Value, name);

    private Errno Look(in Caller caller, TaskDirectory? task, int from, ReadOnlySpan<byte> path, EntryRule walk, ulong inode, ref ProcAttributes attributes) =>
        Look(caller, task, from, path, walk, inode, ref attributes, out _);

    private Errno Look(
        in Caller caller, TaskDirectory? task, int from, ReadOnlySpan<byte> path, EntryRule walk, ulong inode, ref ProcAttributes attributes, out ulong kernelInode)
    {
        Errno error = Enter(caller, task, walk, WalkBit, default, out Passage passage);
        Statx stat = default;
        if (error == Errno.None)
        {
            error = Libc.StatAt(from, path, At.SymlinkNoFollow, out stat);
            passage.Dispose();
        }

        kernelInode = stat.Inode;
        Fill(stat, inode, ref attributes);
        return error;
    }
}
