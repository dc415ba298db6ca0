using Bobbin.Kernel.Linux;
using Bobbin.Tasks;

namespace Bobbin.Procfs;

/// <summary>An entry that belongs to no task, as the kernel's <c>struct proc_dir_entry</c>: it stands there for as long as the tree.</summary>
public abstract class StaticEntry
{
    private readonly byte[] _name;

    private protected StaticEntry(StaticRegistry registry, StaticDirectory? parent, ReadOnlySpan<byte> name, uint mode)
    {
        Registry = registry;
        Parent = parent ?? (StaticDirectory)this;
        _name = name.ToArray();
        Mode = mode;
        Node = registry.Register(this, out ulong inode);
        Inode = inode;
    }

    /// <summary>Its name.</summary>
    public ReadOnlySpan<byte> Name => _name;

    /// <summary>Type and permission bits.</summary>
    public uint Mode { get; }

    /// <summary>Its node in the tree.</summary>
    public ProcNode Node { get; }

    internal ulong Inode { get; }

    internal StaticDirectory Parent { get; }

    private protected StaticRegistry Registry { get; }

    internal virtual DirectoryEntryType DirectoryType => DirectoryEntryType.Regular;

    internal virtual void GetAttributes(ref ProcAttributes attributes)
    {
        attributes = default;
        attributes.Inode = Inode;
        attributes.Mode = Mode;
        attributes.Links = 1;
        attributes.Time = Registry.Born;
    }

    internal virtual Errno ReadLink(Span<byte> target, out int length)
    {
        length = 0;
        return Errno.EINVAL;
    }

    /// <summary>Opens it for a caller that the mode lets.</summary>
    internal Errno Open(in Caller caller, ICallerCredentials credentials, int mask, bool directory, out ProcFile? file)
    {
        file = null;
        if (this is StaticLink)
        {
            return Errno.ELOOP; // a link is never opened itself
        }

        if (this is StaticDirectory != directory)
        {
            return directory ? Errno.ENOTDIR : Errno.EISDIR;
        }

        ProcAttributes attributes = default;
        GetAttributes(ref attributes);
        Errno error = Permissions.Check(caller, credentials, attributes, mask);
        file = error == Errno.None ? Open(caller) : null;
        return error;
    }

    private protected abstract ProcFile? Open(in Caller caller);
}

/// <summary>A static symbolic link, such as <c>mounts</c>.</summary>
public sealed class StaticLink : StaticEntry
{
    private readonly byte[] _target;

    internal StaticLink(StaticRegistry registry, StaticDirectory parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
        : base(registry, parent, name, FileType.Link | 0x1FF)
    {
        _target = target.ToArray();
    }

    internal override DirectoryEntryType DirectoryType => DirectoryEntryType.Link;

    internal override void GetAttributes(ref ProcAttributes attributes)
    {
        base.GetAttributes(ref attributes);
        attributes.Size = _target.Length; // unlike self, whose size is 0
    }

    private protected override ProcFile? Open(in Caller caller) => null;

    internal override Errno ReadLink(Span<byte> target, out int length)
    {
        length = Math.Min(_target.Length, target.Length);
        _target.AsSpan(0, length).CopyTo(target);
        return Errno.None;
    }
}

/// <summary>Writes what a static file says now.</summary>
/// <param name="text">Takes the text.</param>
public delegate void StaticText(ref ProcText text);

/// <summary>A static file with generated text.</summary>
public sealed class StaticFile : StaticEntry, ITextProvider
{
    private readonly StaticText _text;

    internal StaticFile(StaticRegistry registry, StaticDirectory parent, ReadOnlySpan<byte> name, uint permissions, StaticText text)
        : base(registry, parent, name, FileType.Regular | permissions)
    {
        _text = text;
    }

    private protected override ProcFile? Open(in Caller caller) => TextFile.Rent(this, Node, default, caller);

    Errno ITextProvider.WriteText(TextFile file, in Caller reader, ref ProcText text)
    {
        _text(ref text);
        return Errno.None;
    }

    Errno ITextProvider.Store(TextFile file, in Caller writer, ReadOnlySpan<byte> data, ref int count) => Errno.EIO;
}
