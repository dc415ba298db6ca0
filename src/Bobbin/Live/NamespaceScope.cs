using Bobbin.Kernel.Linux;

namespace Bobbin.Live;

/// <summary>
/// For as long as it stands, the calling thread lives in a caller's net, uts and ipc namespaces, where these are not its own:
/// <c>/proc/sys</c> and <c>/proc/sysvipc</c> show, and change, those of whoever reads and writes.
/// </summary>
internal readonly ref struct NamespaceScope
{
    private const Namespaces Kinds = Namespaces.Net | Namespaces.Uts | Namespaces.Ipc;

    private readonly ServerCredentials? _server;

    private NamespaceScope(ServerCredentials server) => _server = server;

    /// <summary>
    /// Goes where a caller lives. EACCES where that fails, and for writing from another pid namespace: some settings are one's own,
    /// and nobody can go there.
    /// </summary>
    public static Errno Enter(ServerCredentials server, TaskDirectories machine, int threadId, bool writing, out NamespaceScope scope)
    {
        scope = default;
        if (threadId <= 0 || !machine.TryRentAlive(threadId, false, out TaskDirectory? directory))
        {
            return writing ? Errno.EACCES : Errno.None;
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

        if (!server.CanBecomeOthers || Libc.PidfdOpen(threadId, anyThread: true, out int pidfd) != Errno.None)
        {
            return Errno.EACCES;
        }

        Errno error = Libc.EnterNamespace(pidfd, Kinds);
        Libc.Close(pidfd);
        if (error != Errno.None)
        {
            return Errno.EACCES;
        }

        scope = new NamespaceScope(server);
        return Errno.None;
    }

    /// <summary>Goes home.</summary>
    public void Dispose()
    {
        if (_server is not null && Libc.EnterNamespace(_server.Pidfd, Kinds) != Errno.None)
        {
            Environment.FailFast($"a thread that served a caller in the caller's namespaces could not leave them: {Libc.LastError}");
        }
    }
}
