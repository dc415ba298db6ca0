using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;

namespace Bobbin.Live;

// Whose task directories a caller finds. The instance has the view's options itself, so the kernel answers; only for the machine's own
// /proc, which has other options than the view, the same is asked by hand.
public sealed partial class KernelContent
{
    /// <inheritdoc/>
    public override Errno GetTaskDirectory(in Caller caller, TaskKey task, bool thread, ref ProcAttributes attributes)
    {
        ProcNode node = ProcNode.OfTask(task, thread);
        Errno error = Directories.Rent(node, out TaskDirectory directory);
        if (error != Errno.None)
        {
            return error;
        }

        Statx stat = default;
        if (IsHiding && !_procfs.IsOwn)
        {
            error = _procfs.View.HidePid >= HidePid.Invisible ? LookByHand(caller, directory) : Errno.None;
            error = error == Errno.None ? Libc.Stat(directory.Descriptor, out stat)
                : error.IsShortage ? error
                : Errno.ENOENT;
        }
        else
        {
            error = EnterHiding(caller, directory, out Passage passage);
            if (error == Errno.None)
            {
                error = Libc.Stat(directory.Descriptor, out stat);
                passage.Dispose();
            }
        }

        Directories.Return(directory);
        Fill(stat, ProcInode.Of(node), ref attributes);
        return error;
    }

    /// <inheritdoc/>
    public override Errno EnterTaskDirectory(in Caller caller, TaskKey task)
    {
        if (!IsHiding)
        {
            return Errno.None;
        }

        Errno error = Directories.Rent(ProcNode.OfTask(task, thread: false), out TaskDirectory directory);
        if (error != Errno.None)
        {
            return error == Errno.ENOENT ? Errno.ESRCH : error;
        }

        if (!_procfs.IsOwn)
        {
            error = LookByHand(caller, directory);
            error = error == Errno.None || error.IsShortage ? error
                : _procfs.View.HidePid == HidePid.NoAccess ? Errno.EPERM
                : Errno.ENOENT;
        }
        else
        {
            error = EnterHiding(caller, directory, out Passage passage);
            if (error == Errno.None)
            {
                error = Libc.StatAt(directory.Descriptor, "."u8, 0, out _, Statx.InodeOnly);
                passage.Dispose();
            }
        }

        Directories.Return(directory);
        return error;
    }

    /// <inheritdoc/>
    public override Errno ListTasks(in Caller caller, int from, bool everyThread, Span<int> ids, out int count)
    {
        if (_procfs.View.HidePid < HidePid.Invisible)
        {
            return everyThread ? _tasks.ListTasks(from, ids, out count) : _tasks.ListGroups(from, ids, out count);
        }

        if (!everyThread)
        {
            return ListVisibleGroups(caller, from, ids, out count);
        }

        List<int> groups = [];
        Span<int> batch = stackalloc int[512];
        int next = 1;
        Errno error;
        while ((error = ListVisibleGroups(caller, next, batch, out count)) == Errno.None && count > 0)
        {
            groups.AddRange(batch[..count]);
            next = batch[count - 1] + 1;
        }

        count = 0;
        if (error == Errno.None)
        {
            error = ThreadSnapshot.Take(_tasks, out ThreadSnapshot? snapshot);
            count = snapshot?.ListOf(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(groups), from, ids) ?? 0;
        }

        return error;
    }

    private Errno ListVisibleGroups(in Caller caller, int from, Span<int> ids, out int count)
    {
        CallerIdentity who = Identify(caller);
        if (!_procfs.IsOwn || who.IsForeign || IsOutOfDomain(caller, who, null))
        {
            return ListByHand(caller, from, ids, out count);
        }

        count = 0;
        Errno error = EnterHiding(caller, null, out Passage passage);
        if (error == Errno.None)
        {
            error = LiveTasks.ListGroups(Roots, from, ids, out count);
            passage.Dispose();
        }

        return error;
    }

    private Errno ListByHand(in Caller caller, int from, Span<int> ids, out int written)
    {
        Span<int> batch = stackalloc int[256];
        written = 0;
        Errno error = Errno.None;
        int count = batch.Length;
        while (error == Errno.None && written < ids.Length && count > 0)
        {
            error = _tasks.ListGroups(from, batch, out count);
            for (int i = 0; i < count && error == Errno.None && written < ids.Length; i++)
            {
                from = batch[i] + 1;
                Errno look = Directories.RentAny(batch[i], false, out TaskDirectory directory);
                if (look == Errno.None)
                {
                    look = LookByHand(caller, directory);
                    Directories.Return(directory);
                }

                if (look == Errno.None)
                {
                    ids[written++] = batch[i];
                }

                error = look.IsShortage ? look : Errno.None; // else it is gone, or hidden
            }
        }

        return error;
    }

    /// <summary>Directories open on the root that is shown.</summary>
    private DirectoryPool Roots =>
        _roots ?? Interlocked.CompareExchange(ref _roots, new DirectoryPool(Directories), null) ?? _roots!;

    /// <summary>
    /// Prepares a call whose answer hidepid may change. A caller whose user namespace we cannot be in gets what its groups give, and what it
    /// may trace as we see by hand.
    /// </summary>
    private Errno EnterHiding(in Caller caller, TaskDirectory? directory, out Passage passage)
    {
        passage = default;
        if (!IsHiding)
        {
            return Errno.None;
        }

        CallerIdentity who = Identify(caller);
        if (who.Error != Errno.None)
        {
            return who.Error;
        }

        if (directory is not null && IsCallersOwn(caller, who, directory.GroupId, ofThread: false))
        {
            return Errno.None;
        }

        return (who.IsForeign && (directory is null || CheckTrace(who, directory) != Errno.None)) || IsOutOfDomain(caller, who, directory)
            ? Passage.AsNobody(_server, who, out passage)
            : Passage.AsCaller(_server, who, out passage);
    }

    /// <summary>The kernel's test (<c>fs/proc/base.c</c>, has_pid_permissions) for a caller whose rights this process shares.</summary>
    private Errno LookByHand(in Caller caller, TaskDirectory directory)
    {
        CallerIdentity who = Identify(caller);
        if (who.Error != Errno.None)
        {
            return who.Error;
        }

        if ((_procfs.View.HidePid < HidePid.Ptraceable && who.IsInGroup(_procfs.View.Gid))
            || IsCallersOwn(caller, who, directory.GroupId, ofThread: false))
        {
            return Errno.None;
        }

        if (IsOutOfDomain(caller, who, directory))
        {
            return Errno.EACCES;
        }

        Errno error = EnterAsCaller(who, directory, EntryRule.Trace, writes: false, out Passage passage);
        if (error != Errno.None)
        {
            return error;
        }

        Span<byte> text = stackalloc byte[64];
        error = Libc.ReadLinkAt(directory.Descriptor, "ns/user"u8, text, out _);
        passage.Dispose();
        return error;
    }

    internal static void Fill(in Statx stat, ulong inode, ref ProcAttributes attributes)
    {
        attributes.Inode = inode;
        attributes.Mode = stat.Mode;
        attributes.Links = stat.Links;
        attributes.UserId = stat.UserId;
        attributes.GroupId = stat.GroupId;
        attributes.Size = stat.Size;
        attributes.Time = stat.Modified.Total;
    }
}
