using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>
/// Positions in the root (<c>fs/proc/base.c</c>, proc_pid_readdir). A position means the same whenever it comes back, so a listing
/// needs no state and survives births and deaths: it resumes at the first task whose id is at least the position's.
/// </summary>
internal static class RootPosition
{
    /// <summary>After <c>.</c> and <c>..</c>: the first static entry.</summary>
    public const long Statics = 2;

    /// <summary><c>FIRST_PROCESS_ENTRY</c>: the link <c>self</c>.</summary>
    public const long Self = 256;

    /// <summary>The link <c>thread-self</c>.</summary>
    public const long ThreadSelf = 257;

    /// <summary><c>TGID_OFFSET</c>: a task stands at its id plus this.</summary>
    public const long Tasks = 258;

    /// <summary>After the last task (<c>PID_MAX_LIMIT + TGID_OFFSET</c>).</summary>
    public const long End = ProcNode.TaskIdLimit + Tasks;
}

// Listing directories. Every record's d_off is the position of the next entry that exists now, so each is written one step late.
public sealed partial class ProcTree
{
    // A FUSE record of a name of up to eight bytes.
    private const int RecordLength = 32;
    private const int LargestBatch = 1024;

    /// <summary>
    /// Lists a directory from <paramref name="position"/> (zero, or a record's <c>d_off</c>) until the writer is full.
    /// </summary>
    /// <param name="caller">Who lists.</param>
    /// <param name="node">What.</param>
    /// <param name="directory">The open directory, where <see cref="Open"/> made one.</param>
    /// <param name="position">Where to begin.</param>
    /// <param name="entries">Takes the records.</param>
    public Errno ReadDirectory(in Caller caller, ProcNode node, ProcFile? directory, long position, ref DirectoryWriter entries)
    {
        if (directory is not null)
        {
            return directory.List(caller, position, ref entries);
        }

        if (node == ProcNode.Root)
        {
            return ListRoot(caller, position, ref entries);
        }

        if (IsTaskDirectory(node))
        {
            Errno alive = FindTask(node, out TaskKey task);
            return alive == Errno.None ? _content.ListTaskDirectory(caller, task, node.IsThread, position, ref entries)
                : alive == Errno.ESTALE ? Errno.ENOENT
                : alive;
        }

        // A carrier that keeps no open directories: open it for this one call.
        Errno opened = Open(caller, node, OpenFlags.ReadOnly, directory: true, out ProcFile? opening);
        if (opened != Errno.None || opening is null)
        {
            return opened;
        }

        Errno error = opening.List(caller, position, ref entries);
        opening.Release();
        return error;
    }

    private Errno ListRoot(in Caller caller, long position, ref DirectoryWriter entries)
    {
        int before = entries.Length;
        Errno error = ListRootOnce(caller, position, ref entries);

        // What was written before the error still counts, and the next call tells.
        return entries.Length == before ? error : Errno.None;
    }

    private Errno ListRootOnce(in Caller caller, long position, ref DirectoryWriter entries)
    {
        if (position < RootPosition.Self)
        {
            Errno error = ListStatics(caller, position, ref entries, out bool done);
            if (error != Errno.None || !done)
            {
                return error;
            }

            position = RootPosition.Self;
        }

        if (position == RootPosition.Self)
        {
            if (!entries.TryAdd("self"u8, ProcInode.Self, RootPosition.ThreadSelf, DirectoryEntryType.Link))
            {
                return Errno.None;
            }

            position = RootPosition.ThreadSelf;
        }

        return position < RootPosition.End ? ListTasks(caller, position, ref entries) : Errno.None;
    }

    /// <summary>Writes <c>.</c>, <c>..</c> and the static entries; done when <c>self</c> comes next.</summary>
    private Errno ListStatics(in Caller caller, long position, ref DirectoryWriter entries, out bool done)
    {
        done = View.PidOnly;
        if (done)
        {
            return Errno.None; // with subset=pid the kernel lists neither statics nor the dots
        }

        if (position <= 0 && !entries.TryAdd("."u8, ProcInode.Root, 1, DirectoryEntryType.Directory))
        {
            return Errno.None;
        }

        if (position <= 1 && !entries.TryAdd(".."u8, ProcInode.Root, RootPosition.Statics, DirectoryEntryType.Directory))
        {
            return Errno.None;
        }

        int before = entries.Length;
        int index = (int)Math.Max(position - RootPosition.Statics, 0);
        Errno error = _content.ListStatic(caller, index, ref entries, out done);

        // Nothing stands between the last static entry and `self`: a listing that starts there is over at once, as the kernel's is.
        done = done && (position < RootPosition.Statics || entries.Length != before);
        return error;
    }

    private Errno ListTasks(in Caller caller, long position, ref DirectoryWriter entries)
    {
        int wanted = Math.Clamp((entries.Free / RecordLength) + 2, 8, LargestBatch);
        Span<int> ids = stackalloc int[LargestBatch];
        ids = ids[..wanted];
        Span<byte> digits = stackalloc byte[DecimalName.MaxLength];

        int from = (int)Math.Max(position - RootPosition.Tasks, 1);
        Errno error = _content.ListTasks(caller, from, View.ListThreads, ids, out int count);
        if (error != Errno.None && count == 0)
        {
            return error;
        }

        if (position == RootPosition.ThreadSelf
            && !entries.TryAdd("thread-self"u8, ProcInode.ThreadSelf, PositionOf(ids[..count], 0, RootPosition.End), DirectoryEntryType.Link))
        {
            return Errno.None;
        }

        int index = 0;
        while (index < count)
        {
            int id = ids[index++];
            if (index == count && count == ids.Length && error == Errno.None)
            {
                error = _content.ListTasks(caller, id + 1, View.ListThreads, ids, out count);
                index = 0;
            }

            // After the last one comes the end, or what could not be listed.
            long end = error == Errno.None ? RootPosition.End : id + 1 + RootPosition.Tasks;
            ReadOnlySpan<byte> name = DecimalName.Format(id, digits);
            ulong inode = ProcInode.OfTask(id, thread: false, entry: 0);
            if (!entries.TryAdd(name, inode, PositionOf(ids[..count], index, end), DirectoryEntryType.Directory))
            {
                return Errno.None;
            }
        }

        return error;
    }

    private static long PositionOf(ReadOnlySpan<int> ids, int index, long end) =>
        index < ids.Length ? ids[index] + RootPosition.Tasks : end;

    /// <summary>Lists <c>task/</c>: leader first, then in the order of birth; a thread's position is its index plus two.</summary>
    internal Errno ListThreads(ProcNode node, ThreadWindow window, long position, ref DirectoryWriter entries)
    {
        int resumeAt = window.Begin(position);
        long next = position;
        Errno error = FindTask(node, out TaskKey task);
        if (error != Errno.None)
        {
            return error == Errno.ESTALE ? Errno.ENOENT : error;
        }

        if (!ListDots(node, ref next, ref entries))
        {
            return Errno.None;
        }

        Span<int> ids = stackalloc int[256];
        Span<byte> digits = stackalloc byte[DecimalName.MaxLength];
        while (next - 2 <= ProcNode.TaskIdLimit)
        {
            error = _source.ListThreads(task, resumeAt, (int)(next - 2), ids, out int count);
            if (error != Errno.None)
            {
                // Dead after some were written: these still count, and the next call tells.
                return entries.Length == 0 ? error : Errno.None;
            }

            // The last of a full batch stays for the next one, to resume by it rather than by number.
            bool more = count == ids.Length;
            foreach (int id in ids[..(more ? count - 1 : count)])
            {
                // One that has just died has no id, but it had a position.
                window.Add(next, id);
                if (id != 0 && !entries.TryAdd(DecimalName.Format(id, digits), ProcInode.OfTask(id, thread: true, entry: 0), next + 1, DirectoryEntryType.Directory))
                {
                    return Errno.None;
                }

                next++;
            }

            if (!more)
            {
                return Errno.None;
            }

            resumeAt = ids[^1];
        }

        return Errno.None;
    }

    private static bool ListDots(ProcNode node, ref long next, ref DirectoryWriter entries)
    {
        if (next <= 0)
        {
            if (!entries.TryAdd("."u8, ProcInode.Of(node), 1, DirectoryEntryType.Directory))
            {
                return false;
            }

            next = 1;
        }

        if (next == 1)
        {
            if (!entries.TryAdd(".."u8, ProcInode.OfTask(node.Id, thread: false, entry: 0), 2, DirectoryEntryType.Directory))
            {
                return false;
            }

            next = 2;
        }

        return true;
    }
}
