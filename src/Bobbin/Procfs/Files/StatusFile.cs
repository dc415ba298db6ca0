using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/status. Kernel: fs/proc/array.c, proc_pid_status(), and fs/proc/task_mmu.c, task_mem().</summary>
internal static class StatusFile
{
    public static void Write(in TaskReading reading, ref ProcText text) =>
        Write(ref text, reading.Record, reading.Content.ProcessorCount);

    public static void Write(ref ProcText text, in TaskRecord task, int processors)
    {
        WriteIdentity(ref text, task);
        if (task.Memory is { } memory)
        {
            WriteMemory(ref text, memory);
        }

        WriteSignals(ref text, task);
        WriteCredentials(ref text, task.Credentials);
        text.Literal("Speculation_Store_Bypass:\tvulnerable\nSpeculationIndirectBranch:\talways enabled\nCpus_allowed:\t"u8);
        BitLists.Mask(ref text, task.AllowedProcessors.Span, processors);
        text.Literal("\nCpus_allowed_list:\t"u8);
        BitLists.List(ref text, task.AllowedProcessors.Span);

        // One memory node, printed at the width of the 1024 that kernels are built for. (A list of constants instead of the variable would
        // cost 72 bytes each time until the method is compiled again.)
        ulong node = 1;
        text.Literal("\nMems_allowed:\t"u8);
        BitLists.Mask(ref text, new ReadOnlySpan<ulong>(in node), 1024);
        text.Literal("\nMems_allowed_list:\t0\n"u8);
        text.Literal("voluntary_ctxt_switches:\t"u8).Number(task.Runs.VoluntarySwitches).Line();
        text.Literal("nonvoluntary_ctxt_switches:\t"u8).Number(task.Runs.InvoluntarySwitches).Line();
    }

    private static void WriteIdentity(ref ProcText text, in TaskRecord task)
    {
        text.Literal("Name:\t"u8);
        WriteName(ref text, task.Name.Span);
        if (task.FileCreationMask >= 0)
        {
            text.Literal("\nUmask:\t"u8).Octal((uint)task.FileCreationMask, 4);
        }

        text.Literal("\nState:\t"u8).Literal(Describe(task.State));
        text.Literal("\nTgid:\t"u8).Number(task.GroupId).Literal("\nNgid:\t0\nPid:\t"u8).Number(task.Key.Id);
        text.Literal("\nPPid:\t"u8).Number(task.ParentId).Literal("\nTracerPid:\t"u8).Number(task.TracerId);
        Credentials ids = task.Credentials;
        text.Literal("\nUid:\t"u8).Number(ids.UserId).Tab().Number(ids.EffectiveUserId).Tab().Number(ids.SavedUserId)
            .Tab().Number(ids.FileSystemUserId);
        text.Literal("\nGid:\t"u8).Number(ids.GroupId).Tab().Number(ids.EffectiveGroupId).Tab().Number(ids.SavedGroupId)
            .Tab().Number(ids.FileSystemGroupId);
        text.Literal("\nFDSize:\t"u8).Number(task.FileTableSize).Literal("\nGroups:\t"u8);
        WriteGroups(ref text, ids.Groups.Span);
        int depth = task.Ids.Length;
        WriteIds(ref text, "\nNStgid:"u8, task.GroupIds.Span, depth);
        WriteIds(ref text, "\nNSpid:"u8, task.Ids.Span, depth);
        WriteIds(ref text, "\nNSpgid:"u8, task.ProcessGroupIds.Span, depth);
        WriteIds(ref text, "\nNSsid:"u8, task.SessionIds.Span, depth);
        text.Literal(task.IsKernelThread ? "\nKthread:\t1\n"u8 : "\nKthread:\t0\n"u8);
    }

    /// <summary>Newlines and backslashes are escaped, so that a name cannot make lines of its own; all else is raw.</summary>
    private static void WriteName(ref ProcText text, ReadOnlySpan<byte> name)
    {
        foreach (byte value in name)
        {
            if (value == (byte)'\n')
            {
                text.Literal("\\n"u8);
            }
            else if (value == (byte)'\\')
            {
                text.Literal("\\\\"u8);
            }
            else
            {
                text.Byte(value);
            }
        }
    }

    private static ReadOnlySpan<byte> Describe(TaskState state) => state switch
    {
        TaskState.Running => "R (running)"u8,
        TaskState.Sleeping => "S (sleeping)"u8,
        TaskState.DiskSleep => "D (disk sleep)"u8,
        TaskState.Stopped => "T (stopped)"u8,
        TaskState.Traced => "t (tracing stop)"u8,
        TaskState.Zombie => "Z (zombie)"u8,
        TaskState.Parked => "P (parked)"u8,
        TaskState.Idle => "I (idle)"u8,
        _ => "X (dead)"u8,
    };

    private static void WriteGroups(ref ProcText text, ReadOnlySpan<uint> groups)
    {
        for (int index = 0; index < groups.Length; index++)
        {
            text.Literal(index == 0 ? ""u8 : " "u8).Number(groups[index]);
        }

        text.Space(); // there always was one at the end of this line
    }

    private static void WriteIds(ref ProcText text, scoped ReadOnlySpan<byte> key, ReadOnlySpan<int> ids, int depth)
    {
        text.Literal(key);
        for (int level = 0; level < depth; level++)
        {
            text.Tab().Number(level < ids.Length ? ids[level] : 0);
        }
    }

    private static void WriteMemory(ref ProcText text, TaskMemory memory)
    {
        Pages(ref text, "VmPeak:\t"u8, memory.PeakSize);
        Pages(ref text, "VmSize:\t"u8, memory.Size);
        Pages(ref text, "VmLck:\t"u8, memory.Locked);
        Pages(ref text, "VmPin:\t"u8, memory.Pinned);
        Pages(ref text, "VmHWM:\t"u8, Math.Max(memory.PeakResident, memory.Resident));
        Pages(ref text, "VmRSS:\t"u8, memory.Resident);
        Pages(ref text, "RssAnon:\t"u8, memory.ResidentAnonymous);
        Pages(ref text, "RssFile:\t"u8, memory.ResidentFile);
        Pages(ref text, "RssShmem:\t"u8, memory.ResidentShared);
        Pages(ref text, "VmData:\t"u8, memory.Data);
        Pages(ref text, "VmStk:\t"u8, memory.Stack);
        Pages(ref text, "VmExe:\t"u8, memory.Text);
        Pages(ref text, "VmLib:\t"u8, memory.Library);
        Kilobytes(ref text, "VmPTE:\t"u8, memory.PageTableBytes);
        Pages(ref text, "VmSwap:\t"u8, memory.Swapped);
        Kilobytes(ref text, "HugetlbPages:\t"u8, memory.HugePageBytes);
        text.Literal(memory.IsDumpingCore ? "CoreDumping:\t1\n"u8 : "CoreDumping:\t0\n"u8);
        text.Literal("THP_enabled:\t1\nuntag_mask:\t0xffffffffffffffff\n"u8);
    }

    private static void Pages(ref ProcText text, scoped ReadOnlySpan<byte> key, ulong pages) =>
        Kilobytes(ref text, key, pages * TaskMemory.PageSize);

    private static void Kilobytes(ref ProcText text, scoped ReadOnlySpan<byte> key, ulong bytes) =>
        text.Literal(key).Right((long)(bytes >> 10), 8).Literal(" kB\n"u8);

    private static void WriteSignals(ref ProcText text, in TaskRecord task)
    {
        Signals signals = task.Signals;
        text.Literal("Threads:\t"u8).Number(task.ThreadCount);
        text.Literal("\nSigQ:\t"u8).Number(signals.Queued).Byte((byte)'/').Number(task.Limits[Resource.RLIMIT_SIGPENDING].Soft);
        text.Literal("\nSigPnd:\t"u8).Hex(signals.Pending, 16).Literal("\nShdPnd:\t"u8).Hex(signals.SharedPending, 16);
        text.Literal("\nSigBlk:\t"u8).Hex(signals.Blocked, 16).Literal("\nSigIgn:\t"u8).Hex(signals.Ignored, 16);
        text.Literal("\nSigCgt:\t"u8).Hex(signals.Caught, 16).Line();
    }

    private static void WriteCredentials(ref ProcText text, Credentials credentials)
    {
        text.Literal("CapInh:\t"u8).Hex(credentials.Inheritable, 16).Literal("\nCapPrm:\t"u8).Hex(credentials.Permitted, 16);
        text.Literal("\nCapEff:\t"u8).Hex(credentials.Effective, 16).Literal("\nCapBnd:\t"u8).Hex(credentials.Bounding, 16);
        text.Literal("\nCapAmb:\t"u8).Hex(credentials.Ambient, 16);
        text.Literal("\nNoNewPrivs:\t"u8).Number(credentials.NoNewPrivileges ? 1 : 0);
        text.Literal("\nSeccomp:\t"u8).Number(credentials.Seccomp);
        text.Literal("\nSeccomp_filters:\t"u8).Number(credentials.SeccompFilters).Line();
    }
}
