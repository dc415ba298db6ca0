using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/ns: all names always, also of a namespace that the task has given up. Kernel: fs/proc/namespaces.c.</summary>
/// <remarks>
/// A link's text, <c>net:[4026531840]</c>, is a relative path, so whoever follows the link looks that name up in this directory. It is not
/// listed but it is there: a file with the namespace's inode number, by which tools tell namespaces apart. Nobody may open it: there is nothing to enter.
/// </remarks>
internal sealed class NsDirectory : TaskSubdirectory
{
    private const int FirstTarget = 90;
    private const int FirstEntry = 100; // in ProcNode.Entry, behind the numbers of TaskEntries
    private const int Count = 10;
    private const int Pid = 3;
    private const int User = 5;

    /// <summary>Whether a node is one of the links in it.</summary>
    public static bool Contains(ProcNode node) =>
        node.Kind is ProcNodeKind.Group or ProcNodeKind.Thread && node.Entry - FirstEntry is >= 0 and < Count;

    /// <summary>Whether a node is what one of the links leads to.</summary>
    public static bool IsTarget(ProcNode node) =>
        node.Kind is ProcNodeKind.Group or ProcNodeKind.Thread && node.Entry - FirstTarget is >= 0 and < Count;

    public override Errno Find(
        GeneratedContent content, in Caller caller, in TaskRecord record, bool thread, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        for (int index = 0; index < Count; index++)
        {
            if (NameOf(index).SequenceEqual(name))
            {
                entry.Node = ProcNode.OfTask(record.Key, thread, FirstEntry + index);
                entry.IsLasting = true;
                content.Describe(GeneratedContent.OwnerOf(record), entry.Node, FileType.Link | 0x1FF, ref entry.Attributes);
                return Errno.None;
            }
        }

        return FindTarget(content, caller, record, thread, name, ref entry);
    }

    public override void List(in TaskRecord record, bool thread, long position, ref DirectoryWriter entries)
    {
        for (long index = position - 2; index < Count; index++)
        {
            ulong inode = ProcInode.OfTask(record.Key.Id, thread, FirstEntry + (int)index);
            if (!entries.TryAdd(NameOf((int)index), inode, index + 3, DirectoryEntryType.Link))
            {
                break;
            }
        }
    }

    /// <summary>The text of a link: <c>net:[4026531840]</c>.</summary>
    public static Errno ReadLink(in TaskRecord record, ProcNode node, Span<byte> target, out int length)
    {
        ProcText text = new(stackalloc byte[64]);
        length = 0;
        if (!TryWriteText(record, node.Entry - FirstEntry, ref text))
        {
            return Errno.ENOENT;
        }

        length = Math.Min(text.Length, target.Length);
        text.Written[..length].CopyTo(target);
        return Errno.None;
    }

    /// <summary>Attributes of what a link leads to: those of a file of nsfs.</summary>
    public static Errno GetTargetAttributes(GeneratedContent content, in TaskRecord record, ProcNode node, ref ProcAttributes attributes)
    {
        content.Describe(GeneratedContent.Nobody, node, FileType.Regular | 0x124, ref attributes);
        attributes.Inode = NumberOf(record, node.Entry - FirstTarget);
        return attributes.Inode == 0 ? Errno.ENOENT : Errno.None;
    }

    private static Errno FindTarget(
        GeneratedContent content, in Caller caller, in TaskRecord record, bool thread, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        ProcText text = new(stackalloc byte[64]);
        for (int index = 0; index < Count; index++)
        {
            text.Cut(0);
            if (TryWriteText(record, index, ref text) && text.Written.SequenceEqual(name))
            {
                entry.Node = ProcNode.OfTask(record.Key, thread, FirstTarget + index);
                return content.TaskAccess.MayTrace(caller, record)
                    ? GetTargetAttributes(content, record, entry.Node, ref entry.Attributes)
                    : Errno.EACCES;
            }
        }

        return Errno.ENOENT;
    }

    private static bool TryWriteText(in TaskRecord record, int index, ref ProcText text)
    {
        ulong number = NumberOf(record, index);
        ReadOnlySpan<byte> name = NameOf(index);
        ReadOnlySpan<byte> suffix = "_for_children"u8;
        text.Literal(name.EndsWith(suffix) ? name[..^suffix.Length] : name).Literal(":["u8).Number(number).Byte((byte)']');
        return number != 0;
    }

    /// <summary>An ended task has given up its namespaces (nsproxy); those of its id and its credentials it still has.</summary>
    private static ulong NumberOf(in TaskRecord record, int index) =>
        record.State != TaskState.Zombie || index is Pid or User ? NumberOf(record.Namespaces, index) : 0;

    private static ReadOnlySpan<byte> NameOf(int index) => index switch
    {
        0 => "net"u8,
        1 => "uts"u8,
        2 => "ipc"u8,
        Pid => "pid"u8,
        4 => "pid_for_children"u8,
        User => "user"u8,
        6 => "mnt"u8,
        7 => "cgroup"u8,
        8 => "time"u8,
        _ => "time_for_children"u8,
    };

    private static ulong NumberOf(TaskNamespaces namespaces, int index) => index switch
    {
        0 => namespaces.Net,
        1 => namespaces.Uts,
        2 => namespaces.Ipc,
        Pid => namespaces.Pid,
        4 => namespaces.PidForChildren,
        User => namespaces.User,
        6 => namespaces.Mount,
        7 => namespaces.Cgroup,
        8 => namespaces.Time,
        _ => namespaces.TimeForChildren,
    };
}
