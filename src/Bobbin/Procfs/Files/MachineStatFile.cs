using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/stat. Kernel: fs/proc/stat.c, show_stat(). Unit of times: USER_HZ.</summary>
internal static class MachineStatFile
{
    private const int SoftInterruptKinds = 10; // NR_SOFTIRQS

    public static void Write(in MachineRecord machine, ref ProcText text)
    {
        ProcessorRecord all = default;
        foreach (ProcessorRecord processor in machine.Processors.Span)
        {
            Add(ref all, processor);
        }

        text.Literal("cpu  "u8);
        WriteTimes(ref text, all);
        foreach (ProcessorRecord processor in machine.Processors.Span)
        {
            text.Literal("cpu"u8).Number(processor.Number).Space();
            WriteTimes(ref text, processor);
        }

        text.Literal("intr "u8).Number(machine.InterruptCount);
        foreach (ulong count in machine.Interrupts.Span)
        {
            text.Space().Number(count);
        }

        text.Literal("\nctxt "u8).Number(machine.ContextSwitches);
        text.Literal("\nbtime "u8).Number(machine.BootTime / 1_000_000_000).Literal("\nprocesses "u8).Number(machine.Forks);
        text.Literal("\nprocs_running "u8).Number(machine.RunningTasks).Literal("\nprocs_blocked "u8).Number(machine.BlockedTasks);
        WriteSoftInterrupts(ref text, machine.SoftInterrupts.Span);
    }

    private static void WriteTimes(ref ProcText text, in ProcessorRecord times)
    {
        text.Number(Ticks.Of(times.User)).Space().Number(Ticks.Of(times.Nice)).Space().Number(Ticks.Of(times.System)).Space();
        text.Number(Ticks.Of(times.Idle)).Space().Number(Ticks.Of(times.IoWait)).Space().Number(Ticks.Of(times.Interrupt)).Space();
        text.Number(Ticks.Of(times.SoftInterrupt)).Space().Number(Ticks.Of(times.Steal)).Space();
        text.Number(Ticks.Of(times.Guest)).Space().Number(Ticks.Of(times.GuestNice)).Line();
    }

    private static void WriteSoftInterrupts(ref ProcText text, ReadOnlySpan<ulong> counts)
    {
        ulong sum = 0;
        foreach (ulong count in counts)
        {
            sum += count;
        }

        text.Literal("\nsoftirq "u8).Number(sum);
        for (int kind = 0; kind < SoftInterruptKinds; kind++)
        {
            text.Space().Number(kind < counts.Length ? counts[kind] : 0);
        }

        text.Line();
    }

    private static void Add(ref ProcessorRecord sum, in ProcessorRecord times)
    {
        sum.User += times.User;
        sum.Nice += times.Nice;
        sum.System += times.System;
        sum.Idle += times.Idle;
        sum.IoWait += times.IoWait;
        sum.Interrupt += times.Interrupt;
        sum.SoftInterrupt += times.SoftInterrupt;
        sum.Steal += times.Steal;
        sum.Guest += times.Guest;
        sum.GuestNice += times.GuestNice;
    }
}
