using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Launch;

/// <summary>The limit of a user's processes and threads (<c>ulimit -u</c>).</summary>
internal static class ProcessLimit
{
    private const ulong Few = 256;

    /// <summary>Whether it is most likely the reason why something ended: a runtime that cannot make its threads says nothing.</summary>
    public static bool IsLow => Libc.GetLimit(ResourceLimit.Processes, out ResourceLimit limit) == Errno.None && limit.Soft < Few;
}
