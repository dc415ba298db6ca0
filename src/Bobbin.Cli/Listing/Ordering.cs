using Bobbin.Snapshots;

namespace Bobbin.Cli.Listing;

/// <summary>Puts lines into order: by a field, each process's threads under it; and as a tree.</summary>
internal static class Ordering
{
    /// <summary>Sorts processes, and the threads within each, by a field. The order of ids decides between equals.</summary>
    public static void Sort(List<ListedTask> tasks, ListingScene scene, Field field, bool descending)
    {
        // One key a line, made once.
        double[] numbers = new double[tasks.Count];
        byte[][] texts = new byte[field.Key is null ? tasks.Count : 0][];
        CellBuffer cells = new();
        for (int i = 0; i < tasks.Count; i++)
        {
            if (field.Key is { } key)
            {
                numbers[i] = key(scene, tasks[i]);
            }
            else
            {
                cells.Clear();
                field.Write(cells, scene, tasks[i]);
                cells.End();
                texts[i] = cells[0].ToArray();
            }
        }

        int sign = descending ? -1 : 1;
        int Compare(int left, int right)
        {
            int order = field.Key is not null ? numbers[left].CompareTo(numbers[right]) : texts[left].AsSpan().SequenceCompareTo(texts[right]);
            return order != 0 ? sign * order : left - right;
        }

        // Where no process has a line of its own, every line is one to sort.
        bool hasHeads = tasks.Exists(task => !task.IsThread);
        List<int> heads = [.. Enumerable.Range(0, tasks.Count).Where(i => !hasHeads || !tasks[i].IsThread)];
        List<int> ends = [.. heads.Skip(1), tasks.Count];
        List<(int Head, int End)> groups = [.. heads.Zip(ends)];
        groups.Sort((left, right) => Compare(left.Head, right.Head));
        List<ListedTask> sorted = new(tasks.Count);
        foreach ((int head, int end) in groups)
        {
            sorted.Add(tasks[head]);
            int[] threads = [.. Enumerable.Range(head + 1, end - head - 1)];
            Array.Sort(threads, Compare);
            sorted.AddRange(threads.Select(i => tasks[i]));
        }

        tasks.Clear();
        tasks.AddRange(sorted);
    }

    /// <summary>Puts each process under its parent, in the order they have; who has none that is listed stands at the left.</summary>
    public static void MakeTree(List<ListedTask> tasks)
    {
        Dictionary<int, List<int>> children = [];
        HashSet<int> listed = [.. tasks.Select(task => task.Process.Id)];
        List<int> roots = [];
        for (int i = 0; i < tasks.Count; i++)
        {
            if (tasks[i].IsThread)
            {
                continue;
            }

            int parent = tasks[i].Process.ParentId;
            if (parent == tasks[i].Process.Id || !listed.Contains(parent))
            {
                roots.Add(i);
            }
            else if (children.TryGetValue(parent, out List<int>? known))
            {
                known.Add(i);
            }
            else
            {
                children[parent] = [i];
            }
        }

        List<ListedTask> ordered = new(tasks.Count);
        // A stack of our own: a chain of parents may be as long as there are processes.
        Stack<(int Index, int Depth)> open = new();
        Push(roots, 0);
        while (open.TryPop(out (int Index, int Depth) next))
        {
            ordered.Add(tasks[next.Index] with { Depth = next.Depth });
            for (int i = next.Index + 1; i < tasks.Count && tasks[i].IsThread; i++)
            {
                ordered.Add(tasks[i] with { Depth = next.Depth + 1 });
            }

            if (children.Remove(tasks[next.Index].Process.Id, out List<int>? below))
            {
                Push(below, next.Depth + 1);
            }
        }

        tasks.Clear();
        tasks.AddRange(ordered);

        void Push(List<int> indices, int depth)
        {
            for (int i = indices.Count - 1; i >= 0; i--)
            {
                open.Push((indices[i], depth));
            }
        }
    }
}
