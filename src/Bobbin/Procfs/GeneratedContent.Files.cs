using Bobbin.Kernel.Linux;
using Bobbin.Procfs.Files;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

// Opening, links, and the text of open files.
public sealed partial class GeneratedContent : ITextProvider
{
    /// <inheritdoc/>
    public override Errno ReadLink(in Caller caller, ProcNode node, Span<byte> target, out int length)
    {
        length = 0;
        if (_registry.TryGet(node, out StaticEntry? entry))
        {
            return entry.ReadLink(target, out length);
        }

        TaskEntry? row = null;
        bool link = node.Kind == ProcNodeKind.Descriptor || NsDirectory.Contains(node)
            || (TaskEntries.TryGet(node.Entry, out row) && row.Link is not null);
        if (!link)
        {
            return Errno.EINVAL;
        }

        if (!TryTask(node, out TaskKey task) || !_records.TryGetRecord(task, out TaskRecord record))
        {
            return Errno.ENOENT;
        }

        if (!TaskAccess.MayTrace(caller, record))
        {
            return Errno.EACCES;
        }

        if (NsDirectory.Contains(node))
        {
            return NsDirectory.ReadLink(record, node, target, out length);
        }

        ReadOnlySpan<byte> text = node.Kind == ProcNodeKind.Descriptor ? FdDirectory.TargetOf(record, node.Number) : row!.Link!(record);
        length = Math.Min(text.Length, target.Length);
        text[..length].CopyTo(target);
        return text.IsEmpty ? Errno.ENOENT : Errno.None;
    }

    /// <inheritdoc/>
    public override Errno Open(in Caller caller, ProcNode node, int flags, bool directory, out ProcFile? file)
    {
        file = null;
        int mask = Permissions.MaskOf(flags);
        if (_registry.TryGet(node, out StaticEntry? entry))
        {
            return entry.Open(caller, TaskAccess.Credentials, mask, directory, out file);
        }

        if (!TryTask(node, out TaskKey task) || !_records.TryGetOwner(task, out TaskOwner owner))
        {
            return node.HasTask ? Errno.ESRCH : Errno.ENOENT;
        }

        if (node.Kind == ProcNodeKind.DescriptorInfo)
        {
            return directory ? Errno.ENOTDIR : FdinfoFile.Open(this, caller, node, task, mask, out file);
        }

        if (NetDirectory.Contains(node))
        {
            return OpenNet(caller, node, task, mask, directory, out file);
        }

        if (!TaskEntries.TryGet(node.Entry, out TaskEntry? row) || (row.Text is null && row.Directory is null))
        {
            return NsDirectory.IsTarget(node) ? Errno.EACCES : Errno.ELOOP; // a link is never opened itself
        }

        ProcAttributes attributes = default;
        Describe(owner, node, ref attributes);
        Errno error = CheckPermissions(caller, node, attributes, mask);
        if (error != Errno.None)
        {
            return error;
        }

        if (row.Directory is not null)
        {
            file = directory ? TaskDirectoryFile.Rent(this, row, node) : null;
            return directory ? Errno.None : Errno.EISDIR;
        }

        return directory ? Errno.ENOTDIR : OpenText(caller, node, task, row, out file);
    }

    /// <summary>Lists a directory that a row stands for.</summary>
    internal Errno ListSubdirectory(TaskEntry row, ProcNode node, long position, ref DirectoryWriter entries)
    {
        if (!TryTask(node, out TaskKey task) || !_records.TryGetRecord(task, out TaskRecord record))
        {
            return Errno.ENOENT;
        }

        if (position <= 0 && !entries.TryAdd("."u8, ProcInode.Of(node), 1, DirectoryEntryType.Directory))
        {
            return Errno.None;
        }

        ulong parent = ProcInode.OfTask(node.Id, node.IsThread, entry: 0);
        if (position <= 1 && !entries.TryAdd(".."u8, parent, 2, DirectoryEntryType.Directory))
        {
            return Errno.None;
        }

        row.Directory!.List(record, node.IsThread, Math.Max(position, 2), ref entries);
        return Errno.None;
    }

    Errno ITextProvider.WriteText(TextFile file, in Caller reader, ref ProcText text)
    {
        if (NetDirectory.Contains(file.Node))
        {
            NetDirectory.Write(file.Node, ref text); // the network namespace was captured when it was opened
            return Errno.None;
        }

        TaskReading reading = default;
        bool alive = _records.TryGetRecord(file.Task, out reading.Record);
        if (file.Node.Kind == ProcNodeKind.DescriptorInfo)
        {
            return alive && FdinfoFile.Write(ref text, reading.Record, file.Node.Number) ? Errno.None : Errno.ENOENT;
        }

        TaskEntries.TryGet(file.Node.Entry, out TaskEntry? row);
        if (row!.AfterDeath == AfterDeath.AsOpened)
        {
            reading.Record = file.Captured!.Record; // dead or not, and whatever it executes by now
        }
        else if (!alive)
        {
            return row.AfterDeath == AfterDeath.Empty ? Errno.None : Errno.ESRCH;
        }
        else if (file.Captured is { } opened && !EnvironFile.IsSameMemory(opened.Record, reading.Record))
        {
            return Errno.None; // the memory that the file was opened on is gone
        }

        reading.IsThread = file.Node.IsThread;
        reading.Reader = reader;
        reading.Content = this;
        Errno error = MayRead(row, reading);
        if (error == Errno.None)
        {
            row.Text!(reading, ref text);
        }

        return error;
    }

    Errno ITextProvider.Store(TextFile file, in Caller writer, ReadOnlySpan<byte> data, ref int count)
    {
        TaskStore? store = file.Node.Kind != ProcNodeKind.DescriptorInfo && TaskEntries.TryGet(file.Node.Entry, out TaskEntry? row)
            ? row.Store
            : null;
        return store is null ? Errno.EINVAL : store(new TaskWriting(this, file.Task, writer), data, ref count);
    }

    bool ITextProvider.TryGetAttributes(TextFile file, in Caller caller, ref ProcAttributes attributes)
    {
        Errno error = GetAttributes(caller, file.Node, ref attributes);
        if (error != Errno.None)
        {
            GetDeadAttributes(file.Node, isDirectory: false, ref attributes); // fstat goes on
        }

        return true;
    }

    private Errno OpenNet(in Caller caller, ProcNode node, TaskKey task, int mask, bool directory, out ProcFile? file)
    {
        file = null;
        ProcAttributes attributes = default;
        NetDirectory.GetAttributes(node, this, ref attributes);
        Errno error = directory ? Errno.ENOTDIR : Permissions.Check(caller, TaskAccess.Credentials, attributes, mask);
        file = error == Errno.None ? TextFile.Rent(this, node, task, caller) : null;
        return error;
    }

    private Errno OpenText(in Caller caller, ProcNode node, TaskKey task, TaskEntry row, out ProcFile? file)
    {
        const EntryAccess AtOpen = EntryAccess.TraceToOpen | EntryAccess.MemoryToOpen | EntryAccess.FileSystemToOpen;
        file = null;
        CapturedRecord? captured = null;
        if ((row.Access & AtOpen) != 0 || row.AfterDeath != AfterDeath.NoTask)
        {
            if (!_records.TryGetRecord(task, out TaskRecord record))
            {
                return Errno.ESRCH;
            }

            Errno error = MayOpen(caller, row, record);
            if (error != Errno.None)
            {
                return error;
            }

            captured = row.AfterDeath == AfterDeath.NoTask ? null : new CapturedRecord(record);
        }

        file = TextFile.Rent(this, node, task, caller, row.Rule, captured);
        return Errno.None;
    }

    private Errno MayOpen(in Caller caller, TaskEntry row, in TaskRecord record)
    {
        if ((row.Access & EntryAccess.FileSystemToOpen) != 0 && record.RootDirectory.IsEmpty)
        {
            return Errno.EINVAL;
        }

        if ((row.Access & EntryAccess.MemoryToOpen) != 0 && record.Memory is null)
        {
            return Errno.ESRCH;
        }

        return (row.Access & EntryAccess.TraceToOpen) == 0 || TaskAccess.MayTrace(caller, record) ? Errno.None : Errno.EACCES;
    }

    private Errno MayRead(TaskEntry row, in TaskReading reading)
    {
        if ((row.Access & (EntryAccess.TraceToRead | EntryAccess.TraceToReadOrPermission)) != 0 && !reading.MayTrace)
        {
            return (row.Access & EntryAccess.TraceToRead) != 0 ? Errno.EACCES : Errno.EPERM;
        }

        return (row.Access & EntryAccess.SelfOrNice) == 0 || TimerslackFile.MayTouch(TaskAccess, reading.Reader, reading.Record.Key)
            ? Errno.None
            : Errno.EPERM;
    }
}
