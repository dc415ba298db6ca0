using System.Runtime.InteropServices;
using Bobbin.Kernel.Bpf;
using Bobbin.Kernel.Linux;
using Bobbin.Live;

namespace Bobbin.Sources;

/// <summary>
/// Tells the ends of all tasks of this machine, promptly, by a BPF program: costs nothing per task that lives. Needs CAP_BPF and
/// CAP_PERFMON (or CAP_SYS_ADMIN), Linux 5.8 and the kernel's BTF, and the initial pid namespace, whose ids the kernel's
/// <c>task_struct</c> holds.
/// </summary>
internal sealed class BpfExits : IExitSource
{
    /// <summary>What its tasks are told by, in words.</summary>
    public const string Reason = "BPF " + EndProgram.Tracepoint;

    private readonly BpfMap _map;
    private readonly BpfProgram _program;
    private readonly RingBuffer _ring;
    private readonly RawTracepoint _tracepoint;
    private readonly Thread _reader;

    private BpfExits(BpfMap map, BpfProgram program, RingBuffer ring, RawTracepoint tracepoint)
    {
        _map = map;
        _program = program;
        _ring = ring;
        _tracepoint = tracepoint;
        _reader = new Thread(Read, maxStackSize: 256 * 1024) { IsBackground = true, Name = "ends" };
    }

    /// <summary>Every task's end is told.</summary>
    public bool Tracks => true;

    /// <summary>
    /// The id of a task (in the initial pid namespace) stopped to resolve; it may be another's by now. Raised on a thread of this
    /// object's own.
    /// </summary>
    public event Action<int>? ThreadEnded;

    /// <summary>Attaches the program; null, and why, where this machine does not let us.</summary>
    public static BpfExits? TryOpen(out string reason)
    {
        // PROC_PID_INIT_INO (include/linux/proc_ns.h): the inode of the first pid namespace.
        if (!PidNamespaceOf("self").EndsWith("[4026531836]", StringComparison.Ordinal))
        {
            reason = "not in the initial pid namespace";
            return null;
        }

        BpfMap? map = null;
        BpfProgram? program = null;
        RingBuffer? ring = null;
        try
        {
            using Btf types = Btf.OfKernel();
            if (!types.TryFindMember("task_struct"u8, "pid"u8, out BtfMember id))
            {
                reason = $"{Btf.KernelPath} knows no task_struct.pid";
                return null;
            }

            map = BpfMap.Create(EndProgram.EndsMap);
            program = BpfProgram.Load(EndProgram.Build(id.Offset), map);
            ring = new RingBuffer(map);
            BpfExits exits = new(map, program, ring, RawTracepoint.Attach(EndProgram.Tracepoint, program));
            exits._reader.Start();
            reason = Reason;
            return exits;
        }
        catch (Exception failure) when (BpfRefusal.Is(failure))
        {
            ring?.Dispose();
            program?.Dispose();
            map?.Dispose();
            reason = BpfRefusal.Describe(failure);
            return null;
        }
    }

    /// <summary>Detaches the program; after it nothing is raised any more.</summary>
    public void Dispose()
    {
        _tracepoint.Dispose();
        _ring.Stop();
        if (Thread.CurrentThread != _reader)
        {
            _reader.Join();
        }

        _ring.Dispose();
        _program.Dispose();
        _map.Dispose();
    }

    private static string PidNamespaceOf(string task)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{task}/ns/pid", returnFinalTarget: false)?.FullName ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    private void Read()
    {
        while (_ring.Wait())
        {
            while (_ring.TryTake(out ReadOnlySpan<byte> record))
            {
                int id = MemoryMarshal.Read<int>(record);
                ThreadEnded?.Invoke(id);
            }
        }
    }
}
