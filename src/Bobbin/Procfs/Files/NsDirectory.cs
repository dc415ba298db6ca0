using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/ns: all names always, also of a namespace that the task has given up. Kernel: fs/proc/namespaces.c.</summary>
internal sealed class NsDirectory : TaskSubdirectory
{
    private const int FirstEntry = 100; // in ProcNode.Entry, behind the numbers of TaskEntries
    private const int Count = 10;
    private const int Pid = 3;
    private const int User = 5;

    /// <summary>Whether a node is one of the links in it.</summary>
    public static bool Contains(ProcNode node) =>
        node.Kind is ProcNodeKind.Group or ProcNodeKind.Thread && node.Entry - FirstEntry is >= 0 and < Count;

    public override Errno Find(GeneratedContent content, in TaskRecord record, bool thread, ReadOnlySpan<byte> name, ref ProcEntry entry)
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

        return Errno.ENOENT;
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
        int index = node.Entry - FirstEntry;
        length = 0;

        // An ended task has given up its namespaces (nsproxy); those of its id and its credentials it still has.
        bool kept = record.State != TaskState.Zombie || index is Pid or User;
        ulong number = kept ? NumberOf(record.Namespaces, index) : 0;
        if (number == 0)
        {
            return Errno.ENOENT;
        }

        ProcText text = new(stackalloc byte[64]);
        ReadOnlySpan<byte> name = NameOf(index);
        ReadOnlySpan<byte> suffix = "_for_children"u8;
        text.Literal(name.EndsWith(suffix) ? name[..^suffix.Length] : name).Literal(":["u8).Number(number).Byte((byte)']');
        length = Math.Min(text.Length, target.Length);
        text.Written[..length].CopyTo(target);
        return Errno.None;
    }

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
