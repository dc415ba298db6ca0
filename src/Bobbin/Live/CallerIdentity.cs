using System.Buffers.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Live;

/// <summary>
/// Who a caller is to the kernel's access rules: ids, groups, capabilities, user namespace. Read anew for each request, while the
/// reply is owed: only then is the caller held, so that nothing of it can change. One object a thread, filled again and again.
/// </summary>
internal sealed class CallerIdentity
{
    private uint[] _groups = new uint[64];
    private int _groupCount;

    /// <summary>The request's own ids: what the call uses.</summary>
    public uint UserId { get; private set; }

    /// <inheritdoc cref="UserId"/>
    public uint GroupId { get; private set; }

    /// <summary>Supplementary groups.</summary>
    public ReadOnlySpan<uint> Groups => _groups.AsSpan(0, _groupCount);

    /// <summary>Effective capabilities that count here: none of another user namespace, none where it is not sure who acts.</summary>
    public ulong Capabilities { get; private set; }

    /// <summary>Effective capabilities in the caller's own user namespace, whatever they are worth here.</summary>
    public ulong OwnCapabilities { get; private set; }

    /// <summary>Inode of the caller's user namespace; 0 where it cannot be seen.</summary>
    public ulong UserNamespace { get; private set; }

    /// <summary>The caller's thread group, in this process's pid namespace; 0 for nobody.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Whether the caller lives in a user namespace other than this process's, or maybe does.</summary>
    public bool IsForeign { get; private set; }

    /// <summary>What kept from looking, where the caller is a task that could not be looked at: EMFILE, say. Nothing is granted then.</summary>
    public Errno Error { get; private set; }

    /// <summary>Whether the kernel would answer the caller just what it answers this process (but about itself).</summary>
    public bool IsServerLike { get; private set; }

    /// <summary>Looks at a caller.</summary>
    public void Read(in Caller caller, ServerCredentials server, TaskDirectories machine)
    {
        UserId = caller.UserId;
        GroupId = caller.GroupId;
        Capabilities = 0;
        OwnCapabilities = 0;
        UserNamespace = 0;
        ProcessId = 0;
        IsForeign = true;
        IsServerLike = false;
        _groupCount = 0;
        Error = Errno.None;
        if (caller.ThreadId <= 0 || !IsFound(machine.RentAny(caller.ThreadId, false, out TaskDirectory directory)))
        {
            return;
        }

        UserNamespace = TaskNamespaceLinks.Read(directory.Descriptor, "ns/user"u8);
        if (UserNamespace == 0 && !directory.IsAlive)
        {
            // Kept from an earlier task with this id: what could be read through it proves that it is the caller's, this does not.
            machine.Return(directory);
            if (!IsFound(machine.RentAlive(caller.ThreadId, false, out directory)))
            {
                return;
            }

            UserNamespace = TaskNamespaceLinks.Read(directory.Descriptor, "ns/user"u8);
        }

        ProcessId = directory.GroupId;
        if (IsFound(directory.FindWhetherOrdinary(out bool ordinary)) && ordinary)
        {
            IsForeign = UserNamespace == 0 || UserNamespace != server.Namespaces.User;
            ReadPowers(caller, server, directory.Descriptor);
        }

        machine.Return(directory);
    }

    /// <summary>Whether a group is the caller's.</summary>
    public bool IsInGroup(uint group) => GroupId == group || Groups.Contains(group);

    /// <summary>Whether a capability counts.</summary>
    public bool Has(int capability) => ((Capabilities >> capability) & 1) != 0;

    private bool IsFound(Errno error)
    {
        if (error.IsShortage)
        {
            Error = error;
        }

        return error == Errno.None;
    }

    /// <summary>Whether the caller has a capability in its own user namespace.</summary>
    public bool HasOwn(int capability) => ((OwnCapabilities >> capability) & 1) != 0;

    private void ReadPowers(in Caller caller, ServerCredentials server, int directory)
    {
        if (!IsForeign && UserId == server.UserId && GroupId == server.GroupId
            && Libc.GetCapabilities(caller.ThreadId, out CapabilitySets sets) == Errno.None
            && sets.Effective == server.Capabilities.Effective && server.CanBecomeOthers)
        {
            Capabilities = sets.Effective;
            OwnCapabilities = sets.Effective;
            IsServerLike = true;
            return;
        }

        using StatusText status = StatusText.Read(directory);
        if (!IsFound(status.Error))
        {
            return;
        }

        ReadGroups(status.Value("Groups:"u8));

        // access(2) in a set-uid program, for one, uses other ids than the task's own, and then not its capabilities.
        bool same = status.TryNumber("Uid:"u8, 3, out uint user) && user == UserId
            && status.TryNumber("Gid:"u8, 3, out uint group) && group == GroupId;
        if (same && status.TryHexadecimal("CapEff:"u8, out ulong effective))
        {
            OwnCapabilities = effective;
            Capabilities = IsForeign ? 0 : effective;
        }

        IsServerLike = !server.CanBecomeOthers && !IsForeign && UserId == server.UserId && GroupId == server.GroupId
            && Capabilities == server.Capabilities.Effective && Groups.SequenceEqual(server.Groups);
    }

    private void ReadGroups(ReadOnlySpan<byte> text)
    {
        while (Utf8Parser.TryParse(text, out uint group, out int used))
        {
            if (_groupCount == _groups.Length)
            {
                Array.Resize(ref _groups, _groups.Length * 2);
            }

            _groups[_groupCount++] = group;
            text = text[used..].TrimStart((byte)' ');
        }
    }
}
