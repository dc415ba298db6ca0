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
    /// <param name="caller">Who asks.</param>
    /// <param name="capability">Its number (<c>CAP_*</c>, capability.h).</param>
    bool HasCapability(in Caller caller, int capability);
}

/// <summary>The capabilities that procfs asks about (<c>include/uapi/linux/capability.h</c>).</summary>
public static class Capability
{
    /// <summary><c>CAP_DAC_OVERRIDE</c>: permission bits do not bind.</summary>
    public const int DacOverride = 1;

    /// <summary><c>CAP_DAC_READ_SEARCH</c>: permission bits do not bind readers.</summary>
    public const int DacReadSearch = 2;

    /// <summary><c>CAP_FOWNER</c>: counts as the owner of every file.</summary>
    public const int FileOwner = 3;

    /// <summary><c>CAP_SYS_PTRACE</c>: may look into every task.</summary>
    public const int SysPtrace = 19;

    /// <summary><c>CAP_SYS_ADMIN</c>.</summary>
    public const int SysAdmin = 21;

    /// <summary><c>CAP_SYS_NICE</c>.</summary>
    public const int SysNice = 23;

    /// <summary><c>CAP_SYS_RESOURCE</c>.</summary>
    public const int SysResource = 24;
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
    public bool HasCapability(in Caller caller, int capability) => _rootIsCapable && caller.UserId == 0;
}
