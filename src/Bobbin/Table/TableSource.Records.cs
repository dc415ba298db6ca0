using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>Records, and the writes that /proc allows.</summary>
public sealed partial class TableSource
{
    /// <inheritdoc/>
    public bool TryGetRecord(TaskKey task, out TaskRecord record)
    {
        if (Resolve(task, out TablePid? pid) is { } found)
        {
            return found.TryGetRecord(pid!, _view, out record);
        }

        record = default;
        return false;
    }

    /// <inheritdoc/>
    public bool TryGetOwner(TaskKey task, out TaskOwner owner)
    {
        if (Resolve(task, out TablePid? pid) is { } found)
        {
            return found.TryGetOwner(pid!, out owner);
        }

        owner = default;
        return false;
    }

    /// <inheritdoc/>
    public void GetMachine(out MachineRecord machine) => table.GetMachine(_view, out machine);

    /// <inheritdoc/>
    public Errno ListChildren(TaskKey task, int index, Span<int> ids, out int count)
    {
        count = 0;
        return Resolve(task, out TablePid? pid) is { } found && found.TryListChildren(pid!, _view, index, ids, out count)
            ? Errno.None
            : Errno.ESRCH;
    }

    /// <inheritdoc/>
    public Errno SetName(TaskKey task, ReadOnlySpan<byte> name)
    {
        if (Resolve(task, out _) is not { } found)
        {
            return Errno.ESRCH;
        }

        int end = name.IndexOf((byte)0);
        found.Name = (end < 0 ? name : name[..end]).ToArray();
        return Errno.None;
    }

    /// <inheritdoc/>
    public Errno SetOomScoreAdj(TaskKey task, int value, bool isPrivileged)
    {
        if (value is < -1000 or > 1000)
        {
            return Errno.EINVAL;
        }

        return Resolve(task, out _)?.SetOomScoreAdj(value, isPrivileged) ?? Errno.ESRCH;
    }

    /// <inheritdoc/>
    public Errno SetLoginId(TaskKey task, uint loginId)
    {
        if (Resolve(task, out _) is not { } found)
        {
            return Errno.ESRCH;
        }

        found.SetLoginId(loginId);
        return Errno.None;
    }

    /// <inheritdoc/>
    public Errno SetTimerSlack(TaskKey task, ulong nanoseconds)
    {
        if (Resolve(task, out _) is not { } found)
        {
            return Errno.ESRCH;
        }

        found.SetTimerSlack(nanoseconds);
        return Errno.None;
    }

    /// <inheritdoc/>
    public Errno SetCoredumpFilter(TaskKey task, uint filter)
    {
        if (Resolve(task, out _) is not { } found)
        {
            return Errno.ESRCH;
        }

        found.SetCoredumpFilter(filter);
        return Errno.None;
    }
}
