using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Table;
using CsCheck;
using Xunit;

namespace Bobbin.Tests.Procfs;

/// <summary>What holds of any listing, whatever happens between its calls: who lives all the while is listed exactly once.</summary>
public sealed class ListingPropertyTests
{
    private enum Event
    {
        Nothing,
        Birth,
        Death,
        Thread,
        Wrap,
    }

    private static readonly Gen<(Event What, int Which)[]> s_events =
        Gen.Select(Gen.Enum<Event>(), Gen.Int[0, 10_000]).Array[0, 3];

    [Fact]
    public void Every_task_that_lives_through_a_scan_is_listed_once_and_in_order() =>
        Gen.Select(Gen.Int[0, 60], Gen.Select(Gen.Int[32, 400], s_events).Array[1, 12], Gen.Bool)
            .Sample((processes, steps, threads) => Scan(processes, steps, threads), iter: 300, threads: 1);

    [Fact]
    public void Every_seek_gives_what_is_at_or_after_it() =>
        Gen.Select(Gen.Int[0, 60], Gen.Long[259, 420], Gen.Int[32, 400]).Sample(
            (processes, position, size) =>
            {
                Proc proc = new(SampleTables.Many(processes, 2, TableClock.StoppedAt(0)));
                int[] expected = [.. Alive(proc, threads: false).Where(id => id >= position - 258)];
                List<ListedEntry> entries = [];
                proc.ListOnce(ProcNode.Root, null, position, size, entries);
                int[] listed = Ids(entries);
                Assert.Equal(expected[..listed.Length], listed);
                Assert.True(listed.Length == expected.Length || listed.Length >= size / 32);
                if (listed.Length > 0)
                {
                    Assert.Equal(listed.Length < expected.Length ? 258 + expected[listed.Length] : 4194562, entries[^1].Next);
                }
            },
            iter: 300,
            threads: 1);

    [Fact]
    public void Every_thread_that_lives_through_a_scan_of_task_is_listed_once() =>
        Gen.Select(Gen.Int[1, 600], Gen.Select(Gen.Int[32, 400], Gen.Int[0, 10_000].Array[0, 3], Gen.Bool).Array[1, 12])
            .Sample((count, steps) => ScanThreads(count, steps), iter: 150, threads: 1);

    private static void Scan(int processes, (int Size, (Event What, int Which)[] Events)[] steps, bool threads)
    {
        Proc proc = new(SampleTables.Many(processes, 2, TableClock.StoppedAt(0)), new ProcView { ListThreads = threads });
        HashSet<int> survivors = [.. Alive(proc, threads)];
        HashSet<int> everAlive = [.. survivors];
        List<ListedEntry> entries = [];
        long position = 0;
        for (int step = 0; ; step++)
        {
            int before = entries.Count;
            (int size, (Event What, int Which)[] events) = step < steps.Length ? steps[step] : (4096, []);
            Assert.Equal(Errno.None, proc.ListOnce(ProcNode.Root, null, position, size, entries));
            if (entries.Count == before)
            {
                break;
            }

            position = entries[^1].Next;
            foreach ((Event what, int which) in events)
            {
                Happen(proc.Table, what, which);
                survivors.IntersectWith(Alive(proc, threads));
                everAlive.UnionWith(Alive(proc, threads));
            }
        }

        int[] listed = Ids(entries);
        Assert.Equal(listed.Order().Distinct(), listed);
        Assert.Subset(everAlive, listed.ToHashSet());
        Assert.Superset(survivors, listed.ToHashSet());
        string[] others = [.. entries.Select(entry => entry.Name).Where(name => !char.IsAsciiDigit(name[0]))];
        Assert.Equal(others.Distinct(), others);
    }

    private static void ScanThreads(int count, (int Size, int[] Ends, bool Births)[] steps)
    {
        TaskTable table = SampleTables.Many(1, count, TableClock.StoppedAt(0));
        Proc proc = new(table);
        TableTask leader = table.Find(9)!;
        ProcNode node = proc.Node("/9/task");
        Assert.Equal(Errno.None, proc.Tree.Open(proc.Caller, node, 0, directory: true, out ProcFile? directory));
        HashSet<int> survivors = [.. Enumerable.Range(9, count)];
        List<ListedEntry> entries = [];
        long position = 0;
        for (int step = 0; ; step++)
        {
            int before = entries.Count;
            (int size, int[] ends, bool births) = step < steps.Length ? steps[step] : (4096, [], false);
            Assert.Equal(Errno.None, proc.ListOnce(node, directory, position, size, entries));
            if (entries.Count == before)
            {
                break;
            }

            position = entries[^1].Next;
            HashSet<int> listedBefore = [.. Ids(entries)];

            // Only threads that are still to come end here: the one that did not fit, if it is gone and listed ones too, may hide another.
            int[] toCome = [.. survivors.Where(id => id != 9 && !listedBefore.Contains(id)).Order().Skip(1)];
            foreach (int end in ends.Where(_ => toCome.Length > 0))
            {
                TableTask? thread = table.Find(toCome[end % toCome.Length]);
                if (thread is not null && thread != leader)
                {
                    survivors.Remove(thread.Id);
                    thread.Exit();
                }
            }

            if (births)
            {
                leader.CloneThread();
            }
        }

        directory!.Release();
        int[] listed = Ids(entries);
        Assert.Equal(listed.Distinct(), listed);
        Assert.Superset(survivors, listed.ToHashSet());
        Assert.Equal(9, listed[0]);
    }

    [Fact]
    public void A_listing_of_task_goes_on_at_the_thread_that_did_not_fit_though_listed_ones_end()
    {
        TaskTable table = SampleTables.Many(1, 6, TableClock.StoppedAt(0));
        Proc proc = new(table);
        ProcNode node = proc.Node("/9/task");
        proc.Tree.Open(proc.Caller, node, 0, directory: true, out ProcFile? directory);
        List<ListedEntry> entries = [];
        proc.ListOnce(node, directory, 0, 5 * 24, entries); // two dots and three threads
        Assert.Equal([9, 10, 11], Ids(entries));
        table.Find(10)!.Exit();
        table.Find(11)!.Exit();
        List<ListedEntry> rest = [];
        proc.ListOnce(node, directory, entries[^1].Next, 4096, rest);
        Assert.Equal([12, 13, 14], Ids(rest));

        // After a seek to elsewhere only the number counts: of 9, 12, 13, 14 the second.
        List<ListedEntry> again = [];
        proc.ListOnce(node, directory, 3, 4096, again);
        Assert.Equal([12, 13, 14], Ids(again));

        // Where the reader took less than he was given, the thread that stands there counts, dead ones before it or not.
        again.Clear();
        table.Find(12)!.Exit();
        proc.ListOnce(node, directory, 4, 4096, again);
        Assert.Equal([13, 14], Ids(again));
        again.Clear();
        proc.ListOnce(node, directory, 100, 4096, again);
        Assert.Empty(again);
        directory!.Release();
    }

    private static int[] Alive(Proc proc, bool threads)
    {
        int[] ids = new int[4096];
        return ids[..(threads ? proc.Source.ListTasks(0, ids) : proc.Source.ListGroups(0, ids))];
    }

    private static int[] Ids(List<ListedEntry> entries) =>
        [.. entries.Where(entry => char.IsAsciiDigit(entry.Name[0])).Select(entry => int.Parse(entry.Name))];

    private static void Happen(TaskTable table, Event what, int which)
    {
        switch (what)
        {
            case Event.Birth:
                table.Init.Fork();
                break;
            case Event.Thread:
                table.Init.CloneThread();
                break;
            case Event.Wrap:
                table.Namespace.LastId = which % 64;
                break;
            case Event.Death:
                int[] ids = new int[4096];
                int count = new TableSource(table).ListTasks(9, ids);
                if (count > 0 && table.Find(ids[which % count]) is { } task && task.Parent == table.Init)
                {
                    task.ExitGroup();
                }

                break;
            default:
                break;
        }
    }
}
