using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Live;

// As whom the kernel is to be asked.
public sealed partial class KernelContent
{
    private const int ReadBit = 4;
    private const int WriteBit = 2;

    /// <summary>
    /// Prepares a call about a target: as whom it is made, or why it is not made at all.
    /// </summary>
    /// <param name="caller">For whom.</param>
    /// <param name="task">The task that the target belongs to, if any.</param>
    /// <param name="rule">What the target asks for.</param>
    /// <param name="mask">What the caller wants: read 4, write 2, walk 1.</param>
    /// <param name="ownerCheck">The path whose mode bits must allow it where the call is made as the server; empty where nothing must.</param>
    /// <param name="passage">To be disposed after the call.</param>
    internal Errno Enter(in Caller caller, TaskDirectory? task, EntryRule rule, int mask, ReadOnlySpan<byte> ownerCheck, out Passage passage)
    {
        passage = default;
        bool writes = (mask & WriteBit) != 0;
        if (!writes && (rule & EntryRule.Public) != 0 && (task is null || !IsHiding))
        {
            return Errno.None;
        }

        CallerIdentity who = Identify(caller);
        if (who.Error != Errno.None)
        {
            return who.Error;
        }

        if (task is null)
        {
            return EnterStatic(caller, who, rule, writes, out passage);
        }

        Errno error = task.FindGroup(out int group);
        if (error != Errno.None && task.IsAlive)
        {
            return error.IsShortage ? error : Errno.EACCES; // whose it is could not be read: it may be our own
        }

        if (IsServer(task) && (!who.IsServerLike || IsOutOfDomain(caller, who, task))
            && !IsAllowedOnServer(rule, writes, out Errno refused, out bool hide))
        {
            passage = hide ? Passage.AsServerHiding : default;
            return refused;
        }

        // What is asked of a reader is not asked of who opens it, whom a path is given for.
        EntryRule asked = rule & (ownerCheck.IsEmpty ? EntryRule.Trace | EntryRule.TraceAtRead | EntryRule.Masked : EntryRule.Trace);
        if ((asked != 0 || IsHiding) && !IsCallersOwn(caller, who, group, ofThread: false) && IsOutOfDomain(caller, who, task))
        {
            return EnterOutOfDomain(who, task, asked, mask, ownerCheck, out passage);
        }

        if (who.IsServerLike)
        {
            return Errno.None;
        }

        if (IsHiding && !writes && (rule & EntryRule.Public) != 0 && IsCallersOwn(caller, who, group, ofThread: false))
        {
            return Errno.None; // nobody is hidden from oneself
        }

        if ((rule & EntryRule.OpenToItself) != 0 && IsCallersOwn(caller, who, task.Key.Id, ofThread: true))
        {
            return Errno.None;
        }

        const EntryRule traced = EntryRule.Trace | EntryRule.TraceAtRead;
        if ((rule & (traced | EntryRule.OpenToOwnGroup)) != 0 && (rule & EntryRule.OpenerCounts) == 0 && IsCallersOwn(caller, who, group, ofThread: false))
        {
            // The kernel denies nobody a look at oneself, but does look at the mode, unless the directory is open to its own group.
            return (rule & EntryRule.OpenToOwnGroup) != 0 || ownerCheck.IsEmpty ? Errno.None : CheckOwner(who, task, ownerCheck, mask);
        }

        Errno entered = EnterAsCaller(who, task, ownerCheck.IsEmpty ? rule : rule & ~EntryRule.TraceAtRead, writes, out passage);
        return entered == Errno.EPERM && !ownerCheck.IsEmpty ? RefuseToMap(who, task, ownerCheck, mask) : entered;
    }

    /// <summary>Prepares reading a file that shows paths of cgroups.</summary>
    internal Errno EnterCgroupNamespace(in Caller caller, out Passage passage) =>
        Passage.InCgroupNamespace(_server, _procfs.Machine, caller.ThreadId, out passage);

    /// <summary>Whether a task is one of this process's own threads.</summary>
    internal bool IsServer(TaskDirectory? task) => task is not null && _procfs.Shown is null && task.GroupId == _server.ProcessId;

    private Errno EnterAsCaller(CallerIdentity who, TaskDirectory task, EntryRule rule, bool writes, out Passage passage)
    {
        passage = default;
        const EntryRule asked = EntryRule.Trace | EntryRule.TraceAtRead | EntryRule.Masked | EntryRule.MapsIds;
        if (who.IsForeign && (rule & asked) != 0)
        {
            if ((rule & EntryRule.MapsIds) != 0 && writes && !MayMapIds(who, task))
            {
                return Errno.EPERM;
            }

            Errno traced = (rule & EntryRule.MapsIds) == 0 ? CheckTrace(who, task) : Errno.None;
            if (traced != Errno.None)
            {
                return traced == Errno.EACCES ? EnterWithoutTracing(rule, out passage) : traced;
            }
        }

        if (who.IsForeign && (rule & EntryRule.OpenToItself) != 0)
        {
            return MaySetTimerSlack(who, task) ? Errno.None : Passage.AsNobody(_server, who, out passage);
        }

        return Passage.AsCaller(_server, who, out passage);
    }

    /// <summary>
    /// For a caller who may not trace the task, though whom we would act as might: as nobody, the kernel says less, or refuses in its own words.
    /// </summary>
    private Errno EnterWithoutTracing(EntryRule rule, out Passage passage)
    {
        passage = default;
        if ((rule & EntryRule.Trace) != 0)
        {
            return Errno.EACCES;
        }

        if ((rule & EntryRule.Masked) != 0 && !_server.CanBecomeOthers)
        {
            passage = Passage.AsServerHiding;
            return Errno.None;
        }

        return Passage.AsNobody(_server, null, out passage);
    }

    private Errno EnterStatic(in Caller caller, CallerIdentity who, EntryRule rule, bool writes, out Passage passage)
    {
        passage = default;
        if ((rule & EntryRule.Possessions) != 0 && !who.IsServerLike)
        {
            return Errno.EACCES;
        }

        // Whoever made a user namespace has every capability in it as seen from outside, where we ask; the caller, inside, may have none.
        if (writes && who.IsForeign && (rule & EntryRule.OfIpc) == 0 && !who.HasOwn((int)Capability.CAP_NET_ADMIN))
        {
            return Errno.EACCES;
        }

        // We cannot be in the caller's user namespace, and in ours its numbers are other groups.
        if (writes && who.IsForeign && (rule & EntryRule.MapsIds) != 0)
        {
            return Errno.EACCES;
        }

        return (rule & EntryRule.Namespaces) != 0
            ? Passage.AsCallerAtHome(_server, who, _procfs.Machine, caller.ThreadId, writes, out passage)
            : Passage.AsCaller(_server, who, out passage);
    }

    /// <summary>
    /// Requests about this process by others than its equals: the kernel lets a process do to itself what it lets nobody else do, and asked
    /// by us it would let everybody.
    /// </summary>
    private static bool IsAllowedOnServer(EntryRule rule, bool writes, out Errno refused, out bool hide)
    {
        hide = false;
        refused = Errno.None;
        hide = !writes && (rule & EntryRule.Masked) != 0;
        if (hide)
        {
            return false;
        }

        const EntryRule harmless = EntryRule.WrittenByItself | EntryRule.Public | EntryRule.ReaderCounts | EntryRule.CgroupNamespace;
        if ((rule & ~harmless) == 0)
        {
            return true; // nothing here that the kernel would let only a process itself have
        }

        refused = Errno.EACCES;
        return false;
    }

    /// <summary>Whether a group, or a thread, by its id as shown, is the caller's own.</summary>
    private bool IsCallersOwn(in Caller caller, CallerIdentity who, int id, bool ofThread)
    {
        if (_procfs.Shown is null)
        {
            return id != 0 && id == (ofThread ? caller.ThreadId : who.ProcessId);
        }

        return _tasks.Identify(caller, out int group, out int thread) == Errno.None && id == (ofThread ? thread : group);
    }

    /// <summary>
    /// For a caller in another user namespace than ours: we cannot be in it, so we ask by hand what the kernel would
    /// (<c>security/commoncap.c</c>, cap_ptrace_access_check): the same namespace, and no capability that the caller has not.
    /// That the ids match is then asked of the kernel, and what stands between it and the truth (<see cref="NestedTracing"/>) by hand.
    /// </summary>
    private Errno CheckTrace(CallerIdentity who, TaskDirectory task)
    {
        if (who.UserNamespace == 0 || TaskNamespaceLinks.Read(task.Descriptor, "ns/user"u8) != who.UserNamespace)
        {
            return Errno.EACCES;
        }

        using StatusText status = StatusText.Read(task.Descriptor);
        if (status.Error.IsShortage)
        {
            return status.Error;
        }

        return status.TryHexadecimal("CapPrm:"u8, out ulong permitted) && (permitted & ~who.OwnCapabilities) == 0
            && NestedTracing.IsMadeIn(task, _server.Namespaces.User)
            && (who.HasOwn((int)Capability.CAP_SYS_PTRACE) || NestedTracing.NeedsNoCapability(who, task, status))
            ? Errno.None : Errno.EACCES;
    }

    /// <summary>
    /// Another task's timer slack takes CAP_SYS_NICE in that task's user namespace. Who is inside one has what it has; asked from outside,
    /// the kernel would give it all to the user who made the namespace.
    /// </summary>
    private static bool MaySetTimerSlack(CallerIdentity who, TaskDirectory task) =>
        who.UserNamespace != 0
        && who.HasOwn((int)Capability.CAP_SYS_NICE)
        && TaskNamespaceLinks.Read(task.Descriptor, "ns/user"u8) == who.UserNamespace;

    /// <summary>Giving a user namespace its ids takes CAP_SYS_ADMIN in it; from inside, we see by hand whether the caller has it.</summary>
    private static bool MayMapIds(CallerIdentity who, TaskDirectory task) =>
        who.UserNamespace != 0
        && who.HasOwn((int)Capability.CAP_SYS_ADMIN)
        && TaskNamespaceLinks.Read(task.Descriptor, "ns/user"u8) == who.UserNamespace;

    /// <summary>How the kernel refuses ids of a user namespace: by the mode when it is opened, or else when it is written; setgroups as it is opened.</summary>
    private static Errno RefuseToMap(CallerIdentity who, TaskDirectory task, ReadOnlySpan<byte> path, int mask) =>
        path.SequenceEqual("setgroups"u8) || CheckOwner(who, task, path, mask) != Errno.None ? Errno.EACCES : Errno.EPERM;

    private static Errno CheckOwner(CallerIdentity who, TaskDirectory task, ReadOnlySpan<byte> path, int mask)
    {
        Errno error = Libc.StatAt(task.Descriptor, path, At.SymlinkNoFollow, out Statx stat);
        if (error != Errno.None || (stat.Mode & FileType.Mask) == FileType.Link)
        {
            return error;
        }

        int shift = stat.UserId == who.UserId ? 6 : who.IsInGroup(stat.GroupId) ? 3 : 0;
        bool allowed = (mask & ~(stat.Mode >> shift) & 7) == 0
            || who.Has((int)Capability.CAP_DAC_OVERRIDE)
            || (mask == ReadBit && who.Has((int)Capability.CAP_DAC_READ_SEARCH));
        return allowed ? Errno.None : Errno.EACCES;
    }
}
