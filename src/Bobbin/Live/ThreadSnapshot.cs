using System.Buffers;
using System.Buffers.Text;
using Bobbin.Kernel.Linux;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

/// <summary>
/// Every thread at a moment, in the order of ids. The kernel lists threads by group, so a listing of all of them has to be gathered
/// and sorted; one that goes on soon after goes on in what was gathered, and leaves out who has died since. Whoever lived all
/// the time between the first and the last part of a listing was there when its first part gathered, or a later one's did.
/// </summary>
internal sealed class ThreadSnapshot
{
    private const long LifeMilliseconds = 1000;

    private readonly long _taken = Environment.TickCount64;
    private readonly int[] _ids;
    private readonly int[] _groups;

    private ThreadSnapshot(int[] ids, int[] groups)
    {
        _ids = ids;
        _groups = groups;
    }

    /// <summary>Whether it is too old to go on in.</summary>
    public bool IsOld => Environment.TickCount64 - _taken > LifeMilliseconds;

    /// <summary>Gathers the threads of all groups; nobody's are left out for want of descriptors, which is an error.</summary>
    public static Errno Take(LiveTasks tasks, out ThreadSnapshot? snapshot)
    {
        snapshot = null;
        List<int> ids = [];
        List<int> groups = [];
        Span<int> batch = stackalloc int[512];
        byte[] buffer = ArrayPool<byte>.Shared.Rent(32768);
        int from = 1;
        Errno error;
        while ((error = tasks.ListGroups(from, batch, out int count)) == Errno.None && count > 0)
        {
            for (int i = 0; i < count && error == Errno.None; i++)
            {
                int before = ids.Count;
                error = Gather(tasks, batch[i], buffer, ids);
                groups.AddRange(Enumerable.Repeat(batch[i], ids.Count - before));
            }

            if (error != Errno.None)
            {
                break;
            }

            from = batch[count - 1] + 1;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        if (error != Errno.None)
        {
            return error;
        }

        int[] sorted = [.. ids];
        int[] owners = [.. groups];
        Array.Sort(sorted, owners);
        snapshot = new ThreadSnapshot(sorted, owners);
        return Errno.None;
    }

    /// <summary>Ids from one on. With <paramref name="check"/>, only of who still lives.</summary>
    public int List(int from, Span<int> ids, bool check)
    {
        int at = Array.BinarySearch(_ids, from);
        at = at < 0 ? ~at : at;
        int count = 0;
        for (; at < _ids.Length && count < ids.Length; at++)
        {
            bool twice = count > 0 && ids[count - 1] == _ids[at]; // an id that was used again meanwhile
            if (!twice && (!check || Libc.SignalThread(_groups[at], _ids[at], 0) != Errno.ESRCH))
            {
                ids[count++] = _ids[at];
            }
        }

        return count;
    }

    /// <summary>Ids from one on of threads whose group is in a sorted list.</summary>
    public int ListOf(ReadOnlySpan<int> groups, int from, Span<int> ids)
    {
        int at = Array.BinarySearch(_ids, from);
        at = at < 0 ? ~at : at;
        int count = 0;
        for (; at < _ids.Length && count < ids.Length; at++)
        {
            if (groups.BinarySearch(_groups[at]) >= 0)
            {
                ids[count++] = _ids[at];
            }
        }

        return count;
    }

    private static Errno Gather(LiveTasks tasks, int group, byte[] buffer, List<int> ids)
    {
        Span<byte> path = stackalloc byte[20];
        Utf8Formatter.TryFormat(group, path, out int length);
        "/task"u8.CopyTo(path[length..]);
        Errno error = tasks.OpenAt(path[..(length + 5)], OpenFlags.ReadOnly | OpenFlags.Directory, out int list);
        if (error != Errno.None)
        {
            return error.IsShortage ? error : Errno.None; // it is gone
        }

        Span<int> batch = stackalloc int[1400];
        while (Libc.GetDents(list, buffer, out int read) == Errno.None && read > 0)
        {
            // 32,768 bytes hold fewer than 1400 records: none is shorter than 24 bytes.
            foreach (int id in batch[..LiveTasks.TakeIds(buffer.AsSpan(0, read), batch)])
            {
                ids.Add(id);
            }
        }

        Libc.Close(list);
        return Errno.None;
    }
}
