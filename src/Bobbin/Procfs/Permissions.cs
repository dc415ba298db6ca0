using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>Discretionary access: mode bits against owner, group and capabilities (<c>fs/namei.c</c>, generic_permission).</summary>
internal static class Permissions
{
    public const int Execute = 1;
    public const int Write = 2;
    public const int Read = 4;

    /// <summary>EACCES unless the caller has all of <paramref name="mask"/>.</summary>
    public static Errno Check(in Caller caller, ICallerCredentials credentials, in ProcAttributes attributes, int mask)
    {
        uint mode = attributes.Mode;
        int shift = caller.UserId == attributes.UserId ? 6
            : IsGroup(caller, credentials, mode, attributes.GroupId) ? 3
            : 0;
        if ((mask & ~(int)(mode >> shift) & 7) == 0)
        {
            return Errno.None;
        }

        bool directory = (mode & FileType.Mask) == FileType.Directory;
        bool onlyLooks = directory ? (mask & Write) == 0 : mask == Read;
        if (onlyLooks && credentials.HasCapability(caller, Capability.CAP_DAC_READ_SEARCH))
        {
            return Errno.None;
        }

        bool executable = directory || (mask & Execute) == 0 || (mode & 0x49) != 0;
        return executable && credentials.HasCapability(caller, Capability.CAP_DAC_OVERRIDE) ? Errno.None : Errno.EACCES;
    }

    /// <summary>
    /// chmod, chown, truncate and utimes, by FATTR bits (<c>include/uapi/linux/fuse.h</c>). Nobody can change a mode. Owner and times
    /// the kernel takes and forgets soon, so nothing is kept; a truncation does nothing.
    /// </summary>
    public static Errno Change(in Caller caller, ICallerCredentials credentials, in ProcAttributes attributes, uint which)
    {
        const uint Mode = 1;
        const uint Owner = 2 | 4;
        const uint Size = 8;
        const uint Times = 16 | 32;
        const uint Now = 128 | 256;
        if ((which & Mode) != 0 || ((which & Owner) != 0 && !credentials.HasCapability(caller, Capability.CAP_CHOWN)))
        {
            return Errno.EPERM;
        }

        if ((which & Size) != 0)
        {
            Errno error = Check(caller, credentials, attributes, Write);
            if (error != Errno.None)
            {
                return error;
            }
        }

        if ((which & Times) == 0 || caller.UserId == attributes.UserId || credentials.HasCapability(caller, Capability.CAP_FOWNER))
        {
            return Errno.None;
        }

        return (which & Now) != 0 ? Check(caller, credentials, attributes, Write) : (which & Size) != 0 ? Errno.None : Errno.EPERM;
    }

    /// <summary>What open(2)'s flags ask for.</summary>
    public static int MaskOf(int flags) => (flags & OpenFlags.AccessMode) switch
    {
        OpenFlags.ReadOnly => (flags & OpenFlags.Truncate) != 0 ? Read | Write : Read,
        OpenFlags.WriteOnly => Write,
        _ => Read | Write,
    };

    // Where group and others may do the same, the groups need not be asked for.
    private static bool IsGroup(in Caller caller, ICallerCredentials credentials, uint mode, uint group) =>
        ((mode >> 3) & 7) != (mode & 7) && (caller.GroupId == group || credentials.IsInGroup(caller, group));
}

/// <summary>open(2)'s flags that procfs looks at (<c>include/uapi/asm-generic/fcntl.h</c>).</summary>
internal static class OpenFlags
{
    public const int AccessMode = 3;
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    public const int Truncate = 0x200;
}
