using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Snapshots;
using Bobbin.Sources;

namespace Bobbin.Cli.Listing;

/// <summary>Lists tasks, once or again and again.</summary>
internal static class Ps
{
    /// <summary>What is shown where nobody says.</summary>
    public static Field[] UsualFields(bool threads) => threads
        ? Fields.Of("pid", "tid", "user", "state", "%cpu", "rss", "nlwp", "time", "args")
        : Fields.Of("pid", "user", "state", "%cpu", "%mem", "rss", "nlwp", "start", "time", "args");

    /// <summary>The exit status: 1 where what was asked for is not there.</summary>
    public static int Run(ListingOptions options)
    {
        using ITaskReader reader = Open(options.Reader);
        using TaskTexts texts = new();
        UserNames names = new();
        Selection selection = new(options);
        TaskFacets facets = TaskFacets.Credentials | (options.Threads || options.Patterns.Length > 0 ? TaskFacets.Threads : TaskFacets.None);
        TaskSnapshot? before = null, oldest = null;
        while (true)
        {
            TaskSnapshot tasks = reader.Read(facets, recycled: oldest);
            ListingScene scene = new(tasks, before is null ? null : new TaskChanges(before, tasks), texts, names);
            List<ListedTask> lines = selection.Of(scene);
            if (options.Watch is null || before is not null)
            {
                Write(options, scene, lines);
            }

            if (options.Watch is not { } seconds)
            {
                return lines.Count == 0 && selection.IsNarrow ? 1 : 0;
            }

            // The first table of a series shows a moment that has passed as well: it waits a little for it.
            Thread.Sleep(TimeSpan.FromSeconds(before is null ? Math.Min(seconds, 0.5) : seconds));
            (oldest, before) = (before, tasks);
        }
    }

    private static ITaskReader Open(ReaderChoice choice)
    {
        try
        {
            return TaskReaders.Open(choice);
        }
        catch (InvalidOperationException failure)
        {
            throw new CommandFailure("--reader=bpf", failure.Message);
        }
    }

    private static void Write(ListingOptions options, ListingScene scene, List<ListedTask> lines)
    {
        if (options.SortBy is { } field)
        {
            Ordering.Sort(lines, scene, field, options.Descending);
        }

        if (options.Tree)
        {
            Ordering.MakeTree(lines);
        }

        bool isScreen = options.Watch is not null && Libc.IsTerminal(1);
        int width = options.Width;
        if (isScreen && Libc.TryTerminalSize(1, out int columns, out int rows))
        {
            width = columns;
            lines.RemoveRange(Math.Min(lines.Count, rows - 2), Math.Max(0, lines.Count - (rows - 2)));
            Terminal.Out("\e[H\e[J");
        }

        OutputBuffer output = new();
        switch (options.Format)
        {
            case ListingFormat.Json:
                DataWriter.Json(output, scene, lines, options.Fields);
                break;
            case ListingFormat.Csv:
                DataWriter.Csv(output, scene, lines, options.Fields);
                break;
            default:
                TableWriter.Write(output, scene, lines, options.Fields, width, options.Tree);
                break;
        }

        output.Flush();
        if (options.Watch is not null && !isScreen && options.Format == ListingFormat.Table)
        {
            Terminal.Out("\n");
        }
    }
}
