using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>
/// What a caller may, beyond the ids in <see cref="Caller"/>. Asked only while a reply is owed, since only then is the caller held,
/// and only where the answer decides something. To say less than the truth is safe, more is not.
/// </summary>
public interface ICallerCredentials
{
    /// <summary>Whether a group is among the caller's supplementary groups.</summary>
    bool IsInGroup(in Caller caller, uint groupId);

    /// <summary>Whether the caller has a capability that counts for the tasks shown.</summary>
    bool HasCapability(in Caller caller, Capability capability);
}

/// <summary>Credentials that follow from the ids alone.</summary>
public sealed class BareCredentials : ICallerCredentials
{
    private readonly bool _rootIsCapable;

    private BareCredentials(bool rootIsCapable) => _rootIsCapable = rootIsCapable;

    /// <summary>No groups; no capabilities, for user 0 neither.</summary>
    public static BareCredentials Powerless { get; } = new(false);

    /// <summary>No groups; all capabilities for user 0. Right only where user 0 cannot be root of another user namespace.</summary>
    public static BareCredentials CapableRoot { get; } = new(true);

    /// <inheritdoc/>
    public bool IsInGroup(in Caller caller, uint groupId) => false;

    /// <inheritdoc/>
    public bool HasCapability(in Caller caller, Capability capability) => _rootIsCapable && caller.UserId == 0;
}
