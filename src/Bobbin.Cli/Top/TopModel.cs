using System.Text;
using Bobbin.Cli.Listing;
using Bobbin.Snapshots;
using Bobbin.Sources;

namespace Bobbin.Cli.Top;

/// <summary>What is seen and chosen: the last two snapshots, the lines made of them, and where one stands among these.</summary>
internal sealed class TopModel
{
    private readonly ITaskReader _reader;
    private readonly TaskTexts _texts;
    private readonly UserNames _users = new();
    private TaskSnapshot? _before, _oldest;

    /// <summary>Begins with nothing read.</summary>
    public TopModel(ITaskReader reader, TaskTexts texts, TopOptions options)
    {
        _reader = reader;
        _texts = texts;
        Columns = new TopFields(Rates);
        Filter = new TaskFilter(texts, _users) { Text = options.Filter };
        Fields = options.Fields is { } names ? [.. names.Select(name => Columns.Find(name)!)] : Columns.Usual(options.Threads);
        HasUsualFields = options.Fields is null;
        Lines = new TopLines
        {
            Threads = options.Threads,
            Tree = options.Tree,
            KernelThreads = options.KernelThreads,
            SortBy = Columns.Find(options.SortBy ?? "%cpu")!,
            Descending = !options.Ascending,
        };
    }

    public ITaskReader Reader => _reader;

    public IoRates Rates { get; } = new();

    public TopFields Columns { get; }

    public TaskFilter Filter { get; }

    public TopLines Lines { get; }

    /// <summary>The columns that are shown.</summary>
    public Field[] Fields { get; private set; }

    private bool HasUsualFields { get; }

    /// <summary>The moment that is shown; null before the first.</summary>
    public ListingScene? Scene { get; private set; }

    /// <summary>The line one stands on.</summary>
    public int Selected { get; private set; }

    /// <summary>The first line that is seen.</summary>
    public int Top { get; private set; }

    /// <summary>How many lines are seen.</summary>
    public int Page { get; set; } = 1;

    /// <summary>The task that the selection stays with; null: it stays where it is.</summary>
    public (TaskIdentity Task, bool IsThread, string Name)? Followed { get; private set; }

    /// <summary>Something to say, until the next key.</summary>
    public string Message { get; set; } = "";

    /// <summary>The selected line; null where there are none.</summary>
    public ListedTask? Current => Selected < Lines.Lines.Count ? Lines.Lines[Selected] : null;

    /// <summary>Reads the tasks anew. When the frame before was taken, since boot, is returned: zero for none.</summary>
    public TimeSpan Read()
    {
        TaskFacets facets = TaskFacets.Credentials | (Lines.NeedsThreads ? TaskFacets.Threads : TaskFacets.None);
        TaskSnapshot tasks = _reader.Read(facets, recycled: _oldest);
        TaskSnapshot? before = _before;
        bool isComparable = before is not null && before.Facets == tasks.Facets;
        Rates.Begin(tasks.SinceBoot);
        Scene = new ListingScene(tasks, isComparable ? new TaskChanges(before!, tasks) : null, _texts, _users);
        (_oldest, _before) = (before, tasks);
        Filter.Forget(tasks);
        Make();
        return before?.SinceBoot ?? TimeSpan.Zero;
    }

    /// <summary>Whether a second reading soon makes shares of the processors those of now; until then they are of each task's life.</summary>
    public bool IsFirst => Scene?.Changes is null;

    /// <summary>Makes the lines anew, of what was read.</summary>
    public void Make()
    {
        if (Scene is null)
        {
            return;
        }

        Lines.Make(Scene, Filter);
        if (Followed is { } followed)
        {
            int at = Lines.IndexOf(followed.Task, followed.IsThread);
            if (at >= 0)
            {
                Selected = at;
            }
            else if (followed.IsThread && !Lines.NeedsThreads)
            {
                Message = $"{followed.Task.Id} {followed.Name} is a thread, and threads are no longer shown: no longer followed";
                Followed = null;
            }
            else if (!Lives(followed.Task))
            {
                Message = $"{followed.Task.Id} {followed.Name} has ended: no longer followed";
                Followed = null;
            }
        }

        Select(Selected);
    }

    /// <summary>Stands on a line, and has it seen.</summary>
    public void Select(int line)
    {
        Selected = Math.Clamp(line, 0, Math.Max(0, Lines.Lines.Count - 1));
        Top = Math.Clamp(Top, Math.Max(0, Selected - Page + 1), Selected);
        Top = Math.Clamp(Top, 0, Math.Max(0, Lines.Lines.Count - Page));
    }

    /// <summary>Goes to another line; who does, follows nobody any more.</summary>
    public void Move(int lines)
    {
        Followed = null;
        Select(Selected + lines);
    }

    /// <summary>Stays with the selected task, or no longer.</summary>
    public void Follow()
    {
        if (Followed is not null || Current is not { } task)
        {
            Followed = null;
            Message = "";
            return;
        }

        Followed = (task.Thread.Identity, task.IsThread, NameOf(task));
        Message = $"following {task.Thread.Identity.Id} {NameOf(task)}";
    }

    /// <summary>Shows or hides what is below the selected line.</summary>
    /// <param name="fold">To hide it; null: whichever is not so.</param>
    public void Turn(bool? fold = null)
    {
        if (Current is not { } task || !Lines.CanTurn(task))
        {
            // From something below, to what it is below.
            if (fold == true && Current is { IsThread: true } thread)
            {
                Select(Lines.IndexOf(thread.Process.Identity, isThread: false) is var head and >= 0 ? head : Selected);
            }

            return;
        }

        if (fold is null || fold != Lines.IsFolded(task))
        {
            if (!Lines.Turned.Remove(task.Process.Identity))
            {
                Lines.Turned.Add(task.Process.Identity);
            }

            Restructure();
        }
    }

    /// <summary>A line for every thread, or not.</summary>
    public void ShowThreads(bool threads)
    {
        Lines.Threads = threads;
        Fields = HasUsualFields ? Columns.Usual(threads) : Fields;
        Restructure();
    }

    /// <summary>A tree, or a list.</summary>
    public void ShowTree(bool tree)
    {
        Lines.Tree = tree;
        Lines.Turned.Clear();
        Restructure();
    }

    /// <summary>Sorts by a column; by the one that it is, in the other direction.</summary>
    public void Sort(Field field)
    {
        bool isText = field.Key is null;
        (Lines.Descending, Lines.SortBy) = (Lines.SortBy.Name == field.Name ? !Lines.Descending : !isText && field.Name is not ("pid" or "tid" or "ppid"), field);
        Make();
    }

    /// <summary>A task's name, fit to be shown.</summary>
    public static string NameOf(ListedTask task) => Text.Printable.Escape(task.Thread.Name);

    // The same task stays selected where it can; who is at the top stays there.
    private void Restructure()
    {
        ListedTask? task = Selected > 0 || Followed is not null ? Current : null;
        bool hadThreads = Scene is null || (Scene.Tasks.Facets & TaskFacets.Threads) != 0;
        if (Lines.NeedsThreads && !hadThreads)
        {
            Read();
        }
        else
        {
            Make();
        }

        if (task is { } known && Scene is not null)
        {
            int at = Lines.IndexOf(known.Thread.Identity, known.IsThread);
            at = at < 0 ? Lines.IndexOf(known.Process.Identity, isThread: false) : at;
            Select(at < 0 ? Lines.IndexOf(known.Process.Leader.Identity, isThread: true) : at);
        }
    }

    // It may be filtered out, or folded away.
    private bool Lives(TaskIdentity task) => Scene!.Tasks.TryFindThread(task.Id, out ThreadRow thread) && thread.Identity == task;
}
