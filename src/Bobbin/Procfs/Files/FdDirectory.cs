using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/fd and fdinfo: a name for every open file; descriptor N stands at position N + 2. Kernel: fs/proc/fd.c.</summary>
internal sealed class FdDirectory(bool info) : TaskSubdirectory
{
    /// <summary>Type and mode of <c>fdinfo/N</c>.</summary>
    public const uint InfoMode = FileType.Regular | 0x124;

    private const int LinkSize = 64;

    /// <summary>Whether it is <c>fdinfo</c>.</summary>
    public bool IsInfo => info;

    // fdinfo asks for its task before it looks for a name.
    public override Errno AfterDeath => info ? Errno.ESRCH : Errno.ENOENT;

    public override Errno AttributesAfterDeath => info ? Errno.None : Errno.ENOENT;

    public override Errno Find(
        GeneratedContent content, in Caller caller, in TaskRecord record, bool thread, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        if (!DecimalName.TryParse(name, out uint number) || number >= ProcNode.DescriptorLimit)
        {
            return Errno.ENOENT;
        }

        entry.Node = ProcNode.OfDescriptor(record.Key, thread, (int)number, info);
        return GetAttributes(content, record, entry.Node, ref entry.Attributes);
    }

    public override void List(in TaskRecord record, bool thread, long position, ref DirectoryWriter entries)
    {
        ReadOnlySpan<OpenFile> files = record.Files.Span;
        Span<byte> digits = stackalloc byte[DecimalName.MaxLength];
        for (int index = IndexOf(files, position - 2); index < files.Length; index++)
        {
            int number = files[index].Number;
            if (number >= ProcNode.DescriptorLimit)
            {
                break;
            }

            long next = (index + 1 < files.Length ? files[index + 1].Number : record.FileTableSize) + 2;
            ulong inode = ProcInode.OfDescriptor(record.Key.Id, thread, number, info);
            DirectoryEntryType type = info ? DirectoryEntryType.Regular : DirectoryEntryType.Link;
            if (!entries.TryAdd(DecimalName.Format(number, digits), inode, next, type))
            {
                break;
            }
        }
    }

    /// <summary>Attributes of <c>fd/N</c> or <c>fdinfo/N</c>; ENOENT where N is not open.</summary>
    public static Errno GetAttributes(GeneratedContent content, in TaskRecord record, ProcNode node, ref ProcAttributes attributes)
    {
        if (!TryGet(record, node.Number, out OpenFile? file))
        {
            return Errno.ENOENT;
        }

        bool isInfo = node.Kind == ProcNodeKind.DescriptorInfo;
        content.Describe(GeneratedContent.OwnerOf(record), node, isInfo ? InfoMode : LinkMode(file), ref attributes);
        attributes.Size = isInfo ? 0 : LinkSize;
        return Errno.None;
    }

    /// <summary>What descriptor N is; nothing where it is not open.</summary>
    public static ReadOnlySpan<byte> TargetOf(in TaskRecord record, int number) =>
        TryGet(record, number, out OpenFile? file) ? file.Target.Span : default;

    /// <summary>Finds an open file by its number.</summary>
    public static bool TryGet(in TaskRecord record, int number, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out OpenFile? file)
    {
        ReadOnlySpan<OpenFile> files = record.Files.Span;
        int index = IndexOf(files, number);
        file = index < files.Length && files[index].Number == number ? files[index] : null;
        return file is not null;
    }

    /// <summary>The mode tells how the file was opened: l r-x, -wx, rwx, or nothing at all with O_PATH.</summary>
    private static uint LinkMode(OpenFile file) =>
        FileType.Link | (file.IsReadable ? 0x140U : 0) | (file.IsWritable ? 0xC0U : 0);

    /// <summary>The first file whose number is at least <paramref name="number"/>.</summary>
    private static int IndexOf(ReadOnlySpan<OpenFile> files, long number)
    {
        int low = 0;
        int high = files.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = files[middle].Number < number ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
