using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary><c>struct __user_cap_header_struct</c> (<c>include/uapi/linux/capability.h</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CapabilityHeader
{
    public uint Version;
    public int ThreadId;

    /// <summary><c>_LINUX_CAPABILITY_VERSION_3</c>.</summary>
    public const uint Version3 = 0x2008_0522;
}

/// <summary><c>struct __user_cap_data_struct</c>; two of them, low half first, make the sets.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CapabilityData
{
    public uint Effective;
    public uint Permitted;
    public uint Inheritable;
}

/// <summary>The three sets that capget(2) and capset(2) deal in, bit n for capability n.</summary>
internal readonly record struct CapabilitySets(ulong Effective, ulong Permitted, ulong Inheritable)
{
    /// <summary>Whether the effective set holds a capability, by its number.</summary>
    public bool Has(int capability) => ((Effective >> capability) & 1) != 0;
}

// Credentials of the calling thread alone. The C library's own functions of these names change every thread of the process.
internal static unsafe partial class Libc
{
    /// <summary>setresuid(2) of the thread; <see cref="Unchanged"/> leaves an id as it is. The file system id follows the effective one.</summary>
    public static Errno SetThreadUserIds(uint real, uint effective, uint saved) =>
        Failure(syscall(SystemCall.Setresuid, (nint)real, (nint)effective, (nint)saved));

    /// <summary>setresgid(2) of the thread.</summary>
    public static Errno SetThreadGroupIds(uint real, uint effective, uint saved) =>
        Failure(syscall(SystemCall.Setresgid, (nint)real, (nint)effective, (nint)saved));

    /// <summary>The id that setresuid(2) and setresgid(2) take for "leave it": -1.</summary>
    public const uint Unchanged = uint.MaxValue;

    /// <summary>setgroups(2) of the thread.</summary>
    public static Errno SetThreadGroups(ReadOnlySpan<uint> groups)
    {
        fixed (uint* at = groups)
        {
            return Failure(syscall(SystemCall.Setgroups, groups.Length, (nint)at));
        }
    }

    /// <summary>getgroups(2): the thread's supplementary groups. EINVAL where there are more than fit.</summary>
    public static Errno GetThreadGroups(Span<uint> groups, out int count)
    {
        fixed (uint* at = groups)
        {
            return Counted(syscall(SystemCall.Getgroups, groups.Length, (nint)at), out count);
        }
    }

    /// <summary>capset(2) of the thread.</summary>
    public static Errno SetThreadCapabilities(CapabilitySets sets)
    {
        CapabilityHeader header = new() { Version = CapabilityHeader.Version3 };
        CapabilityData* data = stackalloc CapabilityData[2];
        data[0] = new() { Effective = (uint)sets.Effective, Permitted = (uint)sets.Permitted, Inheritable = (uint)sets.Inheritable };
        data[1] = new() { Effective = (uint)(sets.Effective >> 32), Permitted = (uint)(sets.Permitted >> 32), Inheritable = (uint)(sets.Inheritable >> 32) };
        return Failure(syscall(SystemCall.Capset, (nint)(&header), (nint)data));
    }

    /// <summary>capget(2): the sets of a thread, of the calling one with id 0.</summary>
    public static Errno GetCapabilities(int thread, out CapabilitySets sets)
    {
        CapabilityHeader header = new() { Version = CapabilityHeader.Version3, ThreadId = thread };
        CapabilityData* data = stackalloc CapabilityData[2];
        data[0] = default;
        data[1] = default;
        Errno error = Failure(syscall(SystemCall.Capget, (nint)(&header), (nint)data));
        sets = new(
            data[0].Effective | ((ulong)data[1].Effective << 32),
            data[0].Permitted | ((ulong)data[1].Permitted << 32),
            data[0].Inheritable | ((ulong)data[1].Inheritable << 32));
        return error;
    }
}
