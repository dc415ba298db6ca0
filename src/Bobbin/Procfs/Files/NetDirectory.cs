using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>
/// /proc/PID/net: the task's network namespace. Kernel: fs/proc/proc_net.c. Records know of no sockets, so every file has its heading,
/// which is what tools look for.
/// </summary>
internal sealed class NetDirectory : TaskSubdirectory
{
    private const int FirstEntry = 112; // in ProcNode.Entry, behind NsDirectory's
    private const int Count = 10;
    private const uint Mode = FileType.Regular | 0x124;

    /// <summary>Whether a node is one of the files in it.</summary>
    public static bool Contains(ProcNode node) =>
        node.Kind is ProcNodeKind.Group or ProcNodeKind.Thread && node.Entry - FirstEntry is >= 0 and < Count;

    public override Errno Find(
        GeneratedContent content, in Caller caller, in TaskRecord record, bool thread, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        for (int index = 0; index < Count && record.State != TaskState.Zombie; index++)
        {
            if (NameOf(index).SequenceEqual(name))
            {
                entry.Node = ProcNode.OfTask(record.Key, thread, FirstEntry + index);
                return GetAttributes(entry.Node, content, ref entry.Attributes);
            }
        }

        return Errno.ENOENT;
    }

    public override void List(in TaskRecord record, bool thread, long position, ref DirectoryWriter entries)
    {
        for (long index = position - 2; index < Count; index++)
        {
            ulong inode = ProcInode.OfTask(record.Key.Id, thread, FirstEntry + (int)index);
            if (!entries.TryAdd(NameOf((int)index), inode, index + 3, DirectoryEntryType.Regular))
            {
                break;
            }
        }
    }

    /// <summary>Attributes of a file in it: root's, like the namespace.</summary>
    public static Errno GetAttributes(ProcNode node, GeneratedContent content, ref ProcAttributes attributes)
    {
        content.Describe(GeneratedContent.Nobody, node, Mode, ref attributes);
        return Errno.None;
    }

    /// <summary>Writes the file that a node is.</summary>
    public static void Write(ProcNode node, ref ProcText text) => text.Literal(HeadingOf(node.Entry - FirstEntry));

    private static ReadOnlySpan<byte> NameOf(int index) => index switch
    {
        0 => "dev"u8,
        1 => "raw"u8,
        2 => "tcp"u8,
        3 => "udp"u8,
        4 => "raw6"u8,
        5 => "tcp6"u8,
        6 => "udp6"u8,
        7 => "unix"u8,
        8 => "route"u8,
        _ => "netlink"u8,
    };

    private static ReadOnlySpan<byte> HeadingOf(int index) => index switch
    {
        0 => """
            Inter-|   Receive                                                |  Transmit
             face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed

            """u8,
        1 => "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n"u8,
        3 => "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops            \n"u8,
        2 => "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                                                     \n"u8,
        4 or 6 => "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n"u8,
        5 => "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"u8,
        7 => "Num       RefCount Protocol Flags    Type St Inode Path\n"u8,
        8 => "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT                                                       \n"u8,
        _ => "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n"u8,
    };
}
