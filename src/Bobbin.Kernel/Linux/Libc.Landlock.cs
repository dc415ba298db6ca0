using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary><c>struct landlock_ruleset_attr</c> (<c>include/uapi/linux/landlock.h</c>), as its first version has it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LandlockRuleset
{
    /// <summary><c>handled_access_fs</c>: what is refused but where a rule allows it.</summary>
    public ulong HandledAccess;
}

// Landlock: domains in which a thread confines itself.
internal static unsafe partial class Libc
{
    private const uint LandlockVersion = 1; // LANDLOCK_CREATE_RULESET_VERSION

    /// <summary>
    /// Whether threads can confine themselves: what landlock_create_ruleset(2) says its version is. ENOSYS, EOPNOTSUPP: it was not built, or
    /// was left out at boot. Anything else does not tell: a filter of system calls may say what it likes.
    /// </summary>
    public static Errno GetLandlockVersion(out int version)
    {
        version = (int)syscall(SystemCall.LandlockCreateRuleset, 0, 0, (nint)LandlockVersion);
        return Failure(version);
    }

    /// <summary>landlock_create_ruleset(2).</summary>
    public static Errno CreateLandlockRuleset(LandlockRuleset rules, out int descriptor)
    {
        descriptor = (int)syscall(SystemCall.LandlockCreateRuleset, (nint)(&rules), sizeof(LandlockRuleset), 0);
        return Failure(descriptor);
    }

    /// <summary>landlock_restrict_self(2): the calling thread, for good. Needs no_new_privs or CAP_SYS_ADMIN.</summary>
    public static Errno RestrictByLandlock(int ruleset) => Failure(syscall(SystemCall.LandlockRestrictSelf, ruleset, 0));
}
