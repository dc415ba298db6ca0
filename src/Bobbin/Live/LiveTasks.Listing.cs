using System.Buffers;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

// Listing, by getdents64(2) at the kernel's own positions.
public sealed partial class LiveTasks
{
    private const long FirstTask = 258; // TGID_OFFSET (fs/proc/base.c): a group stands at its id plus this
    private const int RecordLength = 32; // of a name of up to twelve bytes

    private DirectoryPool? _roots;
    private ThreadSnapshot? _snapshot;

    /// <inheritdoc/>
    public Errno ListGroups(int from, Span<int> ids, out int count) => ListGroups(Roots, from, ids, out count);

    /// <inheritdoc/>
    public Errno ListTasks(int from, Span<int> ids, out int count)
    {
        ThreadSnapshot? snapshot = Volatile.Read(ref _snapshot);
        bool fresh = from <= 1 || snapshot is null || snapshot.IsOld;
        if (fresh)
        {
            Errno error = ThreadSnapshot.Take(this, out snapshot);
            if (error != Errno.None)
            {
                count = 0;
                return error;
            }

            Volatile.Write(ref _snapshot, snapshot);
        }

        count = snapshot!.List(from, ids, check: !fresh && _procfs.Shown is null);
        return Errno.None;
    }

    /// <inheritdoc/>
    public Errno ListThreads(TaskKey task, int resumeAt, int index, Span<int> ids, out int count)
    {
        count = 0;
        Errno error = Rent(task, out TaskDirectory directory);
        if (error != Errno.None)
        {
            return error;
        }

        error = _tasks.OpenAt(directory.Descriptor, "task"u8, OpenFlags.ReadOnly | OpenFlags.Directory, out int list);
        _tasks.Return(directory);
        if (error != Errno.None)
        {
            return error == Errno.ESRCH ? Errno.ENOENT : error;
        }

        error = ListThreadsFrom(list, index, ids, out count);
        if (error == Errno.None && resumeAt != 0 && (count == 0 || ids[0] != resumeAt))
        {
            error = ResumeThreads(list, resumeAt, ids, ref count);
        }

        Libc.Close(list);
        return error;
    }

    /// <summary>Lists the groups that a root shows to the calling thread.</summary>
    internal static Errno ListGroups(DirectoryPool roots, int from, Span<int> ids, out int count)
    {
        count = 0;
        if (ids.IsEmpty || from >= ProcNode.TaskIdLimit)
        {
            return Errno.None;
        }

        Errno error = roots.Rent(out int root);
        if (error != Errno.None)
        {
            return error;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Min(ids.Length * RecordLength, 32768));
        error = Libc.Seek(root, Math.Max(from, 1) + FirstTask);
        while (error == Errno.None && count < ids.Length)
        {
            error = Libc.GetDents(root, buffer, out int length);
            if (length == 0)
            {
                break;
            }

            count += TakeIds(buffer.AsSpan(0, length), ids[count..]);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        roots.Return(root);
        return error;
    }

    /// <summary>Roots of the procfs, open for listing.</summary>
    internal DirectoryPool Roots => _roots ?? Interlocked.CompareExchange(ref _roots, new DirectoryPool(_tasks), null) ?? _roots!;

    /// <summary>Takes names that are ids off records; those that do not fit are lost, and listed by a later call.</summary>
    internal static int TakeIds(ReadOnlySpan<byte> records, Span<int> ids)
    {
        int count = 0;
        DirectoryReader reader = new(records);
        while (count < ids.Length && reader.MoveNext())
        {
            if (DecimalName.TryParseId(reader.Name, out int id))
            {
                ids[count++] = id;
            }
        }

        return count;
    }

    private static Errno ListThreadsFrom(int list, int index, Span<int> ids, out int count)
    {
        count = 0;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(Math.Min(ids.Length * RecordLength, 32768));
        Errno error = Libc.Seek(list, (long)index + 2);
        while (error == Errno.None && count < ids.Length)
        {
            error = Libc.GetDents(list, buffer, out int length);
            if (length == 0)
            {
                break;
            }

            count += TakeIds(buffer.AsSpan(0, length), ids[count..]);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return error == Errno.None || count > 0 ? Errno.None : error;
    }

    /// <summary>Some thread before the one to resume at has gone: find it by its id, from the leader on. If it has gone too, the index counts.</summary>
    private static Errno ResumeThreads(int list, int resumeAt, Span<int> ids, ref int count)
    {
        int[] batch = ArrayPool<int>.Shared.Rent(1024);
        int at = 0;
        Errno error;
        while ((error = ListThreadsFrom(list, at, batch, out int length)) == Errno.None && length > 0)
        {
            int found = batch.AsSpan(0, length).IndexOf(resumeAt);
            if (found >= 0)
            {
                error = ListThreadsFrom(list, at + found, ids, out count);
                break;
            }

            at += length;
        }

        ArrayPool<int>.Shared.Return(batch);
        return error;
    }
}
