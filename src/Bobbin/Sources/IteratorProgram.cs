using System.Runtime.CompilerServices;
using System.Text;
using Bobbin.Kernel.Bpf;

namespace Bobbin.Sources;

/// <summary>
/// Builds the BPF program that the kernel's task iterator runs for each thread: it copies members of <c>task_struct</c>, and of what that
/// points to, into a <see cref="ThreadRecord"/> and, for leaders, a <see cref="GroupRecord"/>. Where members lie is taken from the running
/// kernel's types; those that had other names on older kernels are tried by these too.
/// </summary>
/// <remarks>
/// Pointers whose type the verifier knows are followed without a check for null: a load from one that is null, or no longer valid, gives
/// 0 (<c>Documentation/bpf/verifier.rst</c>, PTR_TO_BTF_ID).
/// </remarks>
internal sealed class IteratorProgram
{
    private const BpfRegister Task = BpfRegister.R6, Signal = BpfRegister.R7, Sequence = BpfRegister.R8, Context = BpfRegister.R9;
    private const BpfRegister Pointer = BpfRegister.R3, Value = BpfRegister.R2;

    private static readonly int s_threadSize = Unsafe.SizeOf<ThreadRecord>();
    private static readonly int s_groupSize = Unsafe.SizeOf<GroupRecord>();

    private readonly BpfAssembler _code = new();
    private readonly Btf _types;
    private readonly Dictionary<string, int> _structures = []; // ids: to find one takes a walk over all types
    private int _at; // where on the stack the next field goes

    private IteratorProgram(Btf types) => _types = types;

    /// <summary>The program for the kernel with these types.</summary>
    /// <exception cref="InvalidDataException">It lacks a member, or task iterators.</exception>
    public static BpfProgramSpec Build(Btf types)
    {
        byte[] target = Encoding.UTF8.GetBytes(BpfIterator.Target("task"));
        if (!types.TryFind(BtfKind.Function, target, out int function))
        {
            throw new InvalidDataException("the kernel has no task iterator: it is older than 5.8");
        }

        return new IteratorProgram(types).Assemble() with { AttachType = BpfAttachType.TraceIterator, AttachTo = function };
    }

    private BpfProgramSpec Assemble()
    {
        BpfLabel end = _code.Label();
        BpfLabel write = _code.Label();

        // The context: struct bpf_iter__task { struct bpf_iter_meta *meta; struct task_struct *task; }; no task at the end of the walk.
        _code.Move(Context, BpfRegister.R1);
        _code.Load(BpfSize.Double, Task, Context, 8);
        _code.GoToIf(BpfCondition.Equal, Task, 0, end);
        _code.Load(BpfSize.Double, Sequence, Context, 0);
        Load(Sequence, Sequence, "bpf_iter_meta", "seq");
        Load(Signal, Task, "task_struct", "signal");

        _at = -s_threadSize - s_groupSize;
        WriteThread();

        // A leader's group follows; the length that is written is in R5 until then.
        _code.Move(BpfRegister.R5, s_threadSize);
        Load(BpfRegister.R1, Task, "task_struct", "pid");
        Load(BpfRegister.R2, Task, "task_struct", "tgid");
        _code.GoToIf(BpfCondition.NotEqual, BpfRegister.R1, BpfRegister.R2, write);
        WriteGroup();
        _code.Move(BpfRegister.R5, s_threadSize + s_groupSize);

        _code.Place(write);
        _code.Move(BpfRegister.R1, Sequence);
        _code.Move(BpfRegister.R2, BpfRegister.R10);
        _code.Compute(BpfOperation.Add, BpfRegister.R2, -s_threadSize - s_groupSize);
        _code.Move(BpfRegister.R3, BpfRegister.R5);
        _code.Call(BpfHelper.SequenceWrite);
        _code.Place(end);
        _code.Move(BpfRegister.R0, 0);
        _code.Exit();
        return _code.ToProgram("bobbin_tasks", BpfProgramType.Tracing);
    }

    private void WriteThread()
    {
        int start = _at;
        Copy(4, Task, "task_struct", "pid");
        Copy(4, Task, "task_struct", "tgid");
        Copy(8, Task, "task_struct", "start_boottime");
        CopyName();
        Copy(8, Task, "task_struct", "utime");
        Copy(8, Task, "task_struct", "stime");
        Copy(8, Task, "task_struct", "se.sum_exec_runtime");
        Copy(8, Task, "task_struct", "prev_cputime.utime");
        Copy(8, Task, "task_struct", "prev_cputime.stime");
        Copy(8, Task, "task_struct", "gtime");
        Copy(8, Task, "task_struct", "min_flt");
        Copy(8, Task, "task_struct", "maj_flt");
        if (_types.TryFindMember("task_struct"u8, "delays"u8, out _))
        {
            Load(Pointer, Task, "task_struct", "delays");
            Copy(8, Pointer, "task_delay_info", "blkio_delay");
        }
        else
        {
            Zero(8); // CONFIG_TASK_DELAY_ACCT is off
        }

        Copy(4, Task, "task_struct", "flags");
        Copy(4, Task, "task_struct", "__state", "state"); // 5.14
        Copy(4, Task, "task_struct", "exit_state");
        Copy(4, Task, "task_struct", "prio");
        Copy(4, Task, "task_struct", "static_prio");
        Copy(4, Task, "task_struct", "rt_priority");
        Copy(4, Task, "task_struct", "policy");
        Copy(4, Task, "task_struct", "thread_info.cpu", "cpu"); // 5.16
        CheckSize(start, s_threadSize);
    }

    private void WriteGroup()
    {
        int start = _at;
        Load(Pointer, Task, "task_struct", "real_parent");
        Copy(4, Pointer, "task_struct", "tgid");
        Copy(4, Signal, "signal_struct", "nr_threads");
        Load(Pointer, Signal, "signal_struct", "pids[2]");
        Copy(4, Pointer, "pid", "numbers[0].nr");
        Load(Pointer, Signal, "signal_struct", "pids[3]");
        Copy(4, Pointer, "pid", "numbers[0].nr");
        WriteTerminal();
        Copy(8, Signal, "signal_struct", "utime");
        Copy(8, Signal, "signal_struct", "stime");
        Copy(8, Signal, "signal_struct", "sum_sched_runtime");
        Copy(8, Signal, "signal_struct", "prev_cputime.utime");
        Copy(8, Signal, "signal_struct", "prev_cputime.stime");
        Copy(8, Signal, "signal_struct", "cutime");
        Copy(8, Signal, "signal_struct", "cstime");
        Copy(8, Signal, "signal_struct", "gtime");
        Copy(8, Signal, "signal_struct", "cgtime");
        Copy(8, Signal, "signal_struct", "min_flt");
        Copy(8, Signal, "signal_struct", "maj_flt");
        Copy(8, Signal, "signal_struct", "cmin_flt");
        Copy(8, Signal, "signal_struct", "cmaj_flt");
        Copy(8, Signal, "signal_struct", "rlim[5].rlim_cur");
        Load(Pointer, Task, "task_struct", "mm");
        Copy(8, Pointer, "mm_struct", "total_vm");
        foreach (int counter in (int[])[0, 1, 3]) // MM_FILEPAGES, MM_ANONPAGES, MM_SHMEMPAGES
        {
            Copy(8, Pointer, "mm_struct", $"rss_stat[{counter}].count", $"rss_stat.count[{counter}].counter"); // 6.2
        }

        Load(Pointer, Task, "task_struct", "real_cred");
        Copy(4, Pointer, "cred", "uid.val");
        Copy(4, Pointer, "cred", "euid.val");
        Copy(4, Pointer, "cred", "gid.val");
        Copy(4, Pointer, "cred", "egid.val");
        Copy(4, Task, "task_struct", "exit_signal");
        Zero(4);
        CheckSize(start, s_groupSize);
    }

    private void WriteTerminal()
    {
        Load(BpfRegister.R4, Signal, "signal_struct", "tty");
        Load(Pointer, BpfRegister.R4, "tty_struct", "driver");
        Copy(4, Pointer, "tty_driver", "major");
        Copy(4, Pointer, "tty_driver", "minor_start");
        Copy(4, BpfRegister.R4, "tty_struct", "index");
        Load(Pointer, BpfRegister.R4, "tty_struct", "ctrl.pgrp", "pgrp"); // 5.15
        Copy(4, Pointer, "pid", "numbers[0].nr");
    }

    private void CopyName()
    {
        BtfMember name = Find("task_struct", "comm");
        for (int part = 0; part < 16; part += 8)
        {
            _code.Load(BpfSize.Double, Value, Task, name.Offset + part);
            _code.Store(BpfSize.Double, BpfRegister.R10, _at, Value);
            _at += 8;
        }
    }

    /// <summary>Copies a member to the next <paramref name="size"/> bytes of the record.</summary>
    private void Copy(int size, BpfRegister from, string structure, params ReadOnlySpan<string> names)
    {
        BtfMember member = Find(structure, names);
        _code.Load(SizeOf(member.Size), Value, from, member.Offset);
        _code.Store(SizeOf(size), BpfRegister.R10, _at, Value);
        _at += size;
    }

    private void Zero(int size)
    {
        _code.Store(SizeOf(size), BpfRegister.R10, _at, 0);
        _at += size;
    }

    private void Load(BpfRegister into, BpfRegister from, string structure, params ReadOnlySpan<string> names)
    {
        BtfMember member = Find(structure, names);
        _code.Load(SizeOf(member.Size), into, from, member.Offset);
    }

    private BtfMember Find(string structure, params ReadOnlySpan<string> names)
    {
        if (!_structures.TryGetValue(structure, out int id))
        {
            _structures[structure] = id = _types.TryFind(BtfKind.Structure, Encoding.UTF8.GetBytes(structure), out int found) ? found : 0;
        }

        foreach (string name in names)
        {
            if (_types.TryFindMember(id, Encoding.UTF8.GetBytes(name), out BtfMember member))
            {
                return member;
            }
        }

        throw new InvalidDataException($"the kernel's struct {structure} has no member {string.Join(" or ", names.ToArray())}");
    }

    private void CheckSize(int start, int size)
    {
        if (_at - start != size)
        {
            throw new InvalidOperationException($"The program fills {_at - start} bytes of a record of {size}.");
        }
    }

    private static BpfSize SizeOf(int bytes) => bytes switch
    {
        1 => BpfSize.Byte,
        2 => BpfSize.Half,
        4 => BpfSize.Word,
        8 => BpfSize.Double,
        _ => throw new InvalidDataException($"a member of {bytes} bytes cannot be loaded at once"),
    };
}
