using Bobbin.Kernel.Linux;
using Bobbin.Procfs.Files;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

// Names, attributes and permissions.
public sealed partial class GeneratedContent
{
    /// <inheritdoc/>
    public override Errno Lookup(in Caller caller, ProcNode parent, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        if (parent == ProcNode.Root)
        {
            return FindStatic(_registry.Root, name, ref entry);
        }

        if (_registry.TryGet(parent, out StaticEntry? parentEntry))
        {
            return parentEntry is StaticDirectory directory ? FindStatic(directory, name, ref entry) : Errno.ENOTDIR;
        }

        if (parent.Kind is not (ProcNodeKind.Group or ProcNodeKind.Thread))
        {
            return Errno.ENOTDIR;
        }

        return parent.Entry == 0
            ? LookupEntry(parent, name, ref entry)
            : LookupBelow(caller, parent, name, ref entry);
    }

    /// <inheritdoc/>
    public override Errno GetAttributes(in Caller caller, ProcNode node, ref ProcAttributes attributes)
    {
        if (_registry.TryGet(node, out StaticEntry? entry))
        {
            entry.GetAttributes(ref attributes);
            return Errno.None;
        }

        if (!TryTask(node, out TaskKey task))
        {
            return node.HasTask ? Errno.ESRCH : Errno.ENOENT;
        }

        if (node.Kind is ProcNodeKind.Descriptor or ProcNodeKind.DescriptorInfo || NsDirectory.IsTarget(node))
        {
            return !_records.TryGetRecord(task, out TaskRecord record) ? Errno.ESRCH
                : NsDirectory.IsTarget(node) ? NsDirectory.GetTargetAttributes(this, record, node, ref attributes)
                : FdDirectory.GetAttributes(this, record, node, ref attributes);
        }

        return _records.TryGetOwner(task, out TaskOwner owner)
            ? Describe(owner, node, ref attributes)
            : Errno.ESRCH;
    }

    /// <inheritdoc/>
    public override Errno SetAttributes(in Caller caller, ProcNode node, uint which, in ProcAttributes values)
    {
        ProcAttributes attributes = default;
        Errno error = GetAttributes(caller, node, ref attributes);
        return error != Errno.None ? error : Permissions.Change(caller, TaskAccess.Credentials, attributes, which);
    }

    /// <inheritdoc/>
    public override Errno Access(in Caller caller, ProcNode node, int mask)
    {
        ProcAttributes attributes = default;
        Errno error = GetAttributes(caller, node, ref attributes);
        return error != Errno.None ? error : CheckPermissions(caller, node, attributes, mask);
    }

    /// <summary>The inode's permission hook: mode bits, and what some entries have beside or instead of them.</summary>
    internal Errno CheckPermissions(in Caller caller, ProcNode node, in ProcAttributes attributes, int mask)
    {
        Errno error = Permissions.Check(caller, TaskAccess.Credentials, attributes, mask);
        if (node.Kind is not (ProcNodeKind.Group or ProcNodeKind.Thread) || !TaskEntries.TryGet(node.Entry, out TaskEntry? row))
        {
            return error;
        }

        bool groupPasses = (row.Access & EntryAccess.GroupPasses) != 0
            || (node.IsThread && (row.Access & EntryAccess.GroupPassesByThread) != 0);
        if (error != Errno.None && groupPasses && TryTask(node, out TaskKey task)
            && _records.FindGroup(task, out int group) == Errno.None && TaskAccess.IsOwnGroup(caller, group))
        {
            return Errno.None;
        }

        // Of directories the hook asks whether the caller may trace; of files, their open does.
        bool traced = row.Directory is not null && (row.Access & EntryAccess.TraceToOpen) != 0;
        return error == Errno.None && traced ? CheckTrace(caller, node) : error;
    }

    internal bool TryTask(ProcNode node, out TaskKey task)
    {
        task = default;
        return node.HasTask && _records.Find(node.Id, out task) == Errno.None && node.IsOf(task);
    }

    /// <summary>Fills what every entry of a task shares; mode, links and size are the caller's to set.</summary>
    internal void Describe(TaskOwner owner, ProcNode node, uint mode, ref ProcAttributes attributes)
    {
        attributes.Inode = ProcInode.Of(node);
        attributes.Mode = mode;
        attributes.Links = 1;
        attributes.Size = 0;
        attributes.Time = _born;
        SetOwner(owner, keepsOwner: mode == (FileType.Directory | 0x16D), ref attributes);
    }

    /// <summary>What the owner of a task's files follows from, of a record that is there already.</summary>
    internal static TaskOwner OwnerOf(in TaskRecord record) => new(
        record.Credentials.EffectiveUserId,
        record.Credentials.EffectiveGroupId,
        record.Memory is { Dumpable: 1 },
        record.IsKernelThread,
        record.ThreadCount,
        record.Files.Length);

    private static Errno FindStatic(StaticDirectory directory, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        if (!directory.TryFind(name, out StaticEntry? found))
        {
            return Errno.ENOENT;
        }

        entry.Node = found.Node;
        entry.IsLasting = true;
        found.GetAttributes(ref entry.Attributes);
        return Errno.None;
    }

    private Errno LookupEntry(ProcNode parent, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        if (!TaskEntries.TryFind(name, parent.IsThread, out TaskEntry? row) || !TryTask(parent, out TaskKey task)
            || !_records.TryGetOwner(task, out TaskOwner owner))
        {
            return Errno.ENOENT;
        }

        entry.Node = ProcNode.OfTask(task, parent.IsThread, row.Number);
        entry.IsLasting = true;
        return Describe(owner, entry.Node, ref entry.Attributes);
    }

    private Errno LookupBelow(in Caller caller, ProcNode parent, ReadOnlySpan<byte> name, ref ProcEntry entry)
    {
        if (!TaskEntries.TryGet(parent.Entry, out TaskEntry? row) || row.Directory is null)
        {
            return Errno.ENOTDIR;
        }

        if (!TryTask(parent, out TaskKey task) || !_records.TryGetRecord(task, out TaskRecord record))
        {
            return row.Directory.AfterDeath;
        }

        ProcAttributes attributes = default;
        Describe(OwnerOf(record), parent, ref attributes);
        Errno error = CheckPermissions(caller, parent, attributes, Permissions.Execute);
        return error != Errno.None ? error : row.Directory.Find(this, caller, record, parent.IsThread, name, ref entry);
    }

    private Errno Describe(TaskOwner owner, ProcNode node, ref ProcAttributes attributes)
    {
        if (NetDirectory.Contains(node))
        {
            return NetDirectory.GetAttributes(node, this, ref attributes);
        }

        if (NsDirectory.Contains(node))
        {
            Describe(owner, node, FileType.Link | 0x1FF, ref attributes);
            return Errno.None;
        }

        if (!TaskEntries.TryGet(node.Entry, out TaskEntry? row))
        {
            return Errno.ENOENT;
        }

        Describe(owner, node, row.Mode, ref attributes);
        if (row.DirectoryType == DirectoryEntryType.Directory)
        {
            attributes.Links = 2;
            attributes.Size = row.Directory is FdDirectory { IsInfo: false } ? owner.OpenFileCount : 0;
        }

        return Errno.None;
    }

    private Errno CheckTrace(in Caller caller, ProcNode node) =>
        !TryTask(node, out TaskKey task) || !_records.TryGetRecord(task, out TaskRecord record) ? Errno.ESRCH
        : TaskAccess.MayTrace(caller, record) ? Errno.None
        : Errno.EACCES;
}
