using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>What the machine itself says.</summary>
public sealed partial class TaskTable
{
    private const ulong Tick = 10_000_000; // 100 a second

    private readonly Lock _machineLock = new();
    private ProcessorRecord[] _processors = [new ProcessorRecord { Model = new ProcessorModel() }];
    private ReadOnlyMemory<ProcessorRecord> _processorsShown;
    private ulong _processorsShownAt;
    private volatile MachineSystem _system = new();
    private volatile MachineMemory _memory = new()
    {
        Total = 4UL << 30,
        Free = 2UL << 30,
        Available = 3UL << 30,
        Cached = 1UL << 30,
        ActiveFile = 512UL << 20,
        InactiveFile = 512UL << 20,
        CommitLimit = 2UL << 30,
    };

    /// <summary>Names and limits: <see cref="MachineSystem.PidMax"/> and <see cref="MachineSystem.ThreadsMax"/> hold for what comes.</summary>
    public MachineSystem System
    {
        get => _system;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value.PidMax, TablePidNamespace.ReservedIds);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value.PidMax, 1 << 22);
            _system = value;
        }
    }

    /// <summary>The machine's memory.</summary>
    public MachineMemory Memory
    {
        get => _memory;
        set => _memory = value;
    }

    /// <summary>Load of the last 1, 5 and 15 minutes, in hundredths.</summary>
    public (uint One, uint Five, uint Fifteen) Load { get; set; }

    /// <summary>Context switches and interrupts since boot.</summary>
    public (ulong ContextSwitches, ulong Interrupts) Counters { get; set; }

    /// <summary>
    /// The machine's processors, in the order of their numbers. Time that tasks use is added to theirs
    /// (<see cref="TableTask.Spend"/>); what is left until now is idle.
    /// </summary>
    public ReadOnlyMemory<ProcessorRecord> Processors
    {
        get
        {
            lock (_machineLock)
            {
                return _processors.AsSpan().ToArray();
            }
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfZero(value.Length);
            lock (_machineLock)
            {
                _processors = value.ToArray();
                _processorsShown = default;
            }
        }
    }

    /// <summary>Fills a record of the machine as a namespace sees it. Allocates at most once a tick.</summary>
    internal void GetMachine(TablePidNamespace view, out MachineRecord record)
    {
        ulong now = Clock.Uptime;
        record = default;
        record.BootTime = Clock.BootTime;
        record.Uptime = now;
        record.Processors = ProcessorsAt(now);
        record.Memory = _memory;
        (record.Load1, record.Load5, record.Load15) = Load;
        record.RunningTasks = Volatile.Read(ref _runningCount);
        record.BlockedTasks = Volatile.Read(ref _blockedCount);
        record.TaskCount = TaskCount;
        record.LastId = view.LastId;
        record.Forks = (ulong)Volatile.Read(ref _forks);
        (record.ContextSwitches, record.InterruptCount) = Counters;
        record.System = _system;
    }

    internal void AddProcessorTime(int processor, ulong user, ulong system, bool isNice)
    {
        lock (_machineLock)
        {
            if ((uint)processor >= (uint)_processors.Length)
            {
                return;
            }

            ref ProcessorRecord record = ref _processors[processor];
            (isNice ? ref record.Nice : ref record.User) += user;
            record.System += system;
        }
    }

    private ReadOnlyMemory<ProcessorRecord> ProcessorsAt(ulong now)
    {
        lock (_machineLock)
        {
            if (_processorsShown.IsEmpty || now / Tick != _processorsShownAt / Tick)
            {
                ProcessorRecord[] shown = [.. _processors];
                foreach (ref ProcessorRecord processor in shown.AsSpan())
                {
                    ulong busy = processor.User + processor.Nice + processor.System + processor.IoWait
                        + processor.Interrupt + processor.SoftInterrupt + processor.Steal;
                    processor.Idle = now > busy ? now - busy : 0;
                }

                _processorsShown = shown;
                _processorsShownAt = now;
            }

            return _processorsShown;
        }
    }
}
