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
    /// <exception cref="Kernel.Linux.LinuxException">There is no procfs to be had.</exception>
    public static ProcServer ForLive(ProcServerOptions? options = null, int pidNamespace = -1, string linkBase = "")
    {
        options ??= new ProcServerOptions();
        if (options.Mode != MountMode.Exact)
        {
            throw new ArgumentException("A live source is never at rest.", nameof(options));
        }

        LiveProcfs procfs = LiveProcfs.Open(options.View, pidNamespace);
        string ends = "ends not told (another pid namespace is shown)";
        LiveTasks tasks = new(procfs, pidNamespace < 0 ? ExitSources.Open(out ends) : null);
        KernelContent content = new(procfs, tasks, Encoding.UTF8.GetBytes(linkBase));
        string words = $"live: {(procfs.IsOwn ? "own procfs instance" : "the machine's /proc")}; {ends}";
        return new ProcServer(new ProcTree(tasks, content, options.View, content), words, options, new Owned(content, tasks, procfs));
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
