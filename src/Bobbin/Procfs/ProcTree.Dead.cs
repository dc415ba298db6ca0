using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

// What is held open after its task's death.
public sealed partial class ProcTree
{
    /// <summary>Whether a node is one of the tree's own static entries: <c>fs</c>, <c>fs/bobbin</c> and what stands in it.</summary>
    internal bool IsOwn(ProcNode node) => _registry.TryGet(node, out _);

    /// <summary>fstat(2) of what is held open of a dead task: it goes on, as root's.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="node">The node.</param>
    /// <param name="held">It, opened by whomever; null where it is not open, or keeps no state.</param>
    /// <param name="isDirectory">Whether it was opened as a directory.</param>
    /// <param name="attributes">To be filled.</param>
    internal Errno GetDeadAttributes(in Caller caller, ProcNode node, ProcFile? held, bool isDirectory, ref ProcAttributes attributes)
    {
        attributes = default;
        if (held is not null && held.TryGetAttributes(caller, ref attributes, out Errno error))
        {
            return error;
        }

        attributes = default;
        attributes.Inode = ProcInode.Of(node);
        attributes.Time = _born;
        if (IsTaskList(node))
        {
            attributes.Mode = ReadableDirectory;
            attributes.Links = 2;
            return Errno.None;
        }

        return _content.GetDeadAttributes(node, isDirectory, ref attributes);
    }
}
