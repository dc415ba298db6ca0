using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Bpf;

// Many keys.
public sealed unsafe partial class BpfMap
{
    /// <summary>
    /// The keys, in the kernel's own order: two system calls a key with a lookup, none of which sees the map at one moment. What is added or
    /// deleted meanwhile may or may not come; the key that just came may be deleted. Ends after <see cref="BpfMapSpec.MaxEntries"/> keys at
    /// the latest.
    /// </summary>
    /// <exception cref="ArgumentException">The map's keys have another size.</exception>
    public BpfMapKeys<TKey> Keys<TKey>()
        where TKey : unmanaged
    {
        CheckSizes(sizeof(TKey), Spec.LookupSize);
        return new BpfMapKeys<TKey>(this);
    }

    /// <summary>
    /// Copies the next keys and their values at once (Linux 5.6; arrays for each processor 5.13): a system call for as many as there is room
    /// for. Returns how many came; <see cref="BpfMapCursor.IsAtEnd"/> says when there are no more.
    /// </summary>
    /// <param name="cursor">Where the walk is: begin with the default.</param>
    /// <param name="keys">Room for keys.</param>
    /// <param name="values">
    /// Room for as many values; of maps that keep one for each processor, <see cref="BpfMapSpec.PossibleProcessors"/> a key, one after the
    /// other, and of a size that is a multiple of 8.
    /// </param>
    /// <exception cref="ArgumentException">The map's keys or values have another size, or there is not room for as many values as keys.</exception>
    /// <exception cref="BpfException">
    /// The kernel refused: ENOSPC when more keys of a hash lie in one place than there is room for; come again with more.
    /// </exception>
    public int CopyNext<TKey, TValue>(ref BpfMapCursor cursor, Span<TKey> keys, Span<TValue> values)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        int each = Spec.IsPerCpu ? BpfMapSpec.PossibleProcessors : 1;
        CheckSizes(sizeof(TKey), sizeof(TValue) * each);
        if (values.Length / each < keys.Length || keys.IsEmpty)
        {
            throw new ArgumentException($"There is room for {keys.Length} keys and {values.Length} values, of which a key has {each}.", nameof(values));
        }

        if (cursor.IsAtEnd)
        {
            return 0;
        }

        ulong from = cursor.Place, to = 0;
        using BorrowedDescriptor map = new(Descriptor);
        fixed (TKey* key = keys)
        fixed (TValue* value = values)
        {
            BpfMapBatch attributes = new()
            {
                From = cursor.HasBegun ? (ulong)&from : 0,
                To = (ulong)&to,
                Keys = (ulong)key,
                Values = (ulong)value,
                Count = (uint)keys.Length,
                Map = (uint)map.Number,
            };
            Errno errno = BpfSystemCall.Invoke(BpfCommand.MapLookupBatch, ref attributes, out _);
            if (errno is not (Errno.None or Errno.ENOENT))
            {
                throw (new BpfAttempt(BpfCommand.MapLookupBatch, Spec.Name) { Since = new(5, 6) }).Refused(errno);
            }

            cursor = new BpfMapCursor(to, HasBegun: true, IsAtEnd: errno == Errno.ENOENT);
            return (int)attributes.Count;
        }
    }
}

/// <summary>How far a walk by <see cref="BpfMap.CopyNext"/> has come. The default is its beginning.</summary>
/// <param name="Place">The kernel's own number for it.</param>
/// <param name="HasBegun">Whether anything was copied yet.</param>
/// <param name="IsAtEnd">Whether all was.</param>
public readonly record struct BpfMapCursor(ulong Place, bool HasBegun, bool IsAtEnd);

/// <summary>The keys of a map, for <see langword="foreach"/>; see <see cref="BpfMap.Keys"/>.</summary>
/// <typeparam name="TKey">A key.</typeparam>
public ref struct BpfMapKeys<TKey>
    where TKey : unmanaged
{
    private readonly BpfMap _map;
    private TKey _next;
    private bool _hasNext;
    private int _left;

    internal BpfMapKeys(BpfMap map)
    {
        _map = map;
        _left = map.Spec.MaxEntries;
        _hasNext = map.TryFirstKey(out _next);
    }

    /// <summary>The key that came last.</summary>
    public TKey Current { get; private set; }

    /// <summary>Itself.</summary>
    public readonly BpfMapKeys<TKey> GetEnumerator() => this;

    /// <summary>Goes on to the next key; false after the last.</summary>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool MoveNext()
    {
        if (!_hasNext || _left-- == 0)
        {
            return false;
        }

        // One ahead: after a key that was deleted the kernel would begin again.
        Current = _next;
        _hasNext = _map.TryNextKey(_next, out _next);
        return true;
    }
}
