using System.Runtime.InteropServices;
using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Bpf;

/// <summary><c>enum bpf_map_type</c>, as far as it is used.</summary>
internal enum BpfMapType : uint
{
    Hash = 1,
    Array = 2,
    PerfEventArray = 4,
    PerCpuHash = 5,
    PerCpuArray = 6,
    StackTrace = 7,
    RingBuffer = 27,
}

/// <summary><c>map_flags</c>.</summary>
[Flags]
internal enum BpfMapFlags : uint
{
    None = 0,

    /// <summary><c>BPF_F_MMAPABLE</c> (Linux 5.5): an array's values can be mapped.</summary>
    Mappable = 1 << 10,
}

/// <summary>A map as a value.</summary>
/// <param name="Name">What programs call it by; shown by bpftool, cut to 15 bytes.</param>
/// <param name="Type">Its kind.</param>
/// <param name="KeySize">Bytes; 0 for a ring buffer, 4 for an array.</param>
/// <param name="ValueSize">Bytes; 0 for a ring buffer.</param>
/// <param name="MaxEntries">Entries; of a ring buffer, bytes: a power of two of at least a page.</param>
/// <param name="Flags">Options.</param>
internal sealed record BpfMapSpec(string Name, BpfMapType Type, int KeySize, int ValueSize, int MaxEntries, BpfMapFlags Flags = BpfMapFlags.None)
{
    /// <summary>BPF_MAP_TYPE_RINGBUF of <paramref name="bytes"/>.</summary>
    public static BpfMapSpec RingBuffer(string name, int bytes) => new(name, BpfMapType.RingBuffer, 0, 0, bytes);

    /// <summary>BPF_MAP_TYPE_STACK_TRACE: the value of a stack's id is its instruction pointers, innermost first, ended by 0.</summary>
    public static BpfMapSpec StackTraces(string name, int stacks, int depth = 127) =>
        new(name, BpfMapType.StackTrace, sizeof(int), depth * sizeof(ulong), stacks);

    /// <summary>BPF_MAP_TYPE_PERF_EVENT_ARRAY: an event a processor, for a <see cref="PerfBuffer"/>.</summary>
    public static BpfMapSpec PerfEvents(string name) =>
        new(name, BpfMapType.PerfEventArray, sizeof(int), sizeof(int), Math.Max(1, Libc.CountPossibleProcessors()));

    /// <summary>
    /// Bytes that a lookup brings: of maps that keep a value for each processor, one for each that there may ever be, padded to 8.
    /// </summary>
    public int LookupSize { get; } = Type is BpfMapType.PerCpuHash or BpfMapType.PerCpuArray
        ? (ValueSize + 7) / 8 * 8 * Math.Max(1, Libc.CountPossibleProcessors())
        : ValueSize;
}

/// <summary>A map that the kernel holds.</summary>
internal sealed unsafe class BpfMap : IDisposable
{
    private BpfMap(BpfMapSpec spec, SafeFileHandle descriptor)
    {
        Spec = spec;
        Descriptor = descriptor;
    }

    /// <summary>What it was made from.</summary>
    public BpfMapSpec Spec { get; }

    /// <summary>Keeps the map in the kernel.</summary>
    public SafeFileHandle Descriptor { get; }

    /// <summary>The descriptor's number, as instructions and attributes hold it.</summary>
    public int Number => (int)Descriptor.DangerousGetHandle();

    /// <summary>Makes a map.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static BpfMap Create(BpfMapSpec spec)
    {
        BpfMapCreate attributes = new()
        {
            Type = spec.Type,
            KeySize = (uint)spec.KeySize,
            ValueSize = (uint)spec.ValueSize,
            MaxEntries = (uint)spec.MaxEntries,
            Flags = spec.Flags,
            Name = BpfName.From(spec.Name),
        };
        return new BpfMap(spec, BpfSystemCall.Open(BpfCommand.MapCreate, ref attributes, spec.Name));
    }

    /// <summary>Copies the value of a key; false where there is none.</summary>
    public bool TryLookup<TKey, TValue>(TKey key, out TValue value)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        TValue copy = default;
        Errno errno = Element(BpfCommand.MapLookupElement, &key, sizeof(TKey), &copy, sizeof(TValue));
        value = copy;
        return errno == Errno.None;
    }

    /// <summary>Copies the value of a key, however long; false where there is none.</summary>
    public bool TryCopy<TKey>(TKey key, Span<byte> value)
        where TKey : unmanaged
    {
        fixed (byte* bytes = value)
        {
            return Element(BpfCommand.MapLookupElement, &key, sizeof(TKey), bytes, value.Length) == Errno.None;
        }
    }

    /// <summary>
    /// Adds up what the processors have counted under a key in a map that keeps a number of 8 bytes for each; 0 where there is none.
    /// </summary>
    public long Sum<TKey>(TKey key)
        where TKey : unmanaged
    {
        Span<long> each = stackalloc long[Spec.LookupSize / sizeof(long)];
        each.Clear();
        long sum = 0;
        if (TryCopy(key, MemoryMarshal.AsBytes(each)))
        {
            foreach (long one in each)
            {
                sum += one;
            }
        }

        return sum;
    }

    /// <summary>Sets the value of a key.</summary>
    /// <exception cref="LinuxException">The kernel refused: E2BIG when the map is full.</exception>
    public void Update<TKey, TValue>(TKey key, TValue value)
        where TKey : unmanaged
        where TValue : unmanaged =>
        UpdateBytes(key, new ReadOnlySpan<byte>(&value, sizeof(TValue)));

    /// <summary>Sets the value of a key, however long: of a map that keeps one for each processor, all of them.</summary>
    /// <exception cref="LinuxException">The kernel refused: E2BIG when the map is full.</exception>
    public void UpdateBytes<TKey>(TKey key, ReadOnlySpan<byte> value)
        where TKey : unmanaged
    {
        fixed (byte* bytes = value)
        {
            Errno errno = Element(BpfCommand.MapUpdateElement, &key, sizeof(TKey), bytes, value.Length);
            if (errno != Errno.None)
            {
                throw new LinuxException(errno, "bpf", $"{BpfCommand.MapUpdateElement} {Spec.Name}");
            }
        }
    }

    /// <summary>Deletes a key; false where there is none.</summary>
    public bool TryDelete<TKey>(TKey key)
        where TKey : unmanaged =>
        Element(BpfCommand.MapDeleteElement, &key, sizeof(TKey), null, Spec.LookupSize) == Errno.None;

    /// <inheritdoc/>
    public void Dispose() => Descriptor.Dispose();

    // The kernel copies as many bytes as the map's keys and values have, whatever it is given: a type of another size would be read or
    // written past.
    private Errno Element(BpfCommand command, void* key, int keySize, void* value, int valueSize)
    {
        if (keySize != Spec.KeySize || valueSize != Spec.LookupSize)
        {
            throw new ArgumentException($"Map '{Spec.Name}' has keys of {Spec.KeySize} and values of {Spec.LookupSize} bytes, not {keySize} and {valueSize}.");
        }

        BpfMapElement attributes = new() { Map = (uint)Number, Key = (ulong)key, Value = (ulong)value };
        return BpfSystemCall.Invoke(command, ref attributes, out _);
    }
}
