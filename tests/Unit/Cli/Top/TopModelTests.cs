using Bobbin.Cli.Top;
using Bobbin.Snapshots;
using Bobbin.Sources;
using Xunit;

namespace Bobbin.Tests.Cli;

/// <summary>Which lines there are, in which order, and where one stands among them.</summary>
public sealed class TopModelTests : IDisposable
{
    private readonly FakeTasks _tasks = new();
    private readonly TaskTexts _texts = new();

    [Fact]
    public void Busy_processes_come_first_and_equals_by_id()
    {
        _tasks.Add(10, Process(1, 0), Process(2, 1), Process(3, 1), Process(4, 2));
        _tasks.Add(11, Process(1, 0), Process(2, 1), Process(3, 1, ticks: 40), Process(4, 2, ticks: 5));
        TopModel model = Model();
        model.Read();
        model.Read();
        Assert.Equal("3 4 1 2", Lines(model));
        model.Sort(model.Lines.SortBy);
        Assert.Equal("1 2 4 3", Lines(model));
        model.Sort(model.Columns.Find("pid")!);
        Assert.Equal("1 2 3 4", Lines(model));
        model.Sort(model.Columns.Find("comm")!);
        Assert.Equal("1 2 3 4", Lines(model));
        model.Sort(model.Columns.Find("comm")!);
        Assert.Equal("4 3 2 1", Lines(model));
    }

    [Fact]
    public void Each_thread_has_its_own_share()
    {
        _tasks.Add(10, Process(1, 0), new FakeProcess(2, 1, "web", 100, (5, 50), (6, 0)));
        _tasks.Add(12, Process(1, 0), new FakeProcess(2, 1, "web", 250, (5, 60), (6, 100)));
        TopModel model = Model(new TopOptions { Threads = true });
        model.Read();
        model.Read();
        Assert.Equal("6t 2t 5t 1t", Lines(model));
        Assert.Equal(0.5, model.Scene!.Changes!.ProcessorShare(model.Lines.Lines[0].Thread));
        Assert.All(_tasks.Asked, facets => Assert.True(facets.HasFlag(TaskFacets.Threads)));
    }

    [Fact]
    public void A_tree_has_children_under_parents_and_folds()
    {
        _tasks.Add(10, Process(1, 0), Process(2, 1), Process(3, 1, ticks: 9), new FakeProcess(4, 2, "p4", 0, (8, 0)), Process(5, 4), Process(6, 3));
        TopModel model = Model(new TopOptions { Tree = true });
        model.Read();
        Assert.Equal("1 +3 ++6 +2 ++4 +++5", Lines(model));
        model.Select(3);
        model.Turn();
        Assert.Equal("1 +3 ++6 +2", Lines(model));
        Assert.True(model.Lines.IsFolded(model.Current!.Value));
        model.Turn(fold: true);
        Assert.Equal("1 +3 ++6 +2", Lines(model));
        model.Turn(fold: false);
        Assert.Equal("1 +3 ++6 +2 ++4 +++5", Lines(model));
        model.ShowThreads(true);
        Assert.Equal("1 +3 ++6 +2 ++4 +++8t +++5", Lines(model));
    }

    [Fact]
    public void A_process_of_a_list_shows_its_threads()
    {
        _tasks.Add(10, Process(1, 0), new FakeProcess(2, 1, "web", 9, (5, 3), (6, 4)));
        TopModel model = Model();
        model.Read();
        Assert.Equal("2 1", Lines(model));
        model.Turn();
        Assert.Equal("2 +6t +5t +2t 1", Lines(model));
        Assert.Equal([false, true], _tasks.Asked.Select(facets => facets.HasFlag(TaskFacets.Threads)));
        model.Select(2);
        model.Turn(fold: true); // from a thread to its process
        Assert.Equal(0, model.Selected);
        model.Turn(fold: true);
        Assert.Equal("2 1", Lines(model));
    }

    [Fact]
    public void A_filter_looks_at_name_user_and_id_and_keeps_a_trees_ancestors()
    {
        _tasks.Add(10, Process(1, 0), Process(2, 1), new FakeProcess(3, 2, "Postgres", 0), new FakeProcess(4, 1, "other", 0) { User = 4_000_000_000 });
        TopModel model = Model();
        model.Read();
        Assert.Equal("3", Filtered(model, "postG"));
        Assert.Equal("4", Filtered(model, "4000000000"));
        Assert.Equal("2", Filtered(model, $"{FakeTasks.Base + 2}"));
        Assert.Equal("", Filtered(model, "none such"));
        Assert.Null(model.Current);
        Assert.Equal("1 2 3 4", Filtered(model, ""));
        model.ShowTree(true);
        Assert.Equal("1 +2 ++3", Filtered(model, "postg"));
    }

    [Fact]
    public void The_kernels_threads_show_where_they_are_wanted()
    {
        _tasks.Add(10, Process(1, 0), new FakeProcess(2, 0, "kthreadd", 0) { IsKernelThread = true });
        TopModel model = Model();
        model.Read();
        Assert.Equal("1", Lines(model));
        model.Lines.KernelThreads = true;
        model.Make();
        Assert.Equal("1 2", Lines(model));
    }

    [Fact]
    public void Who_is_followed_stays_selected_until_it_ends()
    {
        _tasks.Add(10, Process(1, 0), Process(2, 1), Process(3, 1));
        _tasks.Add(11, Process(1, 0, ticks: 50), Process(2, 1), Process(3, 1, ticks: 20));
        _tasks.Add(12, Process(1, 0, ticks: 50), Process(2, 1, ticks: 60), Process(3, 1, ticks: 20));
        _tasks.Add(13, Process(1, 0, ticks: 50), Process(2, 1, ticks: 60) with { Start = 9 }, Process(3, 1, ticks: 20));
        TopModel model = Model();
        model.Read();
        model.Select(1);
        model.Follow();
        model.Read();
        Assert.Equal(("1 3 2", 2), (Lines(model), model.Selected));
        model.Read();
        Assert.Equal(("2 1 3", 0), (Lines(model), model.Selected));
        Assert.NotNull(model.Followed);
        model.Read();
        Assert.Null(model.Followed); // its id is another's now
        Assert.Equal($"{FakeTasks.Base + 2} p2 has ended: no longer followed", model.Message);
    }

    [Fact]
    public void A_thread_is_followed_for_as_long_as_threads_are_shown()
    {
        _tasks.Add(10, new FakeProcess(2, 1, "web", 9, (5, 9)));
        TopModel model = Model(new TopOptions { Threads = true });
        model.Read();
        model.Follow();
        Assert.Equal(FakeTasks.Base + 5, model.Followed!.Value.Task.Id);
        model.Filter.Text = "none such";
        model.Make();
        Assert.NotNull(model.Followed); // filtered out, and alive
        model.ShowThreads(false);
        Assert.Null(model.Followed);
        Assert.Contains("is a thread", model.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_seen_moves_with_the_selection()
    {
        _tasks.Add(10, [.. Enumerable.Range(1, 20).Select(id => Process(id, 0))]);
        TopModel model = Model();
        model.Page = 5;
        model.Read();
        model.Move(7);
        Assert.Equal((7, 3), (model.Selected, model.Top));
        model.Move(-2);
        Assert.Equal((5, 3), (model.Selected, model.Top));
        model.Move(100);
        Assert.Equal((19, 15), (model.Selected, model.Top));
        model.Move(-100);
        Assert.Equal((0, 0), (model.Selected, model.Top));
    }

    public void Dispose()
    {
        _texts.Dispose();
        _tasks.Dispose();
    }

    private static FakeProcess Process(int id, int parent, ulong ticks = 0) => new(id, parent, $"p{id}", ticks);

    private static string Filtered(TopModel model, string text)
    {
        model.Filter.Text = text;
        model.Make();
        return Lines(model);
    }

    private static string Lines(TopModel model) =>
        string.Join(' ', model.Lines.Lines.Select(line => $"{new string('+', line.Depth)}{line.Thread.Id - FakeTasks.Base}{(line.IsThread ? "t" : "")}"));

    private TopModel Model(TopOptions? options = null) => new(_tasks, _texts, options ?? new TopOptions());
}
