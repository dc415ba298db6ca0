using System.Text;
using Bobbin.Tasks;

namespace Bobbin.Snapshots;

/// <summary>One thread of a snapshot: a view of it, not a copy. Sources are fields of <c>/proc/PID/task/TID/stat</c>.</summary>
public readonly struct ThreadRow
{
    private readonly TaskSnapshot _snapshot;
    private readonly int _row;

    internal ThreadRow(TaskSnapshot snapshot, int row)
    {
        _snapshot = snapshot;
        _row = row;
    }

    private ThreadColumns Data => _snapshot.ThreadData;

    /// <summary>The thread's id (<c>gettid(2)</c>).</summary>
    public int Id => Data.Id[_row];

    /// <summary>Its id and start: what tells it from a later thread with the same id.</summary>
    public TaskIdentity Identity => new(Data.Id[_row], Data.StartTicks[_row]);

    /// <summary>Its process.</summary>
    public ProcessRow Process => new(_snapshot, Data.Process[_row]);

    /// <summary>Whether it is its process's first thread, whose id is the process's. Only such ids are in a listing of /proc.</summary>
    public bool IsLeader => Process.Id == Id;

    /// <summary>
    /// Its name (<c>comm</c>): up to 15 bytes that anybody may choose, in any encoding, control characters too; of a kernel thread up to 63.
    /// </summary>
    public ReadOnlySpan<byte> Name => Data.NameOf(_row);

    /// <summary>What it is doing (field 3).</summary>
    public TaskState State => Data.State[_row];

    /// <summary>Its flags (field 9).</summary>
    public ProcessFlags Flags => Data.Flags[_row];

    /// <summary>Whether it is the kernel's own.</summary>
    public bool IsKernelThread => (Flags & ProcessFlags.PF_KTHREAD) != 0;

    /// <summary>When it started (field 22), to a hundredth of a second, by the clock as it is now.</summary>
    public DateTimeOffset StartTime => _snapshot.TimeOf(Data.StartTicks[_row]);

    /// <summary>Processor time in user mode (field 14). Zero for the leaders of a snapshot without <see cref="TaskFacets.Threads"/>.</summary>
    public TimeSpan UserTime => ClockTicks.Duration(Data.UserTicks[_row]);

    /// <summary>Processor time in the kernel (field 15). As <see cref="UserTime"/>.</summary>
    public TimeSpan SystemTime => ClockTicks.Duration(Data.SystemTicks[_row]);

    /// <summary>Processor time that a guest of it had, a part of <see cref="UserTime"/> (field 43). As <see cref="UserTime"/>.</summary>
    public TimeSpan GuestTime => ClockTicks.Duration(Data.GuestTicks[_row]);

    /// <summary>Time it waited for block devices (field 42); zero unless the kernel counts delays.</summary>
    public TimeSpan BlockDelay => ClockTicks.Duration(Data.BlockDelayTicks[_row]);

    /// <summary>Page faults without I/O (field 10). As <see cref="UserTime"/>.</summary>
    public ulong MinorFaults => Data.MinorFaults[_row];

    /// <summary>Page faults with I/O (field 12). As <see cref="UserTime"/>.</summary>
    public ulong MajorFaults => Data.MajorFaults[_row];

    /// <summary>The kernel's priority (field 18): 20 + nice, below zero under a real-time policy.</summary>
    public int Priority => Data.Priority[_row];

    /// <summary>-20 to 19 (field 19).</summary>
    public int Nice => Data.Nice[_row];

    /// <summary>1 to 99 under a real-time policy, else 0 (field 40).</summary>
    public int RealTimePriority => Data.RealTimePriority[_row];

    /// <summary>How it is scheduled (field 41).</summary>
    public SchedulingPolicy Policy => (SchedulingPolicy)Data.Policy[_row];

    /// <summary>The processor it ran on last (field 39).</summary>
    public int Processor => Data.Processor[_row];

    /// <summary>Its row in the columns.</summary>
    internal int Row => _row;

    /// <summary>Its id and name. The name may hold control characters.</summary>
    public override string ToString() => $"{Id} ({Encoding.UTF8.GetString(Name)})";
}
