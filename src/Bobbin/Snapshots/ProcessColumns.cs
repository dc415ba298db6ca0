using Bobbin.Tasks;

namespace Bobbin.Snapshots;

/// <summary>What is known of each process (thread group), one array a field. Its leader's own facts are in a row of the threads.</summary>
internal sealed class ProcessColumns(int capacity)
{
    public int Count;
    public int[] Id = GC.AllocateUninitializedArray<int>(capacity);
    public int[] FirstThread = GC.AllocateUninitializedArray<int>(capacity);  // rows of its threads: from here on, in the order of ids
    public int[] Threads = GC.AllocateUninitializedArray<int>(capacity);      // as many; fewer than ThreadCount where not every thread was asked for
    public int[] Leader = GC.AllocateUninitializedArray<int>(capacity);       // the row of the thread whose id is the process's
    public int[] ParentId = GC.AllocateUninitializedArray<int>(capacity);
    public int[] ProcessGroupId = GC.AllocateUninitializedArray<int>(capacity);
    public int[] SessionId = GC.AllocateUninitializedArray<int>(capacity);
    public int[] Terminal = GC.AllocateUninitializedArray<int>(capacity);
    public int[] ForegroundGroupId = GC.AllocateUninitializedArray<int>(capacity);
    public int[] ThreadCount = GC.AllocateUninitializedArray<int>(capacity);
    public ulong[] UserTicks = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] SystemTicks = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] ChildrenUserTicks = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] ChildrenSystemTicks = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] GuestTicks = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] ChildrenGuestTicks = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] MinorFaults = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] MajorFaults = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] ChildrenMinorFaults = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] ChildrenMajorFaults = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] VirtualBytes = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] ResidentPages = GC.AllocateUninitializedArray<ulong>(capacity);
    public ulong[] ResidentLimit = GC.AllocateUninitializedArray<ulong>(capacity);
    public sbyte[] ExitSignal = GC.AllocateUninitializedArray<sbyte>(capacity);

    /// <summary>Of facets that were not asked for: null, or what is left of an older snapshot. <see cref="uint.MaxValue"/> where it could not be read.</summary>
    public uint[]? UserId, EffectiveUserId, GroupId, EffectiveGroupId;

    /// <inheritdoc cref="UserId"/>
    public TextColumn? Arguments, Environment, ControlGroup;

    /// <inheritdoc cref="UserId"/>
    public ValueColumn<TaskIo>? Io;

    /// <inheritdoc cref="UserId"/>
    public ValueColumn<NamespaceNumbers>? Namespaces;

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        Count = 0;
        Arguments?.Clear();
        Environment?.Clear();
        ControlGroup?.Clear();
        Io?.Clear();
        Namespaces?.Clear();
    }

    /// <summary>Adds a row and returns it; its threads are set by <see cref="SetThreads"/>.</summary>
    public int Add(int id, in StatFields stat)
    {
        if (Count == Id.Length)
        {
            Grow(Math.Max(256, Count * 2));
        }

        int row = Count++;
        Id[row] = id;
        Leader[row] = -1;
        ParentId[row] = stat.ParentId;
        ProcessGroupId[row] = stat.ProcessGroupId;
        SessionId[row] = stat.SessionId;
        Terminal[row] = stat.Terminal;
        ForegroundGroupId[row] = stat.ForegroundGroupId;
        ThreadCount[row] = stat.ThreadCount;
        UserTicks[row] = stat.UserTicks;
        SystemTicks[row] = stat.SystemTicks;
        ChildrenUserTicks[row] = stat.ChildrenUserTicks;
        ChildrenSystemTicks[row] = stat.ChildrenSystemTicks;
        GuestTicks[row] = stat.GuestTicks;
        ChildrenGuestTicks[row] = stat.ChildrenGuestTicks;
        MinorFaults[row] = stat.MinorFaults;
        MajorFaults[row] = stat.MajorFaults;
        ChildrenMinorFaults[row] = stat.ChildrenMinorFaults;
        ChildrenMajorFaults[row] = stat.ChildrenMajorFaults;
        VirtualBytes[row] = stat.VirtualBytes;
        ResidentPages[row] = stat.ResidentPages;
        ResidentLimit[row] = stat.ResidentLimit;
        ExitSignal[row] = (sbyte)stat.ExitSignal;
        return row;
    }

    /// <summary>Sets the ids of a row, making their columns at the first.</summary>
    public void SetCredentials(int row, uint user, uint effectiveUser, uint group, uint effectiveGroup)
    {
        UserId ??= GC.AllocateUninitializedArray<uint>(Id.Length);
        EffectiveUserId ??= GC.AllocateUninitializedArray<uint>(Id.Length);
        GroupId ??= GC.AllocateUninitializedArray<uint>(Id.Length);
        EffectiveGroupId ??= GC.AllocateUninitializedArray<uint>(Id.Length);
        UserId[row] = user;
        EffectiveUserId[row] = effectiveUser;
        GroupId[row] = group;
        EffectiveGroupId[row] = effectiveGroup;
    }

    /// <summary>Says which rows of the threads are a process's.</summary>
    public void SetThreads(int row, int first, int count, int leader)
    {
        FirstThread[row] = first;
        Threads[row] = count;
        Leader[row] = leader;
    }

    private void Grow(int capacity)
    {
        Array.Resize(ref Id, capacity);
        Array.Resize(ref FirstThread, capacity);
        Array.Resize(ref Threads, capacity);
        Array.Resize(ref Leader, capacity);
        Array.Resize(ref ParentId, capacity);
        Array.Resize(ref ProcessGroupId, capacity);
        Array.Resize(ref SessionId, capacity);
        Array.Resize(ref Terminal, capacity);
        Array.Resize(ref ForegroundGroupId, capacity);
        Array.Resize(ref ThreadCount, capacity);
        Array.Resize(ref UserTicks, capacity);
        Array.Resize(ref SystemTicks, capacity);
        Array.Resize(ref ChildrenUserTicks, capacity);
        Array.Resize(ref ChildrenSystemTicks, capacity);
        Array.Resize(ref GuestTicks, capacity);
        Array.Resize(ref ChildrenGuestTicks, capacity);
        Array.Resize(ref MinorFaults, capacity);
        Array.Resize(ref MajorFaults, capacity);
        Array.Resize(ref ChildrenMinorFaults, capacity);
        Array.Resize(ref ChildrenMajorFaults, capacity);
        Array.Resize(ref VirtualBytes, capacity);
        Array.Resize(ref ResidentPages, capacity);
        Array.Resize(ref ResidentLimit, capacity);
        Array.Resize(ref ExitSignal, capacity);
        if (UserId is not null)
        {
            Array.Resize(ref UserId, capacity);
            Array.Resize(ref EffectiveUserId, capacity);
            Array.Resize(ref GroupId, capacity);
            Array.Resize(ref EffectiveGroupId, capacity);
        }
    }
}
