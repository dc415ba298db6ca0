using System.Numerics;
using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>Open files, shared by the tasks that hold this object (<c>struct files_struct</c>). Changed under the table's lock.</summary>
internal sealed class TableFiles
{
    private const int Smallest = 64; // NR_OPEN_DEFAULT

    private volatile Snapshot _now = new([], Smallest);

    /// <summary>The files at this moment, ascending by number, and how many the table has room for.</summary>
    public Snapshot Now => _now;

    /// <summary>A copy, with room for what is open (<c>dup_fd</c>).</summary>
    public TableFiles Copy() => new() { _now = new Snapshot(_now.Files, RoomFor(_now.Files, Smallest)) };

    public int LowestFree()
    {
        int number = 0;
        foreach (OpenFile file in _now.Files)
        {
            if (file.Number != number)
            {
                break;
            }

            number++;
        }

        return number;
    }

    /// <summary>Opens a file, in place of one with the same number.</summary>
    public void Put(OpenFile file)
    {
        OpenFile[] old = _now.Files;
        int index = IndexOf(old, file.Number);
        OpenFile[] files;
        if (index >= 0)
        {
            files = [.. old];
            files[index] = file;
        }
        else
        {
            files = [.. old.AsSpan(0, ~index), file, .. old.AsSpan(~index)];
        }

        _now = new Snapshot(files, RoomFor(files, _now.Room));
    }

    public bool Remove(int number)
    {
        OpenFile[] old = _now.Files;
        int index = IndexOf(old, number);
        if (index < 0)
        {
            return false;
        }

        _now = _now with { Files = [.. old.AsSpan(0, index), .. old.AsSpan(index + 1)] };
        return true;
    }

    /// <summary>Closes what exec closes.</summary>
    public void CloseOnExec()
    {
        const uint closeOnExec = 0x8_0000; // O_CLOEXEC
        _now = _now with { Files = Array.FindAll(_now.Files, static file => (file.Flags & closeOnExec) == 0) };
    }

    private static int RoomFor(OpenFile[] files, int atLeast) =>
        files.Length == 0 ? atLeast : Math.Max(atLeast, (int)BitOperations.RoundUpToPowerOf2((uint)files[^1].Number + 1));

    private static int IndexOf(OpenFile[] files, int number)
    {
        int low = 0;
        int high = files.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int found = files[middle].Number;
            if (found == number)
            {
                return middle;
            }

            (low, high) = found < number ? (middle + 1, high) : (low, middle - 1);
        }

        return ~low;
    }

    internal sealed record Snapshot(OpenFile[] Files, int Room);
}

/// <summary>Root, working directory and umask, shared like <see cref="TableFiles"/> (<c>struct fs_struct</c>).</summary>
internal sealed class TableDirectories
{
    private volatile Snapshot _now = new("/"u8.ToArray(), "/"u8.ToArray(), 0x12); // umask 022

    public Snapshot Now
    {
        get => _now;
        set => _now = value;
    }

    public TableDirectories Copy() => new() { _now = _now };

    internal sealed record Snapshot(ReadOnlyMemory<byte> Root, ReadOnlyMemory<byte> Working, int Umask);
}
