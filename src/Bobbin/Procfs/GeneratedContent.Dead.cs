using Bobbin.Kernel.Linux;
using Bobbin.Procfs.Files;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

// What is held open after its task's death.
public sealed partial class GeneratedContent
{
    /// <summary>The owner of what belongs to no task any more, or never did: root.</summary>
    internal static TaskOwner Nobody => new(0, 0, IsDumpable: false, IsKernelThread: true, ThreadCount: 0, OpenFileCount: 0);

    /// <inheritdoc/>
    public override Errno GetDeadAttributes(ProcNode node, bool isDirectory, ref ProcAttributes attributes)
    {
        if (node.Kind == ProcNodeKind.DescriptorInfo)
        {
            Describe(Nobody, node, FdDirectory.InfoMode, ref attributes);
            return Errno.None;
        }

        if (node.Kind is ProcNodeKind.Group or ProcNodeKind.Thread && node.Entry == 0)
        {
            Describe(Nobody, node, FileType.Directory | 0x16D, ref attributes);
            attributes.Links = (uint)(2 + TaskEntries.CountDirectories(node.IsThread));
            return Errno.None;
        }

        bool named = TaskEntries.TryGet(node.Entry, out TaskEntry? row);
        Errno error = Describe(Nobody, node, ref attributes);
        return named && row!.Directory is not null ? row.Directory.AttributesAfterDeath : error;
    }
}
