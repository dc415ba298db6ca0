using Bobbin.Mount;
using Bobbin.Procfs;
using Xunit;

namespace Bobbin.Tests.Mount;

public sealed class EntryLifetimesTests
{
    [Theory]
    [InlineData(45u, false, "Prune")]
    [InlineData(45u, true, "Prune")]
    [InlineData(44u, true, "None")]
    [InlineData(44u, false, "InvalidateEntry")]
    [InlineData(31u, false, "InvalidateEntry")]
    [InlineData(31u, true, "None")]
    public void Entries_last_only_where_they_can_be_taken_back_and_nobody_can_stall_that(uint minor, bool isShared, string notice) =>
        Assert.Equal(notice, EntryLifetimes.Choose(minor, isShared).ToString());

    [Fact]
    public void A_thread_is_told_ESTALE_about_a_node_every_other_time()
    {
        StaleCallers callers = new();
        ProcNode task = ProcNode.OfTask(new(5, 1), thread: false), file = ProcNode.OfTask(new(5, 1), thread: false, entry: 3);
        ProcNode other = ProcNode.OfTask(new(6, 1), thread: false), later = ProcNode.OfTask(new(5, 2), thread: false);
        Assert.True(callers.IsFirst(10, file));
        Assert.True(callers.IsFirst(10, task));
        Assert.False(callers.IsFirst(10, task));
        Assert.True(callers.IsFirst(10, task));
        Assert.True(callers.IsFirst(11, task));
        Assert.True(callers.IsFirst(10, other));
        Assert.True(callers.IsFirst(10, later));
        Assert.False(callers.IsFirstOfTask(11, file));
        Assert.True(callers.IsFirstOfTask(11, file));
    }
}
