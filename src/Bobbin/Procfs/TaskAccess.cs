using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>Who may look into a task: the kernel's rules for tracing and for hidepid, over generated content.</summary>
internal sealed class TaskAccess(ITaskRecords records, ICallerCredentials credentials, ProcView view)
{
    /// <summary>The callers' credentials.</summary>
    public ICallerCredentials Credentials => credentials;

    /// <summary>Whether the caller is a thread of the task's group.</summary>
    public bool IsOwnGroup(in Caller caller, int groupId) =>
        records.Identify(caller, out int own, out _) == Errno.None && own == groupId;

    /// <summary>Whether the caller is the task.</summary>
    public bool IsItself(in Caller caller, int id) =>
        records.Identify(caller, out _, out int own) == Errno.None && own == id;

    /// <summary>
    /// <c>PTRACE_MODE_READ_FSCREDS</c> (<c>kernel/ptrace.c</c>, __ptrace_may_access, and the check of capabilities in
    /// <c>security/commoncap.c</c>).
    /// </summary>
    public bool MayTrace(in Caller caller, in TaskRecord task)
    {
        if (IsOwnGroup(caller, task.GroupId))
        {
            return true;
        }

        Credentials target = task.Credentials;
        bool same = caller.UserId == target.UserId && caller.UserId == target.EffectiveUserId && caller.UserId == target.SavedUserId
            && caller.GroupId == target.GroupId && caller.GroupId == target.EffectiveGroupId && caller.GroupId == target.SavedGroupId;
        bool dumpable = task.Memory is null || task.Memory.Dumpable == 1;
        if (same && dumpable && target.Permitted == 0)
        {
            return true; // the common case asks nobody for capabilities
        }

        ulong capabilities = credentials.GetCapabilities(caller);
        bool tracer = ((capabilities >> (int)Capability.CAP_SYS_PTRACE) & 1) != 0;
        return tracer || (same && dumpable && (target.Permitted & ~capabilities) == 0);
    }

    /// <summary>Whether hidepid, from <paramref name="threshold"/> on, lets the caller pass to a task.</summary>
    public bool Passes(in Caller caller, TaskKey task, HidePid threshold)
    {
        if (view.HidePid < threshold)
        {
            return true;
        }

        bool exempt = view.HidePid != HidePid.Ptraceable
            && (caller.GroupId == view.Gid || credentials.IsInGroup(caller, view.Gid));
        return exempt || (records.TryGetRecord(task, out TaskRecord record) && MayTrace(caller, record));
    }

    /// <summary>Keeps of ascending ids those that the caller's listing shows.</summary>
    public int Filter(in Caller caller, Span<int> ids)
    {
        int kept = 0;
        foreach (int id in ids)
        {
            if (records.Find(id, out TaskKey task) == Errno.None && Passes(caller, task, HidePid.Invisible))
            {
                ids[kept++] = id;
            }
        }

        return kept;
    }

    /// <summary>Whether a task's directory can be entered.</summary>
    public Errno Enter(in Caller caller, TaskKey task)
    {
        if (view.HidePid == HidePid.Off)
        {
            return Errno.None;
        }

        if (!records.IsAlive(task))
        {
            return Errno.ESRCH;
        }

        return Passes(caller, task, HidePid.NoAccess) ? Errno.None
            : view.HidePid == HidePid.Invisible ? Errno.ENOENT
            : Errno.EPERM;
    }
}
