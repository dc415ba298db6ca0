namespace Bobbin.Table;

/// <summary>Items in the order in which they came; each gets a number that finds it again in a few steps. Not safe by itself.</summary>
internal sealed class BirthOrder<T>
    where T : class
{
    private T?[] _items = [];
    private ulong[] _numbers = [];
    private ulong _next = 1;

    public int Count { get; private set; }

    public T this[int index] => _items[index]!;

    public ReadOnlySpan<T?> Items => _items.AsSpan(0, Count);

    public ulong Add(T item)
    {
        if (Count == _items.Length)
        {
            int capacity = Math.Max(1, Count * 2);
            Array.Resize(ref _items, capacity);
            Array.Resize(ref _numbers, capacity);
        }

        _items[Count] = item;
        _numbers[Count] = _next;
        Count++;
        return _next++;
    }

    /// <summary>Where the item with a number stands; negative where it is gone.</summary>
    public int IndexOf(ulong number) => _numbers.AsSpan(0, Count).BinarySearch(number);

    public void Remove(ulong number)
    {
        int index = IndexOf(number);
        if (index < 0)
        {
            return;
        }

        Count--;
        Array.Copy(_items, index + 1, _items, index, Count - index);
        Array.Copy(_numbers, index + 1, _numbers, index, Count - index);
        _items[Count] = null;
    }

    public T[] ToArray()
    {
        var items = new T[Count];
        Array.Copy(_items, items, Count);
        return items;
    }
}
