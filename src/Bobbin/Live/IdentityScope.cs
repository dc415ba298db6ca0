using Bobbin.Kernel.Linux;

namespace Bobbin.Live;

/// <summary>
/// For as long as it stands, the calling thread is somebody else to the kernel: effective and file system ids, groups and effective
/// capabilities (file system ids alone are not enough: sysctl looks at the effective user). Real and saved ids stay, for the way
/// back and so that the other cannot signal or trace this thread. A thread that cannot come back must not go on: it ends the process.
/// </summary>
internal readonly ref struct IdentityScope
{
    /// <summary>An id that nobody has, in user namespaces and out of them: whoever acts as it may nothing that needs to be somebody.</summary>
    public const uint Nobody = uint.MaxValue - 1;

    private readonly ServerCredentials? _server;
    private readonly bool _user;
    private readonly bool _group;
    private readonly bool _groups;

    private IdentityScope(ServerCredentials server, bool user, bool group, bool groups)
    {
        _server = server;
        _user = user;
        _group = group;
        _groups = groups;
    }

    /// <summary>Becomes a caller; EACCES where that fails.</summary>
    public static Errno Enter(ServerCredentials server, CallerIdentity caller, out IdentityScope scope)
    {
        scope = default;
        if (caller.IsServerLike)
        {
            return Errno.None;
        }

        if (server.CanBecomeOthers)
        {
            return Become(server, caller.UserId, caller.GroupId, caller.Groups, caller.Capabilities, out scope);
        }

        // Without privileges nobody else can be served than one's own user; what capabilities would add is then refused.
        bool mine = caller.UserId == server.UserId && caller.GroupId == server.GroupId
            && (server.Capabilities.Effective & ~caller.Capabilities) == 0;
        return mine ? Errno.None : Errno.EACCES;
    }

    /// <summary>Becomes one who may nothing but what everybody may, though with a caller's groups if wanted, and with capabilities.</summary>
    public static Errno EnterAsNobody(ServerCredentials server, CallerIdentity? groupsOf, ulong capabilities, out IdentityScope scope)
    {
        scope = default;
        return server.CanBecomeOthers
            ? Become(server, Nobody, groupsOf?.GroupId ?? Nobody, groupsOf is null ? [] : groupsOf.Groups, capabilities, out scope)
            : Errno.EACCES;
    }

    /// <summary>Becomes oneself again.</summary>
    public void Dispose()
    {
        if (_server is null)
        {
            return;
        }

        // The user first: with effective user 0 all permitted capabilities are effective again, which the rest needs.
        bool back = (!_user || Libc.SetThreadUserIds(Libc.Unchanged, _server.UserId, _server.UserId) == Errno.None)
            && Libc.SetThreadCapabilities(_server.Capabilities) == Errno.None
            && (!_group || Libc.SetThreadGroupIds(Libc.Unchanged, _server.GroupId, _server.GroupId) == Errno.None)
            && (!_groups || Libc.SetThreadGroups(_server.Groups) == Errno.None);
        if (!back)
        {
            Environment.FailFast($"a thread that served a caller with the caller's rights could not take its own back: {Libc.LastError}");
        }
    }

    private static Errno Become(ServerCredentials server, uint user, uint group, ReadOnlySpan<uint> groups, ulong capabilities, out IdentityScope scope)
    {
        bool otherUser = user != server.UserId;
        bool otherGroup = group != server.GroupId;
        bool otherGroups = !groups.SequenceEqual(server.Groups);
        scope = new IdentityScope(server, otherUser, otherGroup, otherGroups);
        CapabilitySets sets = server.Capabilities with { Effective = capabilities & server.Capabilities.Permitted };
        bool done = (!otherGroups || Libc.SetThreadGroups(groups) == Errno.None)
            && (!otherGroup || Libc.SetThreadGroupIds(Libc.Unchanged, group, server.GroupId) == Errno.None)
            && (!otherUser || Libc.SetThreadUserIds(Libc.Unchanged, user, server.UserId) == Errno.None)
            && Libc.SetThreadCapabilities(sets) == Errno.None;
        if (done)
        {
            return Errno.None;
        }

        scope.Dispose();
        scope = default;
        return Errno.EACCES;
    }
}
