using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>
/// The proc file system over any source of tasks, with no FUSE in it: each operation for a caller, reads and listings also for the
/// opener (captured in the <see cref="ProcFile"/>). Safe to call from several threads.
/// </summary>
/// <param name="source">Where tasks come from.</param>
/// <param name="content">What their files, and the machine's, say.</param>
/// <param name="view">What is shown.</param>
public sealed partial class ProcTree(ITaskSource source, ProcContent content, ProcView view)
{
    /// <summary>Where tasks come from.</summary>
    public ITaskSource Source => source;

    /// <summary>What the files say.</summary>
    public ProcContent Content => content;

    /// <summary>What is shown.</summary>
    public ProcView View => view;
}
