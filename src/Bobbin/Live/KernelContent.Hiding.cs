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
        if (!Directories.TryRent(node, out TaskDirectory? directory))
        {
            return Errno.ENOENT;
        }

        Errno error;
        Statx stat = default;
        if (IsHiding && !_procfs.IsOwn)
        {
            error = _procfs.View.HidePid >= HidePid.Invisible && !MayLookByHand(caller, directory)
                ? Errno.ENOENT
                : Libc.Stat(directory.Descriptor, out stat);
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

        if (!Directories.TryRent(ProcNode.OfTask(task, thread: false), out TaskDirectory? directory))
        {
            return Errno.ESRCH;
        }

        Errno error;
        if (!_procfs.IsOwn)
        {
            error = MayLookByHand(caller, directory) ? Errno.None
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
    public override int ListTasks(in Caller caller, int from, bool everyThread, Span<int> ids)
    {
        if (_procfs.View.HidePid < HidePid.Invisible)
        {
            return everyThread ? _tasks.ListTasks(from, ids) : _tasks.ListGroups(from, ids);
        }

        if (!everyThread)
        {
            return ListVisibleGroups(caller, from, ids);
        }

        List<int> groups = [];
        Span<int> batch = stackalloc int[512];
        int next = 1;
        int count;
        while ((count = ListVisibleGroups(caller, next, batch)) > 0)
        {
            groups.AddRange(batch[..count]);
            next = batch[count - 1] + 1;
        }

        return ThreadSnapshot.Take(_tasks).ListOf(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(groups), from, ids);
    }

    private int ListVisibleGroups(in Caller caller, int from, Span<int> ids)
    {
        if (!_procfs.IsOwn)
        {
            return ListByHand(caller, from, ids);
        }

        Errno error = EnterHiding(caller, null, out Passage passage);
        if (error != Errno.None)
        {
            return 0;
        }

        int count = LiveTasks.ListGroups(Roots, from, ids);
        passage.Dispose();
        return count;
    }

    private int ListByHand(in Caller caller, int from, Span<int> ids)
    {
        Span<int> batch = stackalloc int[256];
        int written = 0;
        int count;
        while (written < ids.Length && (count = _tasks.ListGroups(from, batch)) > 0)
        {
            foreach (int id in batch[..count])
            {
                from = id + 1;
                if (written < ids.Length && Directories.TryRentAny(id, false, out TaskDirectory? directory))
                {
                    if (MayLookByHand(caller, directory))
                    {
                        ids[written++] = id;
                    }

                    Directories.Return(directory);
                }
            }
        }

        return written;
    }

    /// <summary>Directories open on the root that is shown.</summary>
    private DirectoryPool Roots =>
        _roots ?? Interlocked.CompareExchange(ref _roots, new DirectoryPool(Directories.Root), null) ?? _roots!;

    /// <summary>Prepares a call whose answer hidepid may change. A caller whose user namespace we cannot be in gets what its groups give.</summary>
    private Errno EnterHiding(in Caller caller, TaskDirectory? directory, out Passage passage)
    {
        passage = default;
        if (!IsHiding)
        {
            return Errno.None;
        }

        CallerIdentity who = Identify(caller);
        if (directory is not null && IsCallersOwn(caller, who, directory.GroupId, ofThread: false))
        {
            return Errno.None;
        }

        return who.IsForeign ? Passage.AsNobody(_server, who, out passage) : Passage.AsCaller(_server, who, out passage);
    }

    /// <summary>The kernel's test (<c>fs/proc/base.c</c>, has_pid_permissions) for a caller whose rights this process shares.</summary>
    private bool MayLookByHand(in Caller caller, TaskDirectory directory)
    {
        CallerIdentity who = Identify(caller);
        if ((_procfs.View.HidePid < HidePid.Ptraceable && who.IsInGroup(_procfs.View.Gid))
            || IsCallersOwn(caller, who, directory.GroupId, ofThread: false))
        {
            return true;
        }

        Errno error = EnterAsCaller(who, directory, EntryRule.Trace, writes: false, out Passage passage);
        if (error != Errno.None)
        {
            return false;
        }

        Span<byte> text = stackalloc byte[64];
        error = Libc.ReadLinkAt(directory.Descriptor, "ns/user"u8, text, out _);
        passage.Dispose();
        return error == Errno.None;
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
