using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>The directory <c>task/</c>.</summary>
public class ThreadLists(Subjects subjects) : LiveTest(subjects)
{
    [Theory, MemberData(nameof(Sides))]
    public void The_leader_comes_first_and_then_threads_by_birth(Side side)
    {
        Actor actor = StartActor();
        int[] threads = [.. Enumerable.Range(0, 4).Select(i => actor.Check("thread", $"worker{i}"))];
        List<Dirent> all = Listing.Rest(MustOpen(On(side)[$"{actor.Id}/task"]));
        Assert.Equal([".", "..", $"{actor.Id}", .. threads.Select(id => $"{id}")], all.Select(record => record.Name));
        Assert.Equal(Enumerable.Range(1, all.Count).Select(i => (long)i), all.Select(record => record.Next));
        Assert.All(all, record => Assert.Equal(DirectoryEntryType.Directory, record.Type));
        Native.Stat(On(side)[$"{actor.Id}/task"], out Status status);
        Assert.Equal(7u, status.Links);
    }

    [Theory, MemberData(nameof(Sides))]
    public void Only_threads_of_the_group_are_found(Side side)
    {
        Actor actor = StartActor(), other = StartActor();
        int thread = actor.Check("thread", "worker"), stranger = other.Check("thread", "stranger");
        Assert.Equal(0, Native.LStat(On(side)[$"{actor.Id}/task/{thread}"], out Status status));
        Assert.Equal((FileType.Directory | 0x16D, 7u), (status.Mode, status.Links));
        foreach (string name in new[] { $"{other.Id}", $"{stranger}", $"0{thread}", "0", "1", "self", "thread-self", "uptime" })
        {
            Assert.Equal((name, Errno.ENOENT), (name, ErrnoOf(Native.LStat(On(side)[$"{actor.Id}/task/{name}"], out _))));
        }

        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(On(side)[$"{actor.Id}/task/{thread}/task"], out _)));
        Assert.Equal(0, Native.LStat(On(side)[$"{thread}/task/{actor.Id}"], out _));
        Assert.Equal(0, Native.LStat(On(side)[$"{actor.Id}/task/{thread}/children"], out _));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(On(side)[$"{actor.Id}/children"], out _)));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Every_size_of_buffer_lists_every_thread_once(Side side)
    {
        Actor actor = StartActor();
        string[] expected = [".", "..", $"{actor.Id}", .. Enumerable.Range(0, 9).Select(i => $"{actor.Check("thread", $"worker{i}")}")];
        foreach (int size in new[] { 32, 48, 100, 200, 32768 })
        {
            Assert.Equal(expected, Listing.Rest(MustOpen(On(side)[$"{actor.Id}/task"]), size).Select(record => record.Name));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void The_thread_that_did_not_fit_is_where_the_next_read_begins(Side side)
    {
        Actor actor = StartActor();
        int[] threads = [.. Enumerable.Range(0, 4).Select(i => actor.Check("thread", $"worker{i}"))];
        int descriptor = MustOpen(On(side)[$"{actor.Id}/task"]);

        // ".", "..", the leader and two threads.
        Assert.Equal($"{threads[1]}", Native.GetDents(descriptor, Listing.Room(actor.Id, threads[0], threads[1])).Records[^1].Name);
        actor.Check("thread-exit", threads[0]);
        Assert.Equal(threads[2..].Select(id => $"{id}"), Listing.Rest(descriptor).Select(record => record.Name));
    }

    [Theory, MemberData(nameof(Sides))]
    public void After_a_seek_a_position_counts_threads(Side side)
    {
        Actor actor = StartActor();
        int[] threads = [.. Enumerable.Range(0, 4).Select(i => actor.Check("thread", $"worker{i}"))];
        int descriptor = MustOpen(On(side)[$"{actor.Id}/task"]);
        Assert.Equal($"{threads[1]}", Native.GetDents(descriptor, Listing.Room(actor.Id, threads[0], threads[1])).Records[^1].Name);
        actor.Check("thread-exit", threads[0]);
        Assert.Equal(4, Native.LSeek(descriptor, 4, Native.SEEK_SET));
        Assert.Equal(threads[Fidelity.Expect("task-seek", side, 2, 1)..].Select(id => $"{id}"), Listing.Rest(descriptor).Select(record => record.Name));
        Native.LSeek(descriptor, 2, Native.SEEK_SET);
        Assert.Equal([$"{actor.Id}", $"{threads[1]}", $"{threads[2]}", $"{threads[3]}"], Listing.Rest(descriptor).Select(record => record.Name));
        Native.LSeek(descriptor, 100, Native.SEEK_SET);
        Assert.Empty(Listing.Rest(descriptor));
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_seek_to_where_it_is_forgets_nothing_and_one_away_and_back_does(Side side)
    {
        Actor actor = StartActor();
        int[] threads = [.. Enumerable.Range(0, 4).Select(i => actor.Check("thread", $"worker{i}"))];
        int descriptor = MustOpen(On(side)[$"{actor.Id}/task"]);
        Assert.Equal($"{threads[1]}", Native.GetDents(descriptor, Listing.Room(actor.Id, threads[0], threads[1])).Records[^1].Name);
        actor.Check("thread-exit", threads[0]);
        Native.LSeek(descriptor, 5, Native.SEEK_SET);
        Assert.Equal($"{threads[2]}", Native.GetDents(descriptor, 32).Records[0].Name);
        Native.LSeek(descriptor, 0, Native.SEEK_SET);
        Native.LSeek(descriptor, 5, Native.SEEK_SET);
        Assert.Equal($"{threads[Fidelity.Expect("task-seek", side, 3, 2)]}", Native.GetDents(descriptor, 32).Records[0].Name);
    }

    [Theory, MemberData(nameof(Sides))]
    public void An_exited_thread_is_gone_at_once(Side side)
    {
        Actor actor = StartActor();
        int thread = actor.Check("thread", "worker");
        int file = MustOpen(On(side)[$"{actor.Id}/task/{thread}/stat"]);
        int folder = MustOpen(On(side)[$"{actor.Id}/task/{thread}"]);
        int alone = MustOpen(On(side)[$"{thread}"]);
        actor.Check("thread-exit", thread);
        Eventually(() => Native.LStat($"/proc/{thread}", out _) < 0, "the end of a thread");
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(On(side)[$"{thread}"], out _)));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.LStat(On(side)[$"{actor.Id}/task/{thread}"], out _)));
        Assert.Equal(Errno.ESRCH, ErrnoOf(Native.Read(file, new byte[100])));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.OpenAt(folder, "stat")));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.GetDents(folder, 1000).Result));
        Assert.Equal(Errno.ESRCH, ErrnoOf(Native.OpenAt(alone, "stat")));
        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.GetDents(alone, 1000).Result));
        Assert.Equal([".", "..", $"{actor.Id}"], Listing.Names(On(side)[$"{actor.Id}/task"]));
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_zombie_leader_has_living_threads(Side side)
    {
        Actor actor = StartActor();
        (int leader, int thread) = actor.Pair("zombie-leader");
        Asleep(thread);
        string process = On(side)[$"{leader}"];
        Assert.Contains(leader, Listing.Ids(Listing.Read(On(side).Root).Records));
        Assert.StartsWith($"{leader} (actor) Z ", Native.Cat($"{process}/stat").Text, StringComparison.Ordinal);
        Assert.Equal([".", "..", $"{leader}", $"{thread}"], Listing.Names($"{process}/task"));
        Native.Stat($"{process}/task", out Status status);
        Assert.Equal(4u, status.Links);
        Assert.Equal((0, ""), Native.Cat($"{process}/cmdline"));
        Assert.Equal((0, "0 0 0 0 0 0 0\n"), Native.Cat($"{process}/statm"));
        Assert.Equal((0, ""), Native.Cat($"{process}/maps"));
        foreach (string name in new[] { "environ", "auxv", "smaps_rollup" })
        {
            Assert.Equal((name, Errno.ESRCH), (name, ErrnoOf(Native.Open($"{process}/{name}"))));
        }

        Assert.Equal(Errno.EINVAL, ErrnoOf(Native.Open($"{process}/mountinfo")));
        Assert.Equal([".", ".."], Listing.Names($"{process}/fd"));
        foreach (string name in new[] { "exe", "cwd", "root", "ns/net" })
        {
            Assert.Equal((name, Errno.ENOENT), (name, ErrnoOf(Native.ReadLink($"{process}/{name}", out _))));
        }

        Assert.Equal((0, "actor\n"), Native.Cat($"{process}/comm"));
        Native.ReadLink($"{process}/ns/pid", out string pid);
        Assert.StartsWith("pid:[", pid, StringComparison.Ordinal);
        foreach (string living in new[] { $"{process}/task/{thread}", On(side)[$"{thread}"] })
        {
            Assert.StartsWith($"{thread} (survivor) S ", Native.Cat($"{living}/stat").Text, StringComparison.Ordinal);
            Assert.NotEqual("", Native.Cat($"{living}/cmdline").Text);
            Assert.NotEqual("", Native.Cat($"{living}/maps").Text);
            Assert.True(Native.ReadLink($"{living}/exe", out string exe) > 0 && exe.EndsWith("/actor", StringComparison.Ordinal));
            Assert.Contains("0", Listing.Names($"{living}/fd"));
            Assert.Equal(0, Native.Cat($"{living}/mountinfo").Error);
        }
    }
}
