using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>fork(2), clone(2), unshare(2) and setns(2).</summary>
public sealed partial class TableTask
{
    private const CloneFlags ThreadFlags = CloneFlags.CLONE_VM | CloneFlags.CLONE_FS | CloneFlags.CLONE_FILES
        | CloneFlags.CLONE_SIGHAND | CloneFlags.CLONE_THREAD;

    /// <summary>A child process.</summary>
    public TableTask Fork() => Clone(CloneFlags.None);

    /// <summary>A thread of this task's group.</summary>
    public TableTask CloneThread() => Clone(ThreadFlags);

    /// <summary>A child process that runs a program.</summary>
    public TableTask Spawn(TableProgram program)
    {
        TableTask child = Fork();
        child.Exec(program);
        return child;
    }

    /// <summary>A child, or a thread, by clone(2)'s flags.</summary>
    /// <param name="flags">What is shared, and which namespaces are new.</param>
    /// <param name="exitSignal">What its end sends to the parent.</param>
    /// <exception cref="LinuxException">EINVAL: flags that contradict each other; EAGAIN: no id, or too many tasks; ENOMEM: a dead namespace.</exception>
    public TableTask Clone(CloneFlags flags, int exitSignal = TaskTable.SIGCHLD)
    {
        using (Table.Change())
        {
            RequireAlive();
            CheckClone(flags);
            bool isThread = (flags & CloneFlags.CLONE_THREAD) != 0;
            TablePidNamespace home = (flags & CloneFlags.CLONE_NEWPID) != 0
                ? NewPidNamespace()
                : _namespaceForChildren;
            var pid = TablePid.Allocate(home, Table.System.PidMax, Table.NextStart());
            var task = new TableTask(Table, pid, isThread ? Group : null);
            lock (Group)
            {
                task.Inherit(this, flags);
                if (!isThread)
                {
                    task.InheritGroup(this, flags, exitSignal);
                }

                ShowNamespaces(CloneFlags.None); // pid_for_children may have an init from now on
            }

            task.ShowNamespaces(flags);
            task.Join(TaskState.Running);
            return task;
        }
    }

    /// <summary>unshare(2): new namespaces, and files and directories of its own. A new pid namespace is for the next children.</summary>
    /// <exception cref="LinuxException">EINVAL: a pid namespace for children was chosen already; ENOSPC: nested too deeply.</exception>
    public void Unshare(CloneFlags flags)
    {
        using (Table.Change())
        {
            RequireAlive();
            lock (Group)
            {
                if ((flags & CloneFlags.CLONE_NEWPID) != 0)
                {
                    _namespaceForChildren = NewPidNamespace();
                }

                _files = (flags & CloneFlags.CLONE_FILES) != 0 ? _files.Copy() : _files;
                _directories = (flags & (CloneFlags.CLONE_FS | CloneFlags.CLONE_NEWNS)) != 0 ? _directories.Copy() : _directories;
                ShowNamespaces(flags);
            }
        }
    }

    /// <summary>setns(2) with a pid namespace: its next children are born there.</summary>
    /// <exception cref="LinuxException">EINVAL: neither this task's namespace nor one inside it.</exception>
    public void EnterPidNamespace(TablePidNamespace target)
    {
        using (Table.Change())
        {
            RequireAlive();
            TablePidNamespace own = Pid.Namespace;
            if (target.Level < own.Level || target.Path[own.Level] != own)
            {
                throw Refused(Errno.EINVAL, "setns", "the pid namespace is not inside the task's own");
            }

            lock (Group)
            {
                _namespaceForChildren = target;
                ShowNamespaces(CloneFlags.None);
            }
        }
    }

    private void CheckClone(CloneFlags flags)
    {
        bool Has(CloneFlags flag) => (flags & flag) != 0;
        if (Has(CloneFlags.CLONE_THREAD) && !Has(CloneFlags.CLONE_SIGHAND))
        {
            throw Refused(Errno.EINVAL, "clone", "CLONE_THREAD without CLONE_SIGHAND");
        }

        if (Has(CloneFlags.CLONE_SIGHAND) && !Has(CloneFlags.CLONE_VM))
        {
            throw Refused(Errno.EINVAL, "clone", "CLONE_SIGHAND without CLONE_VM");
        }

        if (Has(CloneFlags.CLONE_NEWNS) && Has(CloneFlags.CLONE_FS))
        {
            throw Refused(Errno.EINVAL, "clone", "CLONE_NEWNS with CLONE_FS");
        }

        if (Has(CloneFlags.CLONE_PARENT) && Pid.Namespace.Reaper == Group)
        {
            throw Refused(Errno.EINVAL, "clone", "CLONE_PARENT by an init");
        }

        if (Has(CloneFlags.CLONE_THREAD)
            && (Has(CloneFlags.CLONE_NEWUSER) || Has(CloneFlags.CLONE_NEWPID) || _namespaceForChildren != Pid.Namespace))
        {
            throw Refused(Errno.EINVAL, "clone", "a thread in another namespace than its group");
        }

        if (Table.TaskCount >= Table.System.ThreadsMax)
        {
            throw Refused(Errno.EAGAIN, "clone", "threads-max");
        }
    }

    private TablePidNamespace NewPidNamespace()
    {
        TablePidNamespace own = Pid.Namespace;
        if (_namespaceForChildren != own)
        {
            throw Refused(Errno.EINVAL, "clone", "children have a pid namespace of their own already");
        }

        return own.Level < TablePidNamespace.DeepestLevel
            ? new TablePidNamespace(own, Table.NextNamespaceInode())
            : throw Refused(Errno.ENOSPC, "clone", "pid namespaces nested too deeply");
    }

    /// <summary>What a new task has of the task that made it.</summary>
    private void Inherit(TableTask maker, CloneFlags flags)
    {
        _name = maker._name;
        _flags = (maker._flags & ~(ProcessFlags.PF_SUPERPRIV | ProcessFlags.PF_WQ_WORKER)) | ProcessFlags.PF_FORKNOEXEC;
        _credentials = maker._credentials;
        _userNamespace = maker._userNamespace;
        _namespaces = maker._namespaces;
        if ((flags & CloneFlags.CLONE_VM) == 0 && _namespaces.Time != _namespaces.TimeForChildren)
        {
            _namespaces = _namespaces with { Time = _namespaces.TimeForChildren };
        }

        _files = (flags & CloneFlags.CLONE_FILES) != 0 ? maker._files : maker._files.Copy();
        _directories = (flags & CloneFlags.CLONE_FS) != 0 ? maker._directories : maker._directories.Copy();
        _controlGroups = maker._controlGroups;
        _scheduling = maker._scheduling;
        _blockedSignals = maker._blockedSignals;
        _allowedProcessors = maker._allowedProcessors;
        _personality = maker._personality;
        (_loginId, _auditSession) = (maker._loginId, maker._auditSession);
        _timerSlack = _timerSlackAtBirth = maker._timerSlack;
    }

    /// <summary>What a new process has of the process that made it.</summary>
    private void InheritGroup(TableTask maker, CloneFlags flags, int exitSignal)
    {
        TableGroup from = maker.Group;
        bool hasMakersParent = (flags & CloneFlags.CLONE_PARENT) != 0;
        Group.Parent = hasMakersParent ? from.Parent : maker;
        Group.ExitSignal = hasMakersParent ? from.ExitSignal : exitSignal;
        Group.ProcessGroup = from.ProcessGroup;
        Group.Session = from.Session;
        Group.Terminal = from.Terminal;
        Group.Memory = from.Memory;
        Group.Limits = from.Limits;
        Group.Ignored = from.Ignored;
        Group.Caught = from.Caught;
        Group.NoChildWait = from.NoChildWait;
        Group.OomScoreAdj = from.OomScoreAdj;
        Group.OomScoreAdjFloor = from.OomScoreAdjFloor;
        Pid.Namespace.Reaper ??= Group;
    }

    /// <summary>Numbers of the namespaces that are new, or whose pid part changed.</summary>
    private void ShowNamespaces(CloneFlags flags)
    {
        ulong New(CloneFlags flag, ulong old) => (flags & flag) != 0 ? Table.NextNamespaceInode() : old;
        TaskNamespaces old = _namespaces;
        ulong pidForChildren = _namespaceForChildren.Reaper is null ? 0 : _namespaceForChildren.Inode;
        const CloneFlags others = CloneFlags.CLONE_NEWNET | CloneFlags.CLONE_NEWUTS | CloneFlags.CLONE_NEWIPC | CloneFlags.CLONE_NEWUSER
            | CloneFlags.CLONE_NEWNS | CloneFlags.CLONE_NEWCGROUP | CloneFlags.CLONE_NEWTIME;
        if ((flags & others) == 0 && old.Pid == Pid.Namespace.Inode && old.PidForChildren == pidForChildren)
        {
            return;
        }

        if ((flags & CloneFlags.CLONE_NEWUSER) != 0)
        {
            _userNamespace = new UserNamespace();
            _credentials = _credentials with
            {
                Permitted = Credentials.AllCapabilities,
                Effective = Credentials.AllCapabilities,
                Bounding = Credentials.AllCapabilities,
                Inheritable = 0,
                Ambient = 0,
            };
        }

        _namespaces = new TaskNamespaces
        {
            Net = New(CloneFlags.CLONE_NEWNET, old.Net),
            Uts = New(CloneFlags.CLONE_NEWUTS, old.Uts),
            Ipc = New(CloneFlags.CLONE_NEWIPC, old.Ipc),
            Pid = Pid.Namespace.Inode,
            PidForChildren = pidForChildren,
            User = New(CloneFlags.CLONE_NEWUSER, old.User),
            Mount = New(CloneFlags.CLONE_NEWNS, old.Mount),
            Cgroup = New(CloneFlags.CLONE_NEWCGROUP, old.Cgroup),
            Time = old.Time,
            TimeForChildren = New(CloneFlags.CLONE_NEWTIME, old.TimeForChildren),
        };
    }
}
