using System.Collections.Concurrent;
using Bobbin.Sources;
using Xunit;

namespace Bobbin.Tests.Sources;

public sealed class IdScanTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(128)]
    [InlineData(4097)]
    [InlineData(32768)]
    [InlineData(100_001)]
    public void Every_id_below_the_limit_is_asked_about_once(int limit)
    {
        int[] asked = new int[limit];
        IdSet found = new();
        new IdScan(TaskViews.Existence, null, TestContext.Current.CancellationToken).Run(limit, null, id => Interlocked.Increment(ref asked[id]) == 1 && id % 3 == 0, found);
        Assert.Equal(0, asked[0]); // no task's id
        Assert.All(asked[1..], times => Assert.Equal(1, times));
        Assert.Equal(Enumerable.Range(1, limit - 1).Where(id => id % 3 == 0), found.Ids);
        Assert.Equal((limit - 1) / 3, found.Count);
    }

    [Fact]
    public void Only_those_among_a_set()
    {
        int[] ids = [1, 63, 64, 65, 4095, 4096, 32767, IdSet.Limit - 1];
        IdSet among = new(), found = new();
        Array.ForEach(ids, among.Add);
        ConcurrentBag<int> asked = [];
        new IdScan(TaskViews.Lookup, null, TestContext.Current.CancellationToken).Run(IdSet.Limit, among, id =>
        {
            asked.Add(id);
            return id != 64;
        }, found);
        Assert.Equal(ids, asked.Order());
        Assert.Equal(ids.Where(id => id != 64), found.Ids);
    }

    [Fact]
    public void The_last_word_of_progress_is_that_all_is_done()
    {
        IdScanProgress last = default;
        new IdScan(TaskViews.Lookup, progress => last = progress, TestContext.Current.CancellationToken).Run(1000, null, _ => false, new IdSet());
        Assert.Equal(new IdScanProgress(TaskViews.Lookup, 999, 999), last);
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        using CancellationTokenSource source = new();
        IdScan scan = new(TaskViews.Lookup, null, source.Token);
        Assert.Throws<OperationCanceledException>(() => scan.Run(IdSet.Limit, null, id =>
        {
            source.Cancel();
            return true;
        }, new IdSet()));
    }

    [Fact]
    public void What_no_task_can_have_is_in_no_set()
    {
        IdSet set = new();
        foreach (int id in (int[])[0, -1, int.MinValue, IdSet.Limit, int.MaxValue])
        {
            set.Add(id);
            Assert.False(set.Contains(id));
        }

        set.Add(IdSet.Limit - 1);
        Assert.True(set.Contains(IdSet.Limit - 1));
        Assert.Equal(1, set.Count);
    }
}
