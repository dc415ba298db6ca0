using System.Buffers;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;

namespace Bobbin.Live;

/// <summary>One of the kernel's directories, open: names and positions are the kernel's, inode numbers ours.</summary>
internal sealed class KernelDirectory : ProcFile
{
    private const EntryRule AtRead = EntryRule.Trace | EntryRule.OpenToOwnGroup | EntryRule.Namespaces;

    private static readonly FileList<KernelDirectory> s_closed = new();

    private readonly Lock _lock = new();
    private KernelContent? _content;
    private TaskDirectory? _task;
    private ProcNode _node;
    private EntryRule _rule;
    private ulong _inode;
    private ulong _parentInode;
    private int _descriptor;
    private long _position;

    /// <summary>Makes an open directory of a descriptor.</summary>
    public static KernelDirectory Rent(KernelContent content, ProcNode node, in Target target, int descriptor)
    {
        KernelDirectory directory = s_closed.Take() ?? new KernelDirectory();
        directory._content = content;
        directory._node = node;
        directory._inode = target.Inode;
        directory._parentInode = content.ParentInodeOf(node, target.Row);
        directory._descriptor = descriptor;
        directory._position = 0;
        directory._task = content.Keep(target.Task);

        // Only map_files asks again who reads it, and /proc/sys shows what there is where the reader lives.
        directory._rule = (target.Rule & EntryRule.Namespaces) != 0 || target.Path.SequenceEqual("map_files"u8)
            ? target.Rule & AtRead
            : EntryRule.Public;
        return directory;
    }

    public override Errno List(in Caller caller, long position, ref DirectoryWriter entries)
    {
        lock (_lock)
        {
            Errno error = position == _position ? Errno.None : Libc.Seek(_descriptor, position);
            if (error == Errno.None)
            {
                error = _content!.Enter(caller, _task, _rule, 4, default, out Passage passage);
                if (error == Errno.None)
                {
                    error = List(position, ref entries);
                    passage.Dispose();
                }
            }

            return error;
        }
    }

    public override bool TryGetAttributes(in Caller caller, ref ProcAttributes attributes, out Errno error)
    {
        error = Libc.Stat(_descriptor, out Statx stat);
        KernelContent.Fill(stat, _inode, ref attributes);
        return true;
    }

    public override void Release()
    {
        KernelContent? content = Interlocked.Exchange(ref _content, null);
        if (content is null)
        {
            return;
        }

        Libc.Close(_descriptor);
        content.Drop(_task);
        _task = null;
        s_closed.Return(this);
    }

    private Errno List(long position, ref DirectoryWriter entries)
    {
        int room = Math.Clamp(entries.Free, 1024, 32768);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(room);
        int before = entries.Length;
        Errno error;
        int length;
        while ((error = Libc.GetDents(_descriptor, buffer.AsSpan(0, room), out length)) == Errno.None && length > 0)
        {
            DirectoryReader reader = new(buffer.AsSpan(0, length));
            while (reader.MoveNext())
            {
                if (!entries.TryAdd(reader.Name, InodeOf(reader.Name, reader.Inode), reader.Next, reader.Type))
                {
                    _position = -1; // the kernel's position is beyond what was taken
                    ArrayPool<byte>.Shared.Return(buffer);
                    return Errno.None;
                }

                position = reader.Next;
            }
        }

        _position = position;
        ArrayPool<byte>.Shared.Return(buffer);
        return entries.Length > before ? Errno.None : error;
    }

    private ulong InodeOf(ReadOnlySpan<byte> name, ulong kernelInode)
    {
        if (name.SequenceEqual("."u8))
        {
            return _inode;
        }

        return name.SequenceEqual(".."u8) ? _parentInode : _content!.InodeIn(_node, name, kernelInode);
    }
}
