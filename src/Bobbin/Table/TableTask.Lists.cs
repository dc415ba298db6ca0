namespace Bobbin.Table;

/// <summary>Threads and children, as a source lists them.</summary>
public sealed partial class TableTask
{
    /// <summary>Lists the group's threads in the order of their birth: from one of them, or from an index.</summary>
    internal bool TryListThreads(
        TablePid pid, TablePidNamespace view, TableTask? resume, int index, Span<int> ids, out int count)
    {
        count = 0;
        lock (Group)
        {
            if (_isReleased || _pid != pid)
            {
                return false;
            }

            if (resume is not null && resume.Group == Group)
            {
                int at = Group.Threads.IndexOf(resume._threadNumber);
                index = at >= 0 ? at : index;
            }

            ReadOnlySpan<TableTask?> threads = Group.Threads.Items;
            for (; (uint)index < (uint)threads.Length && count < ids.Length; index++)
            {
                ids[count++] = threads[index]!._pid.IdIn(view);
            }

            return true;
        }
    }

    /// <summary>Lists the groups that this thread made or was given, in that order.</summary>
    internal bool TryListChildren(TablePid pid, TablePidNamespace view, int index, Span<int> ids, out int count)
    {
        count = 0;
        lock (Group)
        {
            if (_isReleased || _pid != pid)
            {
                return false;
            }

            ReadOnlySpan<TableGroup?> children = Children.Items;
            for (; (uint)index < (uint)children.Length && count < ids.Length; index++)
            {
                ids[count++] = children[index]!.Pid.IdIn(view);
            }

            return true;
        }
    }
}
