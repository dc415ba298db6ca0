using Bobbin.Sources;

namespace Bobbin.Cli.Hidden;

/// <summary>The views' names: a word each.</summary>
internal static class ViewNames
{
    /// <summary>Every view, in the order in which it is shown.</summary>
    public static IReadOnlyList<TaskViews> All { get; } =
        [TaskViews.Listing, TaskViews.Lookup, TaskViews.TaskFolder, TaskViews.Iterator, TaskViews.Existence];

    /// <summary>The name of one.</summary>
    public static string Of(TaskViews view) => view switch
    {
        TaskViews.Listing => "listing",
        TaskViews.Lookup => "lookup",
        TaskViews.TaskFolder => "task",
        TaskViews.Iterator => "bpf",
        _ => "existence",
    };

    /// <summary>The names of several.</summary>
    public static IReadOnlyList<string> Of(TaskViews views, IEnumerable<TaskViews> among) =>
        [.. among.Where(view => (views & view) != 0).Select(Of)];
}
