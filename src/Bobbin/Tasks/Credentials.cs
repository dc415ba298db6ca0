namespace Bobbin.Tasks;

/// <summary>A task's credentials (<c>struct cred</c>). Immutable: threads and children share it until one of them changes its own.</summary>
public sealed record Credentials
{
    /// <summary>All capabilities that the kernel knows.</summary>
    public const ulong AllCapabilities = (1UL << 41) - 1;

    /// <summary>Root with all capabilities.</summary>
    public static Credentials Root { get; } = new()
    {
        Permitted = AllCapabilities,
        Effective = AllCapabilities,
        Bounding = AllCapabilities,
    };

    /// <summary>An ordinary user: one id for all four roles, no capabilities.</summary>
    public static Credentials OfUser(uint userId, uint groupId, params ReadOnlySpan<uint> groups) => new()
    {
        UserId = userId,
        EffectiveUserId = userId,
        SavedUserId = userId,
        FileSystemUserId = userId,
        GroupId = groupId,
        EffectiveGroupId = groupId,
        SavedGroupId = groupId,
        FileSystemGroupId = groupId,
        Groups = groups.ToArray(),
        Bounding = AllCapabilities,
    };

    /// <summary>Real user id.</summary>
    public uint UserId { get; init; }

    /// <summary>Effective user id: owns the task's files in /proc.</summary>
    public uint EffectiveUserId { get; init; }

    /// <summary>Saved user id.</summary>
    public uint SavedUserId { get; init; }

    /// <summary>User id for access to files.</summary>
    public uint FileSystemUserId { get; init; }

    /// <summary>Real group id.</summary>
    public uint GroupId { get; init; }

    /// <summary>Effective group id.</summary>
    public uint EffectiveGroupId { get; init; }

    /// <summary>Saved group id.</summary>
    public uint SavedGroupId { get; init; }

    /// <summary>Group id for access to files.</summary>
    public uint FileSystemGroupId { get; init; }

    /// <summary>Supplementary groups, ascending as the kernel keeps them.</summary>
    public ReadOnlyMemory<uint> Groups { get; init; }

    /// <summary>Capabilities kept across execve(2); bit n is <see cref="Capability"/> n.</summary>
    public ulong Inheritable { get; init; }

    /// <summary>Capabilities that may be made effective.</summary>
    public ulong Permitted { get; init; }

    /// <summary>Capabilities that count.</summary>
    public ulong Effective { get; init; }

    /// <summary>Capabilities that execve(2) may give.</summary>
    public ulong Bounding { get; init; }

    /// <summary>Capabilities kept by execve(2) of an ordinary program.</summary>
    public ulong Ambient { get; init; }

    /// <summary>PR_SET_NO_NEW_PRIVS was called.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>Mode of seccomp: 0 off, 1 strict, 2 filter.</summary>
    public int Seccomp { get; init; }

    /// <summary>How many seccomp filters are attached.</summary>
    public int SeccompFilters { get; init; }

    /// <summary>Whether a capability counts.</summary>
    public bool Has(Capability capability) => ((Effective >> (int)capability) & 1) != 0;
}
