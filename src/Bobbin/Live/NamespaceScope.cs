using Bobbin.Kernel.Linux;

namespace Bobbin.Live;

/// <summary>
/// For as long as it stands, the calling thread lives in a caller's net, uts and ipc namespaces, where these are not its own:
/// <c>/proc/sys</c> and <c>/proc/sysvipc</c> show, and change, those of whoever reads and writes.
/// </summary>
internal readonly ref struct NamespaceScope
{
    private readonly ServerCredentials? _server;
    private readonly Namespaces _kinds;

    private NamespaceScope(ServerCredentials server, Namespaces kinds)
    {
        _server = server;
        _kinds = kinds;
    }

    /// <summary>
    /// Goes where a caller lives. EACCES where that fails, and for writing from another pid namespace: some settings are one's own,
    /// and nobody can go there.
    /// </summary>
    public static Errno Enter(ServerCredentials server, TaskDirectories machine, int threadId, bool writing, out NamespaceScope scope)
    {
        scope = default;
        Errno error = Errno.ENOENT;
        TaskDirectory? directory = null;
        if (threadId <= 0 || (error = machine.RentAlive(threadId, false, out directory)) != Errno.None)
        {
            return error.IsShortage ? error : writing ? Errno.EACCES : Errno.None;
        }

        TaskNamespaceLinks links = new(directory.Descriptor);
        machine.Return(directory);
        TaskNamespaceLinks own = server.Namespaces;
        if (writing && links.Pid != own.Pid)
        {
            return Errno.EACCES;
        }

        if (links.Net == own.Net && links.Uts == own.Uts && links.Ipc == own.Ipc)
        {
            return Errno.None;
        }

        return Go(server, threadId, Namespaces.Net | Namespaces.Uts | Namespaces.Ipc, out scope);
    }

    /// <summary>Goes into a caller's cgroup namespace, in whose terms the kernel writes paths of cgroups.</summary>
    public static Errno EnterCgroup(ServerCredentials server, TaskDirectories machine, int threadId, out NamespaceScope scope)
    {
        scope = default;
        Errno error = Errno.ENOENT;
        TaskDirectory? directory = null;
        if (threadId <= 0 || (error = machine.RentAlive(threadId, false, out directory)) != Errno.None)
        {
            return error.IsShortage ? error : Errno.None;
        }

        ulong cgroup = TaskNamespaceLinks.Read(directory.Descriptor, "ns/cgroup"u8);
        machine.Return(directory);
        return cgroup == server.CgroupNamespace ? Errno.None : Go(server, threadId, Namespaces.Cgroup, out scope);
    }

    /// <summary>Goes home.</summary>
    public void Dispose()
    {
        if (_server is not null && Libc.EnterNamespace(_server.Pidfd, _kinds) != Errno.None)
        {
            Environment.FailFast($"a thread that served a caller in the caller's namespaces could not leave them: {Libc.LastError}");
        }
    }

    private static Errno Go(ServerCredentials server, int threadId, Namespaces kinds, out NamespaceScope scope)
    {
        scope = default;
        if (!server.CanBecomeOthers)
        {
            return Errno.EACCES;
        }

        Errno error = Libc.PidfdOpen(threadId, anyThread: true, out int pidfd);
        if (error != Errno.None)
        {
            return error.IsShortage ? error : Errno.EACCES;
        }

        error = Libc.EnterNamespace(pidfd, kinds);
        Libc.Close(pidfd);
        if (error != Errno.None)
        {
            return Errno.EACCES;
        }

        scope = new NamespaceScope(server, kinds);
        return Errno.None;
    }
}
