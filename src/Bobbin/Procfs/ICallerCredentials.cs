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

    /// <summary>The caller's effective capabilities, as far as they count for the tasks shown: bit n is <see cref="Capability"/> n.</summary>
    ulong GetCapabilities(in Caller caller);
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
    public ulong GetCapabilities(in Caller caller) => _rootIsCapable && caller.UserId == 0 ? Credentials.AllCapabilities : 0;
}

/// <summary>Questions about a caller's credentials.</summary>
internal static class CallerCredentialsExtensions
{
    /// <summary>Whether the caller has a capability.</summary>
    public static bool HasCapability(this ICallerCredentials credentials, in Caller caller, Capability capability) =>
        ((credentials.GetCapabilities(caller) >> (int)capability) & 1) != 0;
}
