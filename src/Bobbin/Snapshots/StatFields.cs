using Bobbin.Tasks;

namespace Bobbin.Snapshots;

/// <summary>
/// What <c>/proc/PID/stat</c> says of a process, or <c>/proc/PID/task/TID/stat</c> of a thread, field by field (proc_pid_stat(5)), but for
/// the addresses and the obsolete sets of signals. Both readers fill it: one from the text, one from the kernel's own numbers.
/// </summary>
internal struct StatFields
{
    public TaskState State;            // 3
    public int ParentId;               // 4
    public int ProcessGroupId;         // 5
    public int SessionId;              // 6
    public int Terminal;               // 7, as the kernel encodes a device
    public int ForegroundGroupId;      // 8, -1 without a terminal
    public ProcessFlags Flags;         // 9
    public ulong MinorFaults;          // 10
    public ulong ChildrenMinorFaults;  // 11
    public ulong MajorFaults;          // 12
    public ulong ChildrenMajorFaults;  // 13
    public ulong UserTicks;            // 14
    public ulong SystemTicks;          // 15
    public ulong ChildrenUserTicks;    // 16
    public ulong ChildrenSystemTicks;  // 17
    public int Priority;               // 18
    public int Nice;                   // 19
    public int ThreadCount;            // 20
    public ulong StartTicks;           // 22
    public ulong VirtualBytes;         // 23
    public ulong ResidentPages;        // 24
    public ulong ResidentLimit;        // 25
    public int ExitSignal;             // 38
    public int Processor;              // 39
    public int RealTimePriority;       // 40
    public SchedulingPolicy Policy;    // 41
    public ulong BlockDelayTicks;      // 42
    public ulong GuestTicks;           // 43
    public ulong ChildrenGuestTicks;   // 44
}
