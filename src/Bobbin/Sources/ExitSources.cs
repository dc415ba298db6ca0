using Bobbin.Kernel.Linux;
using Bobbin.Live;

namespace Bobbin.Sources;

/// <summary>Chooses what tells the ends of this machine's tasks, and says why in words.</summary>
internal static class ExitSources
{
    /// <summary>Pidfds need a descriptor for each task that is watched; the limit leaves room for all else that a server opens.</summary>
    private const int MostWatched = 16384;

    /// <summary>The best that this machine allows; null where nothing can tell ends.</summary>
    /// <param name="reason">Which, or why none.</param>
    public static IExitSource? Open(out string reason)
    {
        if (BpfExits.TryOpen(out string bpf) is { } exits)
        {
            reason = $"ends told by {bpf}";
            return exits;
        }

        // A pidfd can be had of any thread, and hangs up when its task is reaped, since 6.9.
        if (Libc.PidfdOpen(Libc.GetThreadId(), anyThread: true, out int own) == Errno.None)
        {
            Libc.Close(own);
            int bound = Bound();
            reason = $"ends told by pidfds, for {bound} tasks at once (not by BPF: {bpf})";
            return new PidfdExits(bound);
        }

        reason = $"ends not told (not by BPF: {bpf}; not by pidfds: kernel older than 6.9)";
        return null;
    }

    private static int Bound() =>
        Libc.GetLimit(ResourceLimit.OpenFiles, out ResourceLimit limit) == Errno.None
            ? (int)Math.Clamp(limit.Soft / 4, 16, MostWatched)
            : 256;
}
