using System.Buffers.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs;

namespace Bobbin.Live;

/// <summary>Where a node is to be found in the kernel's procfs, and what it asks of a caller. To be disposed.</summary>
internal ref struct Target
{
    private readonly TaskDirectories _directories;

    private Target(TaskDirectories directories, TaskDirectory? task)
    {
        _directories = directories;
        Task = task;
        Base = task?.Descriptor ?? directories.Root;
    }

    /// <summary>The descriptor that <see cref="Path"/> begins at: the task's directory or the root.</summary>
    public int Base { get; }

    /// <summary>From <see cref="Base"/> on; a dot for a task's directory itself.</summary>
    public ReadOnlySpan<byte> Path { get; private set; }

    /// <summary>The task's directory, where it belongs to a task.</summary>
    public TaskDirectory? Task { get; private set; }

    /// <summary>What walking to it asks for.</summary>
    public EntryRule Walk { get; private set; }

    /// <summary>What opening it asks for.</summary>
    public EntryRule Rule { get; private set; }

    /// <summary>Where a descriptor of it may stand open, in the row or in the task's directory; -1: nowhere.</summary>
    public int StandingSlot { get; private set; } = -1;

    /// <summary>The inode number that it is shown with.</summary>
    public ulong Inode { get; private set; }

    /// <summary>Its row, where it has one.</summary>
    public PathRow? Row { get; private set; }

    /// <summary>Finds a node: ENOENT where its task is gone, EMFILE or ENFILE where that cannot be told.</summary>
    /// <param name="content">Whose.</param>
    /// <param name="node">Which.</param>
    /// <param name="room">Takes a path that is made for it: 64 bytes.</param>
    /// <param name="target">The result.</param>
    public static Errno Find(KernelContent content, ProcNode node, Span<byte> room, out Target target)
    {
        target = default;
        PathRow? row = null;
        if (node.Kind == ProcNodeKind.Path && !content.Paths.TryGet(node.Index, out row))
        {
            return Errno.ESTALE;
        }

        TaskDirectory? task = null;
        ProcNode owner = row is null ? node : row.Task is { } key ? ProcNode.OfTask(key, row.IsThread) : default;
        if (owner.HasTask)
        {
            Errno error = content.Directories.Rent(owner, out task);
            if (error != Errno.None)
            {
                return error;
            }
        }

        target = new Target(content.Directories, task) { Row = row };
        if (row is not null)
        {
            target.Path = row.Path;
            target.Walk = row.Walk;
            target.Rule = row.Rule;
            target.Inode = row.Inode;
            target.StandingSlot = task is null && (row.Rule & EntryRule.Public) != 0 ? 0 : -1;
            return Errno.None;
        }

        if (node == ProcNode.Root)
        {
            target.Path = "."u8;
            target.Walk = EntryRule.Public;
            target.Inode = ProcInode.Root;
            return Errno.None;
        }

        target.Inode = ProcInode.Of(node);
        return target.FindInTask(content.Entries, node, room) ? Errno.None : target.Fail(Errno.ENOENT);
    }

    /// <summary>Gives the task's directory back.</summary>
    public void Dispose()
    {
        if (Task is not null)
        {
            _directories.Return(Task);
            Task = null;
        }
    }

    /// <summary>Keeps the task's directory beyond this target; whoever takes it returns it.</summary>
    public TaskDirectory? TakeTask()
    {
        TaskDirectory? task = Task;
        Task = null;
        return task;
    }

    private bool FindInTask(EntryTable entries, ProcNode node, Span<byte> room)
    {
        switch (node.Kind)
        {
            case ProcNodeKind.Group or ProcNodeKind.Thread when node.Entry == 0:
                Path = "."u8;
                Walk = EntryRule.Public;
                return true;
            case ProcNodeKind.Group or ProcNodeKind.Thread when entries[node.Entry] is { } entry:
                Path = entry.Path;
                Walk = EntryRule.Public;
                Rule = entry.Rule;
                StandingSlot = entry.StandingSlot;
                return true;
            case ProcNodeKind.Descriptor:
                Path = Number("fd/"u8, node.Number, room);
                Walk = EntryRule.OpenToOwnGroup;
                Rule = EntryRule.Trace;
                return true;
            case ProcNodeKind.DescriptorInfo:
                Path = Number("fdinfo/"u8, node.Number, room);
                Walk = EntryRule.Trace;
                Rule = EntryRule.Trace;
                return true;
            default:
                return false;
        }
    }

    private Errno Fail(Errno error)
    {
        Dispose();
        return error;
    }

    private static ReadOnlySpan<byte> Number(ReadOnlySpan<byte> directory, int number, Span<byte> room)
    {
        directory.CopyTo(room);
        Utf8Formatter.TryFormat(number, room[directory.Length..], out int digits);
        return room[..(directory.Length + digits)];
    }
}
