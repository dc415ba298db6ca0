using System.Text;
using Bobbin.Live;
using Bobbin.Procfs;
using Bobbin.Sources;

namespace Bobbin.Mount;

// This machine's tasks.
public sealed partial class ProcServer
{
    /// <summary>Prepares to serve this machine's tasks.</summary>
    /// <param name="options">How; live is always <see cref="MountMode.Exact"/>.</param>
    /// <param name="pidNamespace">A descriptor of the pid namespace to show, which stays its owner's; -1: this process's own.</param>
    /// <param name="linkBase">
    /// The path of a kernel procfs that callers can reach, for links whose texts lead nowhere (pipes, sockets, deleted files); empty: there
    /// is none.
    /// </param>
    /// <param name="procfs">
    /// A directory of the kernel's procfs, which stays its owner's, for where none can be mounted; -1: /proc is the kernel's.
    /// </param>
    /// <exception cref="Kernel.Linux.LinuxException">There is no procfs to be had.</exception>
    public static ProcServer ForLive(ProcServerOptions? options = null, int pidNamespace = -1, string linkBase = "", int procfs = -1)
    {
        options ??= new ProcServerOptions();
        if (options.Mode != MountMode.Exact)
        {
            throw new ArgumentException("A live source is never at rest.", nameof(options));
        }

        string reason = "ends not told (another pid namespace is shown)";
        IExitSource? exits = pidNamespace < 0 ? ExitSources.Open(out reason) : null;
        return ForLive(options, pidNamespace, linkBase, exits, reason, procfs);
    }

    internal static ProcServer ForLive(ProcServerOptions options, int pidNamespace, string linkBase, IExitSource? exits, string reason, int machine = -1)
    {
        LiveProcfs procfs = LiveProcfs.Open(options.View, pidNamespace, machine);
        LiveTasks tasks = new(procfs, exits);
        PendingLandlockDomains domains = new();
        KernelContent content = new(procfs, tasks, Encoding.UTF8.GetBytes(linkBase), domains);
        ProcTree tree = new(tasks, content, options.View, content);
        string words = $"live: {(procfs.IsOwn ? "own procfs instance" : "the machine's /proc")}; {reason}";
        return new ProcServer(tree, words, options, new Owned(content, tasks, procfs, domains), Chooser(tree, options, exits is not null));
    }

    private sealed class Owned(params IDisposable[] parts) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable part in parts)
            {
                part.Dispose();
            }
        }
    }
}
