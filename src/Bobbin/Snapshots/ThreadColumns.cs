using System.Runtime.CompilerServices;
using Bobbin.Tasks;

namespace Bobbin.Snapshots;

/// <summary>A task's name: <c>TASK_COMM_LEN</c> bytes, ended by NUL.</summary>
[InlineArray(16)]
internal struct ShortName
{
    private byte _first;
}

/// <summary>What is known of each thread, one array a field: a scan over one field reads nothing else.</summary>
internal sealed class ThreadColumns(int capacity)
{
    public int Count;
    public int[] Id = GC.AllocateUninitializedArray<int>(capacity);
    public int[] Process = GC.AllocateUninitializedArray<int>(capacity);        // row of its process
    public ShortName[] Name = GC.AllocateUninitializedArray<ShortName>(capacity);
    public TaskState[] State = GC.AllocateUninitializedArray<TaskState>(capacity);
    public ulong[] StartTicks = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] UserTicks = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] SystemTicks = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] GuestTicks = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] BlockDelayTicks = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] MinorFaults = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] MajorFaults = GC.AllocateUninitializedArray<ulong>(capacity);
    public ProcessFlags[] Flags = GC.AllocateUninitializedArray<ProcessFlags>(capacity);
    public short[] Priority = GC.AllocateUninitializedArray<short>(capacity);   // -101 to 139
    public sbyte[] Nice = GC.AllocateUninitializedArray<sbyte>(capacity);
    public byte[] RealTimePriority = GC.AllocateUninitializedArray<byte>(capacity);
    public byte[] Policy = GC.AllocateUninitializedArray<byte>(capacity);
    public ushort[] Processor = GC.AllocateUninitializedArray<ushort>(capacity); // CONFIG_NR_CPUS is at most 8192

    // Names longer than ShortName holds: /proc shows those of kernel threads whole.
    private LongNames? _longNames;

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        Count = 0;
        _longNames?.Clear();
    }

    /// <summary>Adds a row and returns it.</summary>
    public int Add(int id, int process, ReadOnlySpan<byte> name, in StatFields stat)
    {
        if (Count == Id.Length)
        {
            Grow(Math.Max(256, Count * 2));
        }

        int row = Count++;
        Id[row] = id;
        Process[row] = process;
        SetName(row, name);
        State[row] = stat.State;
        StartTicks[row] = stat.StartTicks;
        UserTicks[row] = stat.UserTicks;
        SystemTicks[row] = stat.SystemTicks;
        GuestTicks[row] = stat.GuestTicks;
        BlockDelayTicks[row] = stat.BlockDelayTicks;
        MinorFaults[row] = stat.MinorFaults;
        MajorFaults[row] = stat.MajorFaults;
        Flags[row] = stat.Flags;
        Priority[row] = (short)stat.Priority;
        Nice[row] = (sbyte)stat.Nice;
        RealTimePriority[row] = (byte)stat.RealTimePriority;
        Policy[row] = (byte)stat.Policy;
        Processor[row] = (ushort)stat.Processor;
        return row;
    }

    public void SetName(int row, ReadOnlySpan<byte> name)
    {
        Span<byte> room = Name[row];
        room.Clear();
        name[..Math.Min(name.Length, room.Length - 1)].CopyTo(room);
        if (name.Length >= room.Length)
        {
            (_longNames ??= new LongNames()).Set(row, name);
        }
    }

    /// <summary>The name of a row.</summary>
    public ReadOnlySpan<byte> NameOf(int row)
    {
        ReadOnlySpan<byte> name = Name[row];
        int length = name.IndexOf((byte)0);
        return length == name.Length - 1 && _longNames is not null && _longNames.TryGet(row, out ReadOnlySpan<byte> whole) ? whole : name[..length];
    }

    private void Grow(int capacity)
    {
        Array.Resize(ref Id, capacity);
        Array.Resize(ref Process, capacity);
        Array.Resize(ref Name, capacity);
        Array.Resize(ref State, capacity);
        Array.Resize(ref StartTicks, capacity);
        Array.Resize(ref UserTicks, capacity);
        Array.Resize(ref SystemTicks, capacity);
        Array.Resize(ref GuestTicks, capacity);
        Array.Resize(ref BlockDelayTicks, capacity);
        Array.Resize(ref MinorFaults, capacity);
        Array.Resize(ref MajorFaults, capacity);
        Array.Resize(ref Flags, capacity);
        Array.Resize(ref Priority, capacity);
        Array.Resize(ref Nice, capacity);
        Array.Resize(ref RealTimePriority, capacity);
        Array.Resize(ref Policy, capacity);
        Array.Resize(ref Processor, capacity);
    }
}
