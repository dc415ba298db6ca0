using Bobbin.Kernel.Fuse;
using Xunit;

namespace Bobbin.Tests.Fuse;

/// <summary>How many threads serve: the arithmetic of it, and the backlog of requests that find none.</summary>
public sealed class FuseCrewTests
{
    private int _started;

    private FuseCrew Crew(int wanted, int most, double patience = 30_000) =>
        new(wanted, most, TimeSpan.FromMilliseconds(patience), () => _started++);

    [Fact]
    public void Those_wanted_at_rest_are_started_first()
    {
        FuseCrew crew = Crew(2, 4);
        crew.Open();
        Assert.Equal((2, 2), (_started, crew.Count));
    }

    [Fact]
    public void Another_is_started_when_the_last_reader_leaves()
    {
        FuseCrew crew = Crew(2, 4);
        crew.Open();
        Assert.True(crew.Leave());
        Assert.Equal(2, _started);
        Assert.True(crew.Leave());
        Assert.Equal(3, _started);
        Assert.True(crew.Leave());
        Assert.Equal(4, _started);
    }

    [Fact]
    public void The_last_of_as_many_as_may_be_is_told_to_read_on()
    {
        FuseCrew crew = Crew(1, 2);
        crew.Open();
        Assert.True(crew.Leave());
        Assert.False(crew.Leave());
        Assert.Equal(1, crew.Resume());
        Assert.Equal(2, crew.Resume());
        Assert.True(crew.Leave());
    }

    [Fact]
    public void A_thread_that_cannot_be_started_is_not_counted()
    {
        FuseCrew crew = new(1, 4, TimeSpan.FromSeconds(30), () => throw new InsufficientMemoryException());
        crew.Open();
        Assert.Equal(0, crew.Count);
        crew.Resume();
        Assert.False(crew.Leave());
    }

    [Fact]
    public void One_reader_too_many_waits_aside_and_leaves_when_nobody_needs_it()
    {
        FuseCrew crew = Crew(1, 4, patience: 1);
        crew.Open();
        Assert.True(crew.Leave());
        Assert.Equal(2, crew.Resume());
        Assert.False(crew.Stay(new FuseCrew.Member()));
        Assert.True(crew.Stay(new FuseCrew.Member()));
    }

    [Fact]
    public async Task One_that_waits_aside_is_woken_before_another_is_started()
    {
        FuseCrew crew = Crew(1, 4);
        crew.Open();
        Assert.True(crew.Leave());
        crew.Resume();
        Task<bool> aside = Task.Factory.StartNew(() => crew.Stay(new FuseCrew.Member()), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Until(() => crew.AsideCount == 1);
        Assert.True(crew.Leave());
        Assert.True(await aside.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal(2, _started);
    }

    [Fact]
    public async Task Closing_sends_those_aside_home()
    {
        FuseCrew crew = Crew(1, 4);
        crew.Open();
        crew.Resume();
        Task<bool> aside = Task.Factory.StartNew(() => crew.Stay(new FuseCrew.Member()), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Until(() => crew.AsideCount == 1);
        crew.Close();
        Assert.False(await aside.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.False(crew.Stay(new FuseCrew.Member()));
        crew.Left();
        Assert.Equal(0, crew.Count);
    }

    [Fact]
    public void A_watched_crew_gets_a_reader_only_where_nobody_has_read_for_a_while()
    {
        using FuseWatch watch = new();
        FuseCrew crew = new(1, 3, TimeSpan.FromSeconds(30), () => _started++, watch);
        crew.Open();
        long seen = 0;
        Assert.True(crew.Leave());
        Assert.Equal(1, _started);
        Assert.True(crew.ReinforceIfUnread(ref seen)); // a request has been taken since the last look: not stuck yet
        Assert.Equal(1, _started);
        Assert.True(crew.ReinforceIfUnread(ref seen));
        Assert.Equal(2, _started);
        Assert.False(crew.ReinforceIfUnread(ref seen));
        crew.Resume();
        Assert.Equal((2, true), (_started, crew.IsRead));
    }

    [Fact]
    public void The_last_of_a_watched_crew_is_told_to_read_on()
    {
        using FuseWatch watch = new();
        FuseCrew crew = new(1, 2, TimeSpan.FromSeconds(30), () => _started++, watch);
        long seen = 0;
        crew.Open();
        Assert.True(crew.Leave());
        crew.ReinforceIfUnread(ref seen);
        crew.ReinforceIfUnread(ref seen);
        Assert.Equal(2, _started);
        Assert.False(crew.Leave());
    }

    [Fact]
    public async Task A_watch_wakes_a_reader_for_one_that_is_stuck_and_ends_with_the_crew()
    {
        using FuseWatch watch = new();
        FuseCrew crew = new(1, 4, TimeSpan.FromSeconds(30), () => Interlocked.Increment(ref _started), watch);
        crew.Open();
        Task kept = Task.Factory.StartNew(() => watch.Keep(crew), TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Thread.Sleep(300); // it sleeps by now, or will be awake still: both must do
        Assert.True(crew.Leave());
        Until(() => Volatile.Read(ref _started) == 2);
        Assert.True(crew.IsRead);
        crew.Close();
        await kept.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Demand_grows_while_requests_wait_and_shrinks_when_threads_do()
    {
        FuseCrew crew = Crew(1, 4);
        crew.Open();
        int asked = 0;
        bool spare = true;
        FuseDemand demand = new(crew, 2, () => ++asked > 0 && spare);
        Note(demand, 0, 9);
        Assert.True(demand.IsPressed);
        Note(demand, System.Diagnostics.Stopwatch.Frequency / 10_000, 1); // 100 us: neither at once nor idle
        Assert.False(demand.IsPressed);
        Note(demand, 0, 9);
        Assert.Equal((1, 0), (crew.Wanted, asked));
        Note(demand, 0, 1);
        Assert.Equal((2, 2), (crew.Wanted, _started));
        Note(demand, 0, 20);
        Assert.Equal((2, 1), (crew.Wanted, asked)); // as many as may be
        Note(demand, System.Diagnostics.Stopwatch.Frequency / 100, 3);
        Assert.Equal(1, crew.Wanted);
        spare = false;
        Note(demand, 0, 1000);
        Assert.Equal((1, 2), (crew.Wanted, asked)); // refused, it does not ask again soon
    }

    private static void Note(FuseDemand demand, long waited, int times)
    {
        for (int i = 0; i < times; i++)
        {
            demand.Note(waited);
        }
    }

    [Fact]
    public void The_backlog_is_served_in_order_and_gives_up_what_is_interrupted()
    {
        FuseBacklog backlog = new();
        Assert.True(backlog.IsEmpty);
        backlog.Add(1, [1]);
        backlog.Add(2, [2]);
        backlog.Add(3, [3]);
        Assert.True(backlog.TryRemove(2));
        Assert.False(backlog.TryRemove(2));
        Assert.Equal(2, backlog.Count);
        Assert.True(backlog.TryTake(out byte[]? first));
        Assert.True(backlog.TryTake(out byte[]? second));
        Assert.False(backlog.TryTake(out _));
        Assert.Equal((1, 3), (first[0], second[0]));
        Assert.True(backlog.IsEmpty);
    }

    private static void Until(Func<bool> holds)
    {
        DateTime end = DateTime.UtcNow.AddSeconds(30);
        while (!holds())
        {
            Assert.True(DateTime.UtcNow < end, "not within 30 s");
            Thread.Sleep(5);
        }
    }
}
