using Bobbin.Kernel.Linux;

namespace Bobbin.Procfs;

// What is held open after its task's death.
public sealed partial class GeneratedContent
{
    /// <inheritdoc/>
    public override Errno GetDeadAttributes(ProcNode node, bool isDirectory, ref ProcAttributes attributes)
    {
        if (node.Entry == 0 && node.Kind is ProcNodeKind.Group or ProcNodeKind.Thread)
        {
            attributes.Mode = FileType.Directory | 0x16D;
            attributes.Links = (uint)(2 + TaskEntries.CountDirectories(node.IsThread));
            return Errno.None;
        }

        if (!TaskEntries.TryGet(node.Entry, out TaskEntry? row))
        {
            return base.GetDeadAttributes(node, isDirectory, ref attributes);
        }

        // proc_fd_getattr (fs/proc/fd.c) counts the open files of its task, and so misses it.
        if (row.Name.SequenceEqual("fd"u8))
        {
            return Errno.ENOENT;
        }

        attributes.Mode = row.Mode;
        attributes.Links = row.DirectoryType == DirectoryEntryType.Directory ? 2u : 1u;
        return Errno.None;
    }
}
