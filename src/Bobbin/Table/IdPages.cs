using System.Numerics;

namespace Bobbin.Table;

/// <summary>Which ids a listing asks for.</summary>
internal enum IdKind
{
    /// <summary>Taken: by a task, or still named as a process group or session.</summary>
    Used = 0,

    /// <summary>Of a task.</summary>
    Task = 1,

    /// <summary>Of a thread group's leader.</summary>
    Group = 2,
}

/// <summary>
/// The ids of one pid namespace: a directory of pages, each with three bitmaps and the objects behind the ids. One thread writes
/// (the table's lock); any number read without a lock, and never miss an id that is there all the while. Pages are never taken back.
/// </summary>
internal sealed class IdPages
{
    private const int Shift = 10;
    private const int PageSize = 1 << Shift;
    private const int WordsPerKind = PageSize / 64;

    private Page?[] _pages = new Page?[1];

    /// <summary>What an id stands for.</summary>
    public TablePid? Get(int id)
    {
        Page?[] pages = Volatile.Read(ref _pages);
        int index = id >> Shift;
        return (uint)index < (uint)pages.Length && Volatile.Read(ref pages[index]) is { } page
            ? Volatile.Read(ref page.Pids[id & (PageSize - 1)])
            : null;
    }

    /// <summary>Ids of a kind, ascending from <paramref name="from"/>, until the span is full or none are left.</summary>
    public int List(IdKind kind, int from, Span<int> ids)
    {
        from = Math.Max(from, 0);
        int count = 0;
        Page?[] pages = Volatile.Read(ref _pages);
        for (int index = from >> Shift; index < pages.Length; index++, from = index << Shift)
        {
            if (Volatile.Read(ref pages[index]) is not { } page)
            {
                continue;
            }

            ReadOnlySpan<ulong> words = page.Bits.AsSpan((int)kind * WordsPerKind, WordsPerKind);
            ulong mask = ulong.MaxValue << (from & 63);
            for (int word = (from & (PageSize - 1)) >> 6; word < WordsPerKind; word++, mask = ulong.MaxValue)
            {
                ulong bits = Volatile.Read(in words[word]) & mask;
                int first = (index << Shift) | (word << 6);
                for (; bits != 0; bits &= bits - 1)
                {
                    if (count == ids.Length)
                    {
                        return count;
                    }

                    ids[count++] = first + BitOperations.TrailingZeroCount(bits);
                }
            }
        }

        return count;
    }

    /// <summary>The lowest id in [<paramref name="from"/>, <paramref name="limit"/>) that is not taken; -1 if all are.</summary>
    public int NextFree(int from, int limit)
    {
        for (int id = from; id < limit;)
        {
            int index = id >> Shift;
            if (index >= _pages.Length || _pages[index] is not { } page)
            {
                return id;
            }

            ulong free = ~page.Bits[(id & (PageSize - 1)) >> 6] & (ulong.MaxValue << (id & 63));
            int first = id & ~63;
            if (free != 0)
            {
                int found = first + BitOperations.TrailingZeroCount(free);
                return found < limit ? found : -1;
            }

            id = first + 64;
        }

        return -1;
    }

    /// <summary>Takes an id; it is neither found nor listed yet.</summary>
    public void Take(int id)
    {
        int index = id >> Shift;
        if (index >= _pages.Length)
        {
            var pages = new Page?[Math.Max(index + 1, _pages.Length * 2)];
            _pages.CopyTo(pages, 0);
            Volatile.Write(ref _pages, pages);
        }

        if (_pages[index] is null)
        {
            Volatile.Write(ref _pages[index], new Page());
        }

        SetBit(id, IdKind.Used, true);
    }

    /// <summary>Says what a taken id stands for, and lists it.</summary>
    public void Show(int id, TablePid pid, bool isLeader)
    {
        Volatile.Write(ref _pages[id >> Shift]!.Pids[id & (PageSize - 1)], pid);
        SetBit(id, IdKind.Task, true);
        if (isLeader)
        {
            SetBit(id, IdKind.Group, true);
        }
    }

    /// <summary>Lists an id no longer; it stays taken.</summary>
    public void Hide(int id)
    {
        SetBit(id, IdKind.Group, false);
        SetBit(id, IdKind.Task, false);
    }

    /// <summary>Gives an id back.</summary>
    public void Free(int id)
    {
        Hide(id);
        Volatile.Write(ref _pages[id >> Shift]!.Pids[id & (PageSize - 1)], null);
        SetBit(id, IdKind.Used, false);
    }

    private void SetBit(int id, IdKind kind, bool value)
    {
        ref ulong word = ref _pages[id >> Shift]!.Bits[((int)kind * WordsPerKind) + ((id & (PageSize - 1)) >> 6)];
        ulong bit = 1UL << (id & 63);
        Volatile.Write(ref word, value ? word | bit : word & ~bit);
    }

    private sealed class Page
    {
        public readonly TablePid?[] Pids = new TablePid?[PageSize];
        public readonly ulong[] Bits = new ulong[3 * WordsPerKind];
    }
}
