using System.Numerics;
using System.Runtime.CompilerServices;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Bpf;

/// <summary>Kinds of maps (<c>enum bpf_map_type</c> in <c>include/uapi/linux/bpf.h</c>); others can be cast from their number.</summary>
public enum BpfMapType : uint
{
    /// <summary>Values by keys.</summary>
    Hash = 1,

    /// <summary>Values by numbers from 0 on; all are there from the start, and zero.</summary>
    Array = 2,

    /// <summary>An event for each processor: see <see cref="PerfBuffer"/>.</summary>
    PerfEventArray = 4,

    /// <summary>A hash that keeps a value for each processor (Linux 4.6): programs need no atomic operations.</summary>
    PerCpuHash = 5,

    /// <summary>An array that keeps a value for each processor (Linux 4.6).</summary>
    PerCpuArray = 6,

    /// <summary>Stacks of calls by their id (Linux 4.6).</summary>
    StackTrace = 7,

    /// <summary>A hash that gives up what was not used for long when it is full (Linux 4.10).</summary>
    LruHash = 9,

    /// <summary>The same with a value for each processor (Linux 4.10).</summary>
    LruPerCpuHash = 10,

    /// <summary>Records for a <see cref="RingBuffer"/> (Linux 5.8).</summary>
    RingBuffer = 27,
}

/// <summary><c>map_flags</c> (<c>BPF_F_*</c> in <c>include/uapi/linux/bpf.h</c>).</summary>
[Flags]
public enum BpfMapFlags : uint
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>BPF_F_NO_PREALLOC</c> (Linux 4.6): a hash takes memory for an entry when it comes, not for all at the start.</summary>
    NoPreallocation = 1 << 0,

    /// <summary><c>BPF_F_MMAPABLE</c> (Linux 5.5): an array's values can be mapped.</summary>
    Mappable = 1 << 10,
}

/// <summary>A map as a value: the same for every kernel.</summary>
/// <param name="Name">What programs call it by; shown by bpftool, which sees the first 15 bytes.</param>
/// <param name="Type">Its kind.</param>
/// <param name="KeySize">Bytes; 0 for a ring buffer, 4 for an array.</param>
/// <param name="ValueSize">Bytes; 0 for a ring buffer.</param>
/// <param name="MaxEntries">Entries; of a ring buffer, bytes: a power of two of at least a page.</param>
/// <param name="Flags">Options.</param>
public sealed record BpfMapSpec(string Name, BpfMapType Type, int KeySize, int ValueSize, int MaxEntries, BpfMapFlags Flags = BpfMapFlags.None)
{
    private static readonly int s_processors = Math.Max(1, Libc.CountPossibleProcessors());

    /// <summary>
    /// How many processors there may ever be, which is how many values the per-CPU kinds keep for a key
    /// (<c>/sys/devices/system/cpu/possible</c>): at least as many as run.
    /// </summary>
    public static int PossibleProcessors => s_processors;

    /// <summary>Whether a key has a value for each processor.</summary>
    public bool IsPerCpu => Type is BpfMapType.PerCpuHash or BpfMapType.PerCpuArray or BpfMapType.LruPerCpuHash;

    /// <summary>
    /// Bytes that a lookup brings: of maps that keep a value for each processor, one for each of <see cref="PossibleProcessors"/>, padded to 8.
    /// </summary>
    public int LookupSize => IsPerCpu ? PaddedValueSize * s_processors : ValueSize;

    internal int PaddedValueSize => (ValueSize + 7) / 8 * 8;

    /// <summary>
    /// BPF_MAP_TYPE_HASH. Bytes that pad a key's structure are part of the key: give it none, or zeroes.
    /// </summary>
    public static BpfMapSpec Hash<TKey, TValue>(string name, int entries)
        where TKey : unmanaged
        where TValue : unmanaged =>
        new(name, BpfMapType.Hash, Unsafe.SizeOf<TKey>(), Unsafe.SizeOf<TValue>(), entries);

    /// <summary>BPF_MAP_TYPE_PERCPU_HASH; <typeparamref name="TValue"/> is one processor's.</summary>
    public static BpfMapSpec PerCpuHash<TKey, TValue>(string name, int entries)
        where TKey : unmanaged
        where TValue : unmanaged =>
        new(name, BpfMapType.PerCpuHash, Unsafe.SizeOf<TKey>(), Unsafe.SizeOf<TValue>(), entries);

    /// <summary>BPF_MAP_TYPE_ARRAY; keys are <see langword="int"/>.</summary>
    public static BpfMapSpec Array<TValue>(string name, int entries)
        where TValue : unmanaged =>
        new(name, BpfMapType.Array, sizeof(int), Unsafe.SizeOf<TValue>(), entries);

    /// <summary>BPF_MAP_TYPE_PERCPU_ARRAY; keys are <see langword="int"/>, <typeparamref name="TValue"/> is one processor's.</summary>
    public static BpfMapSpec PerCpuArray<TValue>(string name, int entries)
        where TValue : unmanaged =>
        new(name, BpfMapType.PerCpuArray, sizeof(int), Unsafe.SizeOf<TValue>(), entries);

    /// <summary>BPF_MAP_TYPE_RINGBUF, for a <see cref="Bpf.RingBuffer"/>.</summary>
    /// <param name="name">What programs call it by.</param>
    /// <param name="bytes">Room: a power of two of at least a page.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is none.</exception>
    public static BpfMapSpec RingBuffer(string name, int bytes) =>
        BitOperations.IsPow2(bytes) && bytes >= Environment.SystemPageSize
            ? new(name, BpfMapType.RingBuffer, 0, 0, bytes)
            : throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "a power of two of at least a page");

    /// <summary>
    /// BPF_MAP_TYPE_STACK_TRACE: the value of a stack's id (<see cref="BpfHelper.GetStackId"/>) is its instruction pointers, 8 bytes each,
    /// innermost first, ended by 0 where there are fewer than <paramref name="depth"/>.
    /// </summary>
    public static BpfMapSpec StackTraces(string name, int stacks, int depth = 127) =>
        new(name, BpfMapType.StackTrace, sizeof(int), depth * sizeof(ulong), stacks);

    /// <summary>BPF_MAP_TYPE_PERF_EVENT_ARRAY: an event a processor, for a <see cref="PerfBuffer"/>.</summary>
    public static BpfMapSpec PerfEvents(string name) => new(name, BpfMapType.PerfEventArray, sizeof(int), sizeof(int), s_processors);
}
