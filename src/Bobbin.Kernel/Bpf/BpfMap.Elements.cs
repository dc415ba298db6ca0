using System.Runtime.InteropServices;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Bpf;

// One key at a time.
public sealed unsafe partial class BpfMap
{
    private const ulong IfAbsent = 1, IfPresent = 2; // BPF_NOEXIST, BPF_EXIST

    /// <summary>Copies the value of a key; false where there is none.</summary>
    /// <exception cref="ArgumentException">The map's keys or values have another size.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryLookup<TKey, TValue>(TKey key, out TValue value)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        TValue copy = default;
        bool found = TryCopy(key, new Span<byte>(&copy, sizeof(TValue)));
        value = copy;
        return found;
    }

    /// <summary>Copies the value of a key, however long (<see cref="BpfMapSpec.LookupSize"/>); false where there is none.</summary>
    /// <exception cref="ArgumentException">The map's keys or values have another size.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryCopy<TKey>(TKey key, Span<byte> value)
        where TKey : unmanaged
    {
        CheckSizes(sizeof(TKey), value.Length);
        return IsThere(Element(BpfCommand.MapLookupElement, &key, value), BpfCommand.MapLookupElement);
    }

    /// <summary>Copies what each processor has under a key, in a map that keeps a value for each; false where there is nothing.</summary>
    /// <param name="key">The key.</param>
    /// <param name="values">Room for <see cref="BpfMapSpec.PossibleProcessors"/> values.</param>
    /// <exception cref="ArgumentException">The map's keys or values have another size, or it is no per-CPU map.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryLookupEach<TKey, TValue>(TKey key, Span<TValue> values)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        CheckEach(sizeof(TValue), values.Length);
        if (sizeof(TValue) == Spec.PaddedValueSize)
        {
            return TryCopy(key, MemoryMarshal.AsBytes(values));
        }

        Span<byte> padded = Spec.LookupSize <= 1024 ? stackalloc byte[Spec.LookupSize] : new byte[Spec.LookupSize];
        if (!TryCopy(key, padded))
        {
            return false;
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = MemoryMarshal.Read<TValue>(padded[(i * Spec.PaddedValueSize)..]);
        }

        return true;
    }

    /// <summary>
    /// Adds up what the processors have counted under a key in a map that keeps a number of 8 bytes for each; 0 where there is none.
    /// </summary>
    /// <exception cref="ArgumentException">The map's keys or values have another size.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public long Sum<TKey>(TKey key)
        where TKey : unmanaged
    {
        Span<long> each = stackalloc long[BpfMapSpec.PossibleProcessors];
        each.Clear();
        long sum = 0;
        if (TryLookupEach(key, each))
        {
            foreach (long one in each)
            {
                sum += one;
            }
        }

        return sum;
    }

    /// <summary>Sets the value of a key.</summary>
    /// <exception cref="ArgumentException">The map's keys or values have another size.</exception>
    /// <exception cref="BpfException">The kernel refused: E2BIG when the map is full.</exception>
    public void Update<TKey, TValue>(TKey key, TValue value)
        where TKey : unmanaged
        where TValue : unmanaged =>
        UpdateBytes(key, new ReadOnlySpan<byte>(&value, sizeof(TValue)));

    /// <summary>Sets the value of a key, however long: of a map that keeps one for each processor, all of them, padded to 8 bytes each.</summary>
    /// <exception cref="ArgumentException">The map's keys or values have another size.</exception>
    /// <exception cref="BpfException">The kernel refused: E2BIG when the map is full.</exception>
    public void UpdateBytes<TKey>(TKey key, ReadOnlySpan<byte> value)
        where TKey : unmanaged
    {
        Errno errno = Set(key, value, flags: 0);
        if (errno != Errno.None)
        {
            throw Refused(errno, BpfCommand.MapUpdateElement);
        }
    }

    /// <summary>Sets the value of a key that is not there yet; false where it is.</summary>
    /// <exception cref="ArgumentException">The map's keys or values have another size.</exception>
    /// <exception cref="BpfException">The kernel refused: E2BIG when the map is full.</exception>
    public bool TryAdd<TKey, TValue>(TKey key, TValue value)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        Errno errno = Set(key, new ReadOnlySpan<byte>(&value, sizeof(TValue)), IfAbsent);
        return errno != Errno.EEXIST && IsThere(errno, BpfCommand.MapUpdateElement);
    }

    /// <summary>Sets the value of a key that is there already; false where it is not.</summary>
    /// <exception cref="ArgumentException">The map's keys or values have another size.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryReplace<TKey, TValue>(TKey key, TValue value)
        where TKey : unmanaged
        where TValue : unmanaged =>
        IsThere(Set(key, new ReadOnlySpan<byte>(&value, sizeof(TValue)), IfPresent), BpfCommand.MapUpdateElement);

    /// <summary>Copies the value of a key of a hash and deletes it, at once (Linux 5.14); false where there is none.</summary>
    /// <exception cref="ArgumentException">The map's keys or values have another size.</exception>
    /// <exception cref="BpfException">The kernel refused: EOPNOTSUPP for a kind of map that does not have it.</exception>
    public bool TryTake<TKey, TValue>(TKey key, out TValue value)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        TValue copy = default;
        CheckSizes(sizeof(TKey), sizeof(TValue));
        Errno errno = Element(BpfCommand.MapLookupAndDeleteElement, &key, new Span<byte>(&copy, sizeof(TValue)));
        value = copy;
        return IsThere(errno, BpfCommand.MapLookupAndDeleteElement);
    }

    /// <summary>Deletes a key; false where there is none.</summary>
    /// <exception cref="ArgumentException">The map's keys have another size.</exception>
    /// <exception cref="BpfException">The kernel refused: EINVAL for an array, whose keys stay.</exception>
    public bool TryDelete<TKey>(TKey key)
        where TKey : unmanaged
    {
        CheckSizes(sizeof(TKey), Spec.LookupSize);
        return IsThere(Element(BpfCommand.MapDeleteElement, &key, []), BpfCommand.MapDeleteElement);
    }

    /// <summary>The first key in the kernel's own order; false where there is none.</summary>
    /// <exception cref="ArgumentException">The map's keys have another size.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryFirstKey<TKey>(out TKey first)
        where TKey : unmanaged =>
        TryKeyAfter(null, out first);

    /// <summary>The key after one; the first where that one is not there (any more); false after the last.</summary>
    /// <exception cref="ArgumentException">The map's keys have another size.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryNextKey<TKey>(TKey key, out TKey next)
        where TKey : unmanaged =>
        TryKeyAfter(&key, out next);

    private bool TryKeyAfter<TKey>(TKey* key, out TKey next)
        where TKey : unmanaged
    {
        TKey copy = default;
        CheckSizes(sizeof(TKey), Spec.LookupSize);
        Errno errno = Element(BpfCommand.MapGetNextKey, key, new Span<byte>(&copy, sizeof(TKey)));
        next = copy;
        return IsThere(errno, BpfCommand.MapGetNextKey);
    }

    private Errno Set<TKey>(TKey key, ReadOnlySpan<byte> value, ulong flags)
        where TKey : unmanaged
    {
        CheckSizes(sizeof(TKey), value.Length);
        return Element(BpfCommand.MapUpdateElement, &key, value, flags);
    }

    private Errno Element(BpfCommand command, void* key, ReadOnlySpan<byte> value, ulong flags = 0)
    {
        using BorrowedDescriptor map = new(Descriptor);
        fixed (byte* bytes = value)
        {
            BpfMapElement attributes = new() { Map = (uint)map.Number, Key = (ulong)key, Value = (ulong)bytes, Flags = flags };
            return BpfSystemCall.Invoke(command, ref attributes, out _);
        }
    }

    private bool IsThere(Errno errno, BpfCommand command) => errno switch
    {
        Errno.None => true,
        Errno.ENOENT => false,
        _ => throw Refused(errno, command),
    };

    private void CheckEach(int valueSize, int count)
    {
        if (!Spec.IsPerCpu || valueSize != Spec.ValueSize || count != BpfMapSpec.PossibleProcessors)
        {
            throw new ArgumentException(
                $"Map '{Spec.Name}' ({Spec.Type}) has values of {Spec.ValueSize} bytes, {(Spec.IsPerCpu ? BpfMapSpec.PossibleProcessors : 1)} a key, not {valueSize} and {count}.");
        }
    }
}
