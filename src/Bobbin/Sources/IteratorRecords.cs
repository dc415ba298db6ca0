using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Linux;
using Bobbin.Snapshots;
using Bobbin.Tasks;

namespace Bobbin.Sources;

/// <summary>The records of one walk over all threads, and what they say. Its memory is used again by the next walk.</summary>
internal sealed class IteratorRecords
{
    private const int LongestRead = 64 * 1024; // the kernel gives 32 KiB at once

    private const int RoomToSpare = 64; // for the first process
    private const ulong FirstProcess = (1UL << 32) | 1;

    private static readonly int s_threadSize = Unsafe.SizeOf<ThreadRecord>();
    private static readonly int s_groupSize = Unsafe.SizeOf<GroupRecord>();

    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(8 << 20); // 40,000 threads; what is not touched costs nothing
    private int _length;
    private ulong[] _keys = new ulong[256]; // group and id, which is the order of a snapshot
    private int[] _places = new int[256];
    private int _count;
    private int _groups;

    /// <summary>The records as they were read.</summary>
    public RecordWalk All => new(_bytes.AsSpan(0, _length));

    /// <summary>Forgets what there is.</summary>
    public void Clear() => _length = 0;

    /// <summary>Where the next read goes.</summary>
    public Span<byte> Room()
    {
        if (_bytes.Length - _length < LongestRead)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(_bytes.Length * 4);
            _bytes.AsSpan(0, _length).CopyTo(larger);
            _bytes = larger;
        }

        return _bytes.AsSpan(_length);
    }

    /// <summary>Takes what a read brought.</summary>
    public void Added(int length) => _length += length;

    /// <summary>
    /// Makes a snapshot of all that was read. Where the first process is not among it, as on virtual machines whose kernel keeps it from
    /// BPF, it is taken from /proc.
    /// </summary>
    public TaskSnapshot ToSnapshot(TaskFacets facets, TaskSnapshot? recycled, ProcReader proc, CancellationToken cancellation)
    {
        Order();
        bool everyThread = (facets & TaskFacets.Threads) != 0;
        (ProcessColumns processes, ThreadColumns threads) =
            TaskSnapshot.Recycle(recycled, _groups + RoomToSpare, (everyThread ? _count : _groups) + RoomToSpare);
        if (_count == 0 || Array.BinarySearch(_keys, 0, _count, FirstProcess) < 0)
        {
            proc.Add(1, facets, processes, threads);
        }

        int from = 0;
        while (from < _count)
        {
            int to = from + 1;
            while (to < _count && _keys[to] >> 32 == _keys[from] >> 32)
            {
                to++;
            }

            AddGroup(from, to, facets, processes, threads);
            from = to;
        }

        KernelThreadNames.Complete(threads);
        proc.Fill(facets, processes, cancellation);
        return new TaskSnapshot(facets, processes, threads, Libc.TimeSinceBoot());
    }

    private void Order()
    {
        _count = 0;
        _groups = 0;
        if (_keys.Length < _length / s_threadSize)
        {
            _keys = GC.AllocateUninitializedArray<ulong>(_length / s_threadSize * 2);
            _places = GC.AllocateUninitializedArray<int>(_keys.Length);
        }

        bool isSorted = true;
        ulong last = 0;
        for (int at = 0; at + s_threadSize <= _length; at += s_threadSize)
        {
            ref readonly ThreadRecord thread = ref ThreadAt(at);
            ulong key = ((ulong)(uint)thread.Group << 32) | (uint)thread.Id;
            isSorted &= key > last;
            last = key;
            _keys[_count] = key;
            _places[_count++] = at;
            if (thread.Id == thread.Group)
            {
                _groups++;
                at += s_groupSize;
            }
        }

        if (!isSorted)
        {
            Array.Sort(_keys, _places, 0, _count);
        }
    }

    private void AddGroup(int from, int to, TaskFacets facets, ProcessColumns processes, ThreadColumns threads)
    {
        int group = (int)(_keys[from] >> 32);
        int leader = Array.BinarySearch(_keys, from, to - from, ((ulong)(uint)group << 32) | (uint)group);
        if (leader < 0)
        {
            return; // reaped, or not yet there, when the walk came by
        }

        ref readonly GroupRecord record = ref MemoryMarshal.AsRef<GroupRecord>(_bytes.AsSpan(_places[leader] + s_threadSize, s_groupSize));
        StatFields stat = default;
        Fill(ThreadAt(_places[leader]), ref stat);
        GroupStat(record, ref stat);
        int first = threads.Count;
        StatFields own = default; // of each thread in turn: a new one for each would have to be cleared
        if ((facets & TaskFacets.Threads) == 0)
        {
            own = stat with { UserTicks = 0, SystemTicks = 0, GuestTicks = 0, MinorFaults = 0, MajorFaults = 0 };
            Add(threads, ThreadAt(_places[leader]), processes.Count, own);
        }

        Sum sum = new(record);
        for (int i = from; i < to; i++)
        {
            ref readonly ThreadRecord thread = ref ThreadAt(_places[i]);
            sum.Add(thread);
            if ((facets & TaskFacets.Threads) != 0)
            {
                Fill(thread, ref own);
                Add(threads, thread, processes.Count, own);
            }
        }

        sum.CopyTo(ref stat);
        int row = processes.Add(group, stat);
        processes.SetThreads(row, first, threads.Count - first, threads.Count - first == 1 ? first : first + (leader - from));
        if ((facets & TaskFacets.Credentials) != 0)
        {
            processes.SetCredentials(row, record.UserId, record.EffectiveUserId, record.GroupId, record.EffectiveGroupId);
        }
    }

    private static void Add(ThreadColumns threads, in ThreadRecord thread, int process, in StatFields stat)
    {
        ReadOnlySpan<byte> name = thread.Name;
        int end = name.IndexOf((byte)0);
        threads.Add(thread.Id, process, end < 0 ? name[..^1] : name[..end], stat);
    }

    private ref readonly ThreadRecord ThreadAt(int place) => ref MemoryMarshal.AsRef<ThreadRecord>(_bytes.AsSpan(place, s_threadSize));

    private static void Fill(in ThreadRecord thread, ref StatFields stat)
    {
        ulong user = thread.ShownUserTime, system = thread.ShownSystemTime;
        CpuTimes.Divide(thread.UserTime, thread.SystemTime, thread.RunTime, ref user, ref system);
        stat.State = KernelState.Of(thread.State, thread.ExitState);
        stat.Flags = (ProcessFlags)thread.Flags;
        stat.MinorFaults = thread.MinorFaults;
        stat.MajorFaults = thread.MajorFaults;
        stat.UserTicks = user / ClockTicks.Nanoseconds;
        stat.SystemTicks = system / ClockTicks.Nanoseconds;
        stat.Priority = thread.Priority - 100; // MAX_RT_PRIO
        stat.Nice = thread.StaticPriority - 120; // DEFAULT_PRIO
        stat.StartTicks = thread.StartTime / ClockTicks.Nanoseconds;
        stat.Processor = (int)thread.Processor;
        stat.RealTimePriority = (int)thread.RealTimePriority;
        stat.Policy = (SchedulingPolicy)thread.Policy;
        stat.BlockDelayTicks = thread.BlockDelay / ClockTicks.Nanoseconds;
        stat.GuestTicks = thread.GuestTime / ClockTicks.Nanoseconds;
    }

    private static void GroupStat(in GroupRecord group, ref StatFields stat)
    {
        stat.ParentId = group.ParentId;
        stat.ThreadCount = group.ThreadCount;
        stat.ProcessGroupId = group.ProcessGroupId;
        stat.SessionId = group.SessionId;
        int minor = group.TerminalMinorStart + group.TerminalIndex;
        stat.Terminal = group.TerminalMajor == 0 ? 0 : (minor & 0xFF) | (group.TerminalMajor << 8) | ((minor & ~0xFF) << 12);
        stat.ForegroundGroupId = group.TerminalMajor == 0 ? -1 : group.ForegroundGroupId;
        stat.ChildrenMinorFaults = group.ChildrenMinorFaults;
        stat.ChildrenMajorFaults = group.ChildrenMajorFaults;
        stat.ChildrenUserTicks = group.ChildrenUserTime / ClockTicks.Nanoseconds;
        stat.ChildrenSystemTicks = group.ChildrenSystemTime / ClockTicks.Nanoseconds;
        stat.ChildrenGuestTicks = group.ChildrenGuestTime / ClockTicks.Nanoseconds;
        stat.ResidentLimit = group.ResidentLimit;
        stat.ExitSignal = group.ExitSignal;
        if ((stat.Flags & ProcessFlags.PF_KTHREAD) == 0) // a kernel thread may have borrowed a process's memory
        {
            // Counters that are kept a processor may be below zero for a moment.
            stat.VirtualBytes = group.TotalPages * (ulong)Environment.SystemPageSize;
            stat.ResidentPages = (ulong)(Math.Max(group.FilePages, 0) + Math.Max(group.AnonymousPages, 0) + Math.Max(group.SharedPages, 0));
        }
    }

    /// <summary>What the threads of a group have used together, those that have ended too.</summary>
    private struct Sum(in GroupRecord group)
    {
        private ulong _user = group.EndedUserTime, _system = group.EndedSystemTime, _ran = group.EndedRunTime, _guest = group.EndedGuestTime;
        private ulong _minorFaults = group.EndedMinorFaults, _majorFaults = group.EndedMajorFaults;
        private ulong _shownUser = group.ShownUserTime, _shownSystem = group.ShownSystemTime;

        public void Add(in ThreadRecord thread)
        {
            _user += thread.UserTime;
            _system += thread.SystemTime;
            _ran += thread.RunTime;
            _guest += thread.GuestTime;
            _minorFaults += thread.MinorFaults;
            _majorFaults += thread.MajorFaults;
        }

        public void CopyTo(ref StatFields stat)
        {
            CpuTimes.Divide(_user, _system, _ran, ref _shownUser, ref _shownSystem);
            stat.UserTicks = _shownUser / ClockTicks.Nanoseconds;
            stat.SystemTicks = _shownSystem / ClockTicks.Nanoseconds;
            stat.GuestTicks = _guest / ClockTicks.Nanoseconds;
            stat.MinorFaults = _minorFaults;
            stat.MajorFaults = _majorFaults;
        }
    }
}
