using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>What the threads of a group share; setting it by any of them sets it for all.</summary>
public sealed partial class TableTask
{
    /// <summary>The address space; null for kernel threads and where all threads have ended.</summary>
    public TaskMemory? Memory
    {
        get => Read(ref Group.Memory);
        set
        {
            lock (Group)
            {
                if (Group.LiveThreads != 0)
                {
                    Group.Memory = value;
                }
            }
        }
    }

    /// <summary>The limits.</summary>
    public ResourceLimits Limits
    {
        get => Read(ref Group.Limits);
        set => Write(ref Group.Limits, value ?? throw new ArgumentNullException(nameof(value)));
    }

    /// <summary>
    /// SA_NOCLDWAIT: children that end vanish without a wait, as they also do where SIGCHLD is ignored. Passed on by fork, taken
    /// away by exec.
    /// </summary>
    public bool NoChildWait
    {
        get => Read(ref Group.NoChildWait);
        set => Write(ref Group.NoChildWait, value);
    }

    /// <summary>PR_SET_CHILD_SUBREAPER: orphans among its descendants become its children.</summary>
    public bool IsSubreaper
    {
        get => Read(ref Group.IsSubreaper);
        set => Write(ref Group.IsSubreaper, value);
    }

    /// <summary>The controlling terminal; null: none. A session leader opens one, others have it from their parents.</summary>
    public TableTerminal? Terminal
    {
        get => Read(ref Group.Terminal);
        set
        {
            using (Table.Change())
            {
                lock (Group)
                {
                    Group.Terminal = value;
                    if (value is not null)
                    {
                        value.Foreground ??= Group.ProcessGroup;
                    }
                }
            }
        }
    }

    /// <summary>setsid(2): the group begins a session and a process group, without a terminal.</summary>
    /// <exception cref="LinuxException">EPERM: a process group has its id.</exception>
    public void SetSession()
    {
        using (Table.Change())
        {
            RequireAlive();
            if (Group.Pid.IsNamed)
            {
                throw Refused(Errno.EPERM, "setsid", "a process group has its id");
            }

            MoveTo(Group.Pid, Group.Pid);
            lock (Group)
            {
                Group.Terminal = null;
            }
        }
    }

    /// <summary>setpgid(2): the group leads a process group of its own.</summary>
    /// <exception cref="LinuxException">EPERM: it leads a session.</exception>
    public void LeadProcessGroup()
    {
        using (Table.Change())
        {
            RequireAlive();
            MoveInSession(Group.Pid);
        }
    }

    /// <summary>setpgid(2): the group joins another's process group.</summary>
    /// <exception cref="LinuxException">EPERM: it leads a session, or the other is of another session.</exception>
    public void JoinProcessGroupOf(TableTask other)
    {
        ArgumentNullException.ThrowIfNull(other);
        using (Table.Change())
        {
            RequireAlive();
            if (other.Group.Session != Group.Session)
            {
                throw Refused(Errno.EPERM, "setpgid", "a process group of another session");
            }

            MoveInSession(other.Group.ProcessGroup);
        }
    }

    /// <summary>tcsetpgrp(3): its process group is the foreground of its terminal.</summary>
    public void TakeForeground()
    {
        using (Table.Change())
        {
            RequireAlive();
            if (Group.Terminal is { } terminal)
            {
                terminal.Foreground = Group.ProcessGroup;
            }
        }
    }

    private void MoveInSession(TablePid processGroup)
    {
        if (Group.Session == Group.Pid)
        {
            throw Refused(Errno.EPERM, "setpgid", "a session leader");
        }

        MoveTo(processGroup, Group.Session);
    }

    private void MoveTo(TablePid processGroup, TablePid session)
    {
        // New users first: the same id must not be free in between.
        processGroup.AddUser();
        session.AddUser();
        (TablePid oldGroup, TablePid oldSession) = (Group.ProcessGroup, Group.Session);
        lock (Group)
        {
            Group.ProcessGroup = processGroup;
            Group.Session = session;
        }

        oldGroup.RemoveUser();
        oldSession.RemoveUser();
    }
}
