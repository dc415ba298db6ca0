using Bobbin.Kernel.Bpf;
using Bobbin.Kernel.Linux;
using Xunit;

namespace Bobbin.Tests.Bpf;

public sealed class BpfMapTests
{
    [Fact]
    public void A_hash_keeps_what_it_is_given()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("counts", BpfMapType.Hash, 4, 8, 2));
        Assert.False(map.TryLookup(7, out long _));
        map.Update(7, 70L);
        map.Update(8, 80L);
        Assert.True(map.TryLookup(7, out long value));
        Assert.Equal(70, value);
        Assert.Equal(Errno.E2BIG, Assert.Throws<BpfException>(() => map.Update(9, 90L)).Errno);
        Assert.True(map.TryDelete(7));
        Assert.False(map.TryDelete(7));
        map.Update(9, 90L);
        Assert.True(map.TryLookup(9, out value));
        Assert.Equal(90, value);
    }

    [Fact]
    public void Keys_and_values_of_another_size_are_refused_before_the_kernel_reads_past_them()
    {
        using BpfMap map = BpfMap.Create(new BpfMapSpec("counts", BpfMapType.Hash, 4, 8, 2));
        Assert.Throws<ArgumentException>(() => map.Update(7L, 70L));
        Assert.Throws<ArgumentException>(() => map.Update(7, 70));
        Assert.Throws<ArgumentException>(() => map.TryLookup(7, out short _));
    }

    [Fact]
    public void Keys_are_added_replaced_and_taken()
    {
        using BpfMap map = BpfMap.Create(BpfMapSpec.Hash<int, long>("values", 8));
        Assert.False(map.TryReplace(1, 10L));
        Assert.True(map.TryAdd(1, 10L));
        Assert.False(map.TryAdd(1, 11L));
        Assert.True(map.TryReplace(1, 12L));
        Assert.True(map.TryTake(1, out long value));
        Assert.Equal(12, value);
        Assert.False(map.TryTake(1, out value));
        Assert.False(map.TryFirstKey(out int _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void All_keys_are_walked_over_and_may_be_deleted_meanwhile(int count)
    {
        using BpfMap map = BpfMap.Create(BpfMapSpec.Hash<int, long>("values", 1000));
        for (int i = 0; i < count; i++)
        {
            map.Update(i, i * 2L);
        }

        List<int> keys = [];
        foreach (int key in map.Keys<int>())
        {
            Assert.True(map.TryLookup(key, out long value));
            Assert.Equal(key * 2L, value);
            Assert.True(map.TryDelete(key));
            keys.Add(key);
        }

        Assert.Equal(Enumerable.Range(0, count), keys.Order());
        Assert.False(map.TryFirstKey(out int _));
    }

    [Fact]
    public void Many_keys_are_copied_at_once()
    {
        using BpfMap map = BpfMap.Create(BpfMapSpec.Hash<int, long>("values", 1000));
        for (int i = 0; i < 1000; i++)
        {
            map.Update(i, i * 2L);
        }

        int[] keys = new int[300];
        long[] values = new long[300];
        Dictionary<int, long> all = [];
        BpfMapCursor cursor = default;
        while (!cursor.IsAtEnd)
        {
            int count = map.CopyNext(ref cursor, keys.AsSpan(), values.AsSpan());
            for (int i = 0; i < count; i++)
            {
                all.Add(keys[i], values[i]);
            }
        }

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (i, i * 2L)), all.OrderBy(one => one.Key).Select(one => (one.Key, one.Value)));
        Assert.Equal(0, map.CopyNext(ref cursor, keys.AsSpan(), values.AsSpan()));
        Assert.Throws<ArgumentException>(() =>
        {
            BpfMapCursor start = default;
            map.CopyNext(ref start, keys.AsSpan(), values.AsSpan(0, 10));
        });
    }

    [Fact]
    public void Elements_cost_no_memory()
    {
        using BpfMap map = BpfMap.Create(BpfMapSpec.Hash<int, long>("values", 100));
        Use(map);
        Assert.Equal(0, Use(map));

        static long Use(BpfMap map)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                map.Update(i, 1L);
                map.TryLookup(i, out long _);
            }

            foreach (int key in map.Keys<int>())
            {
                map.TryDelete(key);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void A_map_that_was_disposed_of_is_no_others()
    {
        BpfMap map = BpfMap.Create(BpfMapSpec.Hash<int, long>("values", 8));
        map.Dispose();
        Assert.Throws<ObjectDisposedException>(() => map.Update(1, 1L));
        Assert.Throws<ObjectDisposedException>(() => map.TryLookup(1, out long _));
    }

    [Fact]
    public void What_a_kind_of_map_does_not_have_is_refused()
    {
        using BpfMap map = BpfMap.Create(BpfMapSpec.Array<long>("values", 4));
        BpfException refused = Assert.Throws<BpfException>(() => map.TryDelete(1));
        Assert.Equal((Errno.EINVAL, "MapDeleteElement values"), (refused.Errno, refused.Subject));
        Assert.Equal(Errno.EINVAL, Assert.Throws<BpfException>(() => BpfMap.Create(BpfMapSpec.Array<long>("values", 0))).Errno);
        Assert.Throws<ArgumentOutOfRangeException>(() => BpfMapSpec.RingBuffer("ring", 5000));
        Assert.Throws<ArgumentException>(() => new RingBuffer(map));
        Assert.Throws<ArgumentException>(() => new PerfBuffer(map));
    }
}
