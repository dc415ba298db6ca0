using Bobbin.Kernel.Linux;

namespace Bobbin.Live;

/// <summary>As whom the kernel is asked, for one call. To be disposed, which makes the thread itself again.</summary>
internal ref struct Passage
{
    private IdentityScope _identity;
    private NamespaceScope _namespaces;

    /// <summary>Whether to hide from a task's <c>stat</c> and <c>wchan</c> what the kernel would: it is this process's own, whom the kernel lets see all.</summary>
    public bool HidesOwn { get; private set; }

    /// <summary>As the server itself.</summary>
    public static Passage AsServer => default;

    /// <summary>As the server, with what only the server sees of itself taken out.</summary>
    public static Passage AsServerHiding => new() { HidesOwn = true };

    /// <summary>As a caller.</summary>
    public static Errno AsCaller(ServerCredentials server, CallerIdentity caller, out Passage passage)
    {
        passage = default;
        return IdentityScope.Enter(server, caller, out passage._identity);
    }

    /// <summary>As nobody, with a caller's groups or none, and with capabilities or none.</summary>
    public static Errno AsNobody(ServerCredentials server, CallerIdentity? groupsOf, out Passage passage, ulong capabilities = 0)
    {
        passage = default;
        return IdentityScope.EnterAsNobody(server, groupsOf, capabilities, out passage._identity);
    }

    /// <summary>As a caller, in the caller's namespaces.</summary>
    public static Errno AsCallerAtHome(ServerCredentials server, CallerIdentity caller, TaskDirectories machine, int threadId, bool writing, out Passage passage)
    {
        passage = default;
        Errno error = NamespaceScope.Enter(server, machine, threadId, writing, out NamespaceScope namespaces);
        if (error != Errno.None)
        {
            return error;
        }

        error = IdentityScope.Enter(server, caller, out IdentityScope identity);
        if (error != Errno.None)
        {
            namespaces.Dispose();
            return error;
        }

        passage = new Passage { _identity = identity, _namespaces = namespaces };
        return Errno.None;
    }

    /// <summary>As the server, in a caller's cgroup namespace.</summary>
    public static Errno InCgroupNamespace(ServerCredentials server, TaskDirectories machine, int threadId, out Passage passage)
    {
        Errno error = NamespaceScope.EnterCgroup(server, machine, threadId, out NamespaceScope namespaces);
        passage = new Passage { _namespaces = namespaces };
        return error;
    }

    /// <summary>Ends it: the identity first, since leaving namespaces needs the server's.</summary>
    public void Dispose()
    {
        _identity.Dispose();
        _identity = default;
        _namespaces.Dispose();
        _namespaces = default;
    }
}
