using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>Content written from records: of a table, or of whatever else knows all about its tasks.</summary>
public sealed partial class GeneratedContent : ProcContent
{
    private readonly ITaskRecords _records;
    private readonly StaticRegistry _registry = new(ProcNodeRanges.ContentStatic, ProcInode.FirstStatic);
    private readonly ProcView _view;
    private readonly long _born = ProcClock.Now;

    /// <summary>Makes the content.</summary>
    /// <param name="records">What is known of tasks and the machine.</param>
    /// <param name="view">What is shown; the same as the tree's.</param>
    /// <param name="credentials">The callers' groups and capabilities; without it nobody has any.</param>
    public GeneratedContent(ITaskRecords records, ProcView view, ICallerCredentials? credentials = null)
    {
        _records = records;
        _view = view;
        TaskAccess = new TaskAccess(records, credentials ?? BareCredentials.Powerless, view);
        records.GetMachine(out MachineRecord machine);
        ProcessorCount = Math.Max(machine.Processors.Length, 1);
        Files.StaticFiles.Register(_registry.Root, records);
    }

    /// <summary>The root's static entries. Add more before the tree serves anybody.</summary>
    public StaticDirectory Statics => _registry.Root;

    internal ITaskRecords Records => _records;

    internal TaskAccess TaskAccess { get; }

    /// <summary>How wide sets of processors are printed.</summary>
    internal int ProcessorCount { get; }

    /// <inheritdoc/>
    public override Errno GetTaskDirectory(in Caller caller, TaskKey task, bool thread, ref ProcAttributes attributes)
    {
        if (!_records.TryGetOwner(task, out TaskOwner owner))
        {
            return Errno.ESRCH;
        }

        if (_view.HidePid >= HidePid.Invisible && !TaskAccess.Passes(caller, task, HidePid.Invisible))
        {
            return Errno.ENOENT;
        }

        attributes.Inode = ProcInode.OfTask(task.Id, thread, entry: 0);
        attributes.Mode = FileType.Directory | 0x16D;
        attributes.Links = (uint)(2 + TaskEntries.CountDirectories(thread));
        attributes.Time = _born;
        attributes.Size = 0;
        SetOwner(owner, keepsOwner: true, ref attributes);
        return Errno.None;
    }

    /// <inheritdoc/>
    public override Errno EnterTaskDirectory(in Caller caller, TaskKey task) => TaskAccess.Enter(caller, task);

    /// <inheritdoc/>
    public override Errno ListTasks(in Caller caller, int from, bool everyThread, Span<int> ids, out int count)
    {
        count = 0;
        while (count < ids.Length)
        {
            Span<int> rest = ids[count..];
            Errno error = everyThread ? _records.ListTasks(from, rest, out int found) : _records.ListGroups(from, rest, out found);
            if (_view.HidePid < HidePid.Invisible)
            {
                count = found;
                return error;
            }

            if (error != Errno.None)
            {
                return error;
            }

            bool end = found < rest.Length;
            if (found > 0)
            {
                from = rest[found - 1] + 1;
                count += TaskAccess.Filter(caller, rest[..found]);
            }

            if (end)
            {
                break;
            }
        }

        return Errno.None;
    }

    /// <inheritdoc/>
    public override Errno ListStatic(in Caller caller, int index, ref DirectoryWriter entries, out bool done)
    {
        done = false;
        ReadOnlySpan<StaticEntry> all = _registry.Root.Entries;
        for (; index < all.Length; index++)
        {
            StaticEntry entry = all[index];
            long next = index == all.Length - 1 ? RootPosition.Self : index + 3;
            if (!entries.TryAdd(entry.Name, entry.Inode, next, entry.DirectoryType))
            {
                return Errno.None;
            }
        }

        done = true;
        return Errno.None;
    }

    /// <inheritdoc/>
    public override int CountStaticDirectories() => _registry.Root.CountDirectories();

    /// <inheritdoc/>
    public override Errno ListTaskDirectory(in Caller caller, TaskKey task, bool thread, long position, ref DirectoryWriter entries)
    {
        if (position <= 0 && !entries.TryAdd("."u8, ProcInode.OfTask(task.Id, thread, entry: 0), 1, DirectoryEntryType.Directory))
        {
            return Errno.None;
        }

        if (position <= 1 && !entries.TryAdd(".."u8, ParentInode(task, thread), 2, DirectoryEntryType.Directory))
        {
            return Errno.None;
        }

        ReadOnlySpan<TaskEntry> rows = TaskEntries.Of(thread);
        for (long index = Math.Max(position - 2, 0); index < rows.Length; index++)
        {
            TaskEntry row = rows[(int)index];
            if (!entries.TryAdd(row.Name, ProcInode.OfTask(task.Id, thread, row.Number), index + 3, row.DirectoryType))
            {
                break;
            }
        }

        return Errno.None;
    }

    private ulong ParentInode(TaskKey task, bool thread) =>
        thread && _records.FindGroup(task, out int group) == Errno.None
            ? ProcInode.OfTask(group, thread: false, TaskListEntry)
            : ProcInode.Root;

    /// <summary>
    /// Who owns an inode of a task (<c>fs/proc/base.c</c>, task_dump_owner): its effective ids; but root for kernel threads, and for a
    /// task that must not be dumped, except where the mode is r-xr-xr-x.
    /// </summary>
    internal static void SetOwner(TaskOwner owner, bool keepsOwner, ref ProcAttributes attributes)
    {
        bool own = !owner.IsKernelThread && (keepsOwner || owner.IsDumpable);
        attributes.UserId = own ? owner.UserId : 0;
        attributes.GroupId = own ? owner.GroupId : 0;
    }
}
