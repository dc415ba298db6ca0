using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Tasks;

namespace Bobbin.Mount;

/// <summary>
/// The one adapter between the two rooms that do not know each other: a request of FUSE becomes a question to the tree, and the
/// answer a reply. Nodes pass through as they are: a FUSE node id is a <see cref="ProcNode"/>.
/// </summary>
internal sealed partial class ProcFileSystem : FuseFileSystem
{
    /// <summary><c>st_blksize</c> of everything in /proc.</summary>
    private const uint BlockSize = 1024;

    /// <summary>As long as the kernel keeps anything.</summary>
    private static readonly TimeSpan s_forever = TimeSpan.FromDays(36500);

    private readonly ProcTree _tree;
    private readonly bool _atRest;
    private long _rootLookups;

    public ProcFileSystem(ProcTree tree, MountMode mode, Func<uint, EndNotice> choose)
    {
        _tree = tree;
        _atRest = mode == MountMode.AtRest;
        Lifetimes = new EntryLifetimes(tree.Source, Handles, choose);
    }

    public ProcFileSystem(ProcTree tree, MountMode mode, bool isShared)
        : this(tree, mode, minor => EntryLifetimes.Choose(minor, isShared))
    {
    }

    /// <summary>Which entries the kernel may answer by itself.</summary>
    public EntryLifetimes Lifetimes { get; }

    /// <summary>What is open.</summary>
    public HandleTable Handles { get; } = new();

    /// <summary>How many names were looked up in the root.</summary>
    public long RootLookups => Volatile.Read(ref _rootLookups);

    public override Errno Lookup(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name, ref FuseEntry entry)
    {
        ProcNode directory = new(parent);
        if (directory == ProcNode.Root)
        {
            Interlocked.Increment(ref _rootLookups);
        }

        Caller caller = CallerOf(request);
        ProcEntry found = default;
        Errno error = _tree.Lookup(caller, directory, name, ref found);
        if (error == Errno.ENOENT && _atRest && !IsDead(directory))
        {
            // Node 0: the kernel may remember that there is no such name. Nothing is born in a table at rest, and ps asks for a file
            // that not every kernel has once a thread.
            entry.EntryLifetime = s_forever;
            return Errno.None;
        }

        if (error != Errno.None)
        {
            return IsDead(directory) ? WhenDead(request, directory, error) : error;
        }

        entry.Node = found.Node.Value;
        Fill(caller, found.Node, found.Attributes, ref entry.Attributes);
        entry.EntryLifetime = MayKeep(directory, found) ? s_forever : TimeSpan.Zero;
        entry.AttributesLifetime = AttributesLifetime(found.Node);
        return Errno.None;
    }

    public override void Forget(ulong node, ulong count) => _tree.Forget(new ProcNode(node), count);

    public override Errno GetAttributes(in FuseRequest request, ulong node, ulong? handle, ref FuseAttributes attributes, out TimeSpan lifetime)
    {
        lifetime = TimeSpan.Zero;
        if (handle is { } open && Handles.Get(open) is { } file && file.FindEnd() is not Errno.None and var noEnd)
        {
            return noEnd;
        }

        ProcNode asked = new(node);
        Caller caller = CallerOf(request);
        ProcAttributes found = default;
        Errno error = _tree.GetAttributes(caller, asked, ref found);
        if (error == Errno.ESTALE)
        {
            error = GetDeadAttributes(request, asked, ref found);
        }
        else if (error == Errno.ENOENT)
        {
            error = GetHeldAttributes(caller, asked, ref found);
        }

        if (error == Errno.None)
        {
            Fill(caller, asked, found, ref attributes);
            lifetime = AttributesLifetime(asked);
        }

        return error;
    }

    public override Errno SetAttributes(
        in FuseRequest request, ulong node, ulong? handle, FuseSetAttributes which, ref FuseAttributes values, out TimeSpan lifetime)
    {
        lifetime = TimeSpan.Zero;
        if (_atRest)
        {
            return Errno.EROFS;
        }

        ProcNode asked = new(node);
        Caller caller = CallerOf(request);
        ProcAttributes wanted = new()
        {
            Mode = values.Mode,
            UserId = values.UserId,
            GroupId = values.GroupId,
            Size = values.Size,
            Time = (values.Modified.Seconds * 1_000_000_000) + values.Modified.Nanoseconds,
        };
        Errno error = _tree.SetAttributes(caller, asked, (uint)which, wanted);
        if (error != Errno.None)
        {
            return error == Errno.ESTALE ? WhenDead(request, asked, Errno.ESRCH) : error;
        }

        return GetAttributes(request, node, handle, ref values, out lifetime);
    }

    public override Errno ReadLink(in FuseRequest request, ulong node, Span<byte> target, out int length)
    {
        ProcNode asked = new(node);
        Errno error = _tree.ReadLink(CallerOf(request), asked, target, out length);
        return error == Errno.ESTALE ? WhenDead(request, asked, _tree.DeadLink(asked)) : error;
    }

    public override Errno Access(in FuseRequest request, ulong node, int mask)
    {
        ProcNode asked = new(node);
        Errno error = _tree.Access(CallerOf(request), asked, mask);
        if (error != Errno.ESTALE)
        {
            return error;
        }

        return MayBePath(request, asked) ? Errno.ESTALE : ErrnoOfDeadDirectory(asked); // fchdir(2)
    }

    public override Errno GetStatistics(in FuseRequest request, ulong node, ref FuseStatistics statistics)
    {
        // What statfs(2) says of a procfs, but for its type: the kernel fills in FUSE's own.
        statistics.BlockSize = 4096;
        statistics.FragmentSize = 4096;
        statistics.NameLength = 255;
        return Errno.None;
    }

    private static Caller CallerOf(in FuseRequest request) =>
        new(request.Caller.ThreadId, request.Caller.UserId, request.Caller.GroupId);

    private bool MayKeep(ProcNode parent, in ProcEntry found)
    {
        // The two links are the same for everybody, and what they say is asked each time; so are the mount's own files.
        bool lasting = found.IsLasting || found.Node == ProcNode.Self || found.Node == ProcNode.ThreadSelf || IsOwn(found.Node) || _atRest;

        // Entries without a task never end. Of those with one, remember that the kernel has them.
        return lasting && (!found.Node.HasTask || Lifetimes.TryGive(_tree, parent, found.Node) || _atRest);
    }

    private TimeSpan AttributesLifetime(ProcNode node) => _atRest && !IsOwn(node) ? s_forever : TimeSpan.Zero;

    private void Fill(in Caller caller, ProcNode node, in ProcAttributes from, ref FuseAttributes to)
    {
        FuseTime time = new(Math.DivRem(from.Time, 1_000_000_000, out long nanoseconds), (uint)nanoseconds);
        to.Inode = from.Inode;
        to.Mode = from.Mode;
        to.Links = from.Links;
        to.UserId = from.UserId;
        to.GroupId = from.GroupId;
        to.Accessed = time;
        to.Modified = time;
        to.Changed = time;
        to.BlockSize = BlockSize;
        to.Blocks = 0;
        to.Size = _atRest && (from.Mode & FileType.Mask) == FileType.Regular ? Measure(caller, node) : from.Size;
    }
}
