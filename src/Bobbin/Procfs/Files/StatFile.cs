using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/stat. Kernel: fs/proc/array.c, do_task_stat().</summary>
internal static class StatFile
{
    public static void Write(in TaskReading reading, ref ProcText text)
    {
        // What a reader who may not trace the task gets is masked, not refused.
        Write(ref text, reading.Record, whole: !reading.IsThread, reading.MayTrace);
    }

    public static void Write(ref ProcText text, in TaskRecord task, bool whole, bool permitted)
    {
        TaskMemory? memory = task.Memory;
        TaskUsage usage = whole ? task.GroupUsage : task.Usage;

        text.Number(task.Key.Id).Literal(" ("u8).Literal(task.Name.Span).Literal(") "u8).Byte((byte)task.State);
        text.Space().Number(task.ParentId).Space().Number(task.ProcessGroupId).Space().Number(task.SessionId);
        text.Space().Number((int)task.Terminal).Space().Number(task.ForegroundGroupId).Space().Number((uint)task.Flags);
        text.Space().Number(usage.MinorFaults).Space().Number(task.ChildrenUsage.MinorFaults);
        text.Space().Number(usage.MajorFaults).Space().Number(task.ChildrenUsage.MajorFaults);
        text.Space().Number(Ticks.Of(usage.UserTime)).Space().Number(Ticks.Of(usage.SystemTime));
        text.Space().Number(Ticks.Of(task.ChildrenUsage.UserTime)).Space().Number(Ticks.Of(task.ChildrenUsage.SystemTime));
        text.Space().Number(task.Scheduling.Priority).Space().Number(task.Scheduling.Nice);
        text.Space().Number(task.ThreadCount).Literal(" 0 "u8).Number(Ticks.Of(task.StartTime));
        text.Space().Number(memory is null ? 0 : memory.Size * TaskMemory.PageSize).Space().Number(memory?.Resident ?? 0);
        text.Space().Number(task.Limits[Resource.RLIMIT_RSS].Soft);

        // startcode, endcode, startstack; then the stack pointer and the instruction pointer, which only a dying task shows.
        Masked(ref text, permitted, memory?.StartCode, 1);
        Masked(ref text, permitted, memory?.EndCode, 1);
        Masked(ref text, permitted, memory?.StartStack, 0);
        text.Literal(" 0 0"u8);
        WriteSignals(ref text, task.Signals);

        // wchan: whether it waits at all; of a group with several threads not even that.
        bool waits = permitted && (!whole || task.ThreadCount < 2) && task.State != TaskState.Running;
        text.Literal(waits ? " 1 0 0 "u8 : " 0 0 0 "u8).Number(task.ExitSignal).Space().Number(task.Scheduling.Processor);
        text.Space().Number(task.Scheduling.RealTimePriority).Space().Number((int)task.Scheduling.Policy);
        text.Space().Number(Ticks.Of(task.Runs.BlockDelay));
        text.Space().Number(Ticks.Of(usage.GuestTime)).Space().Number(Ticks.Of(task.ChildrenUsage.GuestTime));

        Masked(ref text, permitted, memory?.StartData, 0);
        Masked(ref text, permitted, memory?.EndData, 0);
        Masked(ref text, permitted, memory?.StartHeap, 0);
        Masked(ref text, permitted, memory?.StartArguments, 0);
        Masked(ref text, permitted, memory?.EndArguments, 0);
        Masked(ref text, permitted, memory?.StartEnvironment, 0);
        Masked(ref text, permitted, memory?.EndEnvironment, 0);
        text.Space().Number(permitted ? task.ExitCode : 0).Line();
    }

    private static void Masked(ref ProcText text, bool permitted, ulong? address, ulong mask) =>
        text.Space().Number(address is not { } value ? 0 : permitted ? value : mask);

    /// <summary>Obsolete since there are signals above 31: the low 31 of each set, in decimal.</summary>
    private static void WriteSignals(ref ProcText text, in Signals signals)
    {
        const ulong Low = 0x7FFF_FFFF;
        text.Space().Number(signals.Pending & Low).Space().Number(signals.Blocked & Low);
        text.Space().Number(signals.Ignored & Low).Space().Number(signals.Caught & Low);
    }
}
