using System.Runtime.InteropServices;
using Bobbin.Cli.Listing;
using Bobbin.Snapshots;

namespace Bobbin.Cli.Top;

/// <summary>
/// The lines that could be scrolled through: processes, or every thread, or a tree of both, in order, without what is filtered out or
/// folded away.
/// </summary>
internal sealed class TopLines
{
    private List<ListedTask> _lines = [];

    /// <summary>Every thread has a line.</summary>
    public bool Threads { get; set; }

    /// <summary>Children stand under their parents.</summary>
    public bool Tree { get; set; }

    /// <summary>The kernel's own threads too.</summary>
    public bool KernelThreads { get; set; }

    /// <summary>What they are sorted by; in a tree, brothers.</summary>
    public required Field SortBy { get; set; }

    /// <summary>The largest first.</summary>
    public bool Descending { get; set; } = true;

    /// <summary>
    /// Processes whose lines are turned over from what they would be: in a tree, those that show nothing below them; in a list of processes,
    /// those that show their threads.
    /// </summary>
    public HashSet<TaskIdentity> Turned { get; } = [];

    /// <summary>Whether snapshots have to hold every thread.</summary>
    public bool NeedsThreads => Threads || (!Tree && Turned.Count > 0);

    /// <summary>The lines.</summary>
    public IReadOnlyList<ListedTask> Lines => _lines;

    /// <summary>Whether something can be shown or hidden below a line.</summary>
    public bool CanTurn(ListedTask task) => !task.IsThread && (Tree || (!Threads && task.Process.ThreadCount > 1));

    /// <summary>Whether it is hidden now.</summary>
    public bool IsFolded(ListedTask task) => Tree == Turned.Contains(task.Process.Identity);

    /// <summary>Makes the lines of a moment.</summary>
    public void Make(ListingScene scene, TaskFilter filter)
    {
        _lines.Clear();
        if (Tree)
        {
            MakeTree(scene, filter);
            return;
        }

        foreach (ProcessRow process in scene.Tasks.Processes)
        {
            if (process.IsKernelThread && !KernelThreads)
            {
                continue;
            }

            if (!Threads)
            {
                Add(new ListedTask(process, process.Leader, IsThread: false), filter);
                continue;
            }

            foreach (ThreadRow thread in process.Threads)
            {
                Add(new ListedTask(process, thread, IsThread: true), filter);
            }
        }

        TaskOrder.Sort(CollectionsMarshal.AsSpan(_lines), scene, SortBy, Descending);
        if (!Threads && Turned.Count > 0 && (scene.Tasks.Facets & TaskFacets.Threads) != 0)
        {
            ShowThreadsOfTurned(scene);
        }
    }

    /// <summary>The line of a task; -1 where it has none.</summary>
    public int IndexOf(TaskIdentity task, bool isThread) =>
        _lines.FindIndex(line => line.IsThread == isThread && line.Thread.Identity == task);

    private void Add(ListedTask task, TaskFilter filter)
    {
        if (filter.Fits(task))
        {
            _lines.Add(task);
        }
    }

    private void ShowThreadsOfTurned(ListingScene scene)
    {
        List<ListedTask> all = new(_lines.Count);
        foreach (ListedTask line in _lines)
        {
            all.Add(line);
            if (Turned.Contains(line.Process.Identity))
            {
                AddThreads(all, scene, line.Process, depth: 1, all: true);
            }
        }

        _lines = all;
    }

    // In a list all threads of a process stand under it; in a tree its own line is its first thread.
    private void AddThreads(List<ListedTask> lines, ListingScene scene, ProcessRow process, int depth, bool all)
    {
        int first = lines.Count;
        foreach (ThreadRow thread in process.Threads)
        {
            if (all || !thread.IsLeader)
            {
                lines.Add(new ListedTask(process, thread, IsThread: true, Depth: depth));
            }
        }

        TaskOrder.Sort(CollectionsMarshal.AsSpan(lines)[first..], scene, SortBy, Descending);
    }

    private void MakeTree(ListingScene scene, TaskFilter filter)
    {
        List<ListedTask> processes = [];
        foreach (ProcessRow process in scene.Tasks.Processes)
        {
            if (KernelThreads || !process.IsKernelThread)
            {
                processes.Add(new ListedTask(process, process.Leader, IsThread: false));
            }
        }

        TaskOrder.Sort(CollectionsMarshal.AsSpan(processes), scene, SortBy, Descending);
        List<ListedTask> tree = processes;
        if (Threads)
        {
            tree = new(processes.Count * 2);
            foreach (ListedTask process in processes)
            {
                tree.Add(process);
                AddThreads(tree, scene, process.Process, depth: 0, all: false);
            }
        }

        Ordering.MakeTree(tree);
        Prune(tree, filter);
    }

    // What fits stays, and so does what it hangs on; of what is folded, nothing below.
    private void Prune(List<ListedTask> tree, TaskFilter filter)
    {
        bool[] stays = new bool[tree.Count];
        int needed = int.MaxValue; // the depth above which lines are ancestors of one that stays
        for (int i = tree.Count - 1; i >= 0; i--)
        {
            bool isAncestor = needed != int.MaxValue && tree[i].Depth < needed && !tree[i].IsThread;
            stays[i] = isAncestor || filter.Fits(tree[i]);
            needed = stays[i] ? tree[i].Depth : needed;
            if (tree[i].Depth == 0)
            {
                needed = int.MaxValue;
            }
        }

        int folded = int.MaxValue;
        for (int i = 0; i < tree.Count; i++)
        {
            if (!stays[i] || tree[i].Depth > folded)
            {
                continue;
            }

            _lines.Add(tree[i]);
            folded = !tree[i].IsThread && Turned.Contains(tree[i].Process.Identity) ? tree[i].Depth : int.MaxValue;
        }
    }
}
