using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;

namespace Bobbin.Tests.Fuse;

/// <summary>
/// Answers as told, sensibly or not, without allocating: errno, length and whether it throws come from a number. What it is
/// given must be sound, whatever the request was.
/// </summary>
internal sealed class HostileFileSystem : FuseFileSystem
{
    /// <summary>0 answers sensibly.</summary>
    public int Whim { get; set; }

    private Errno Answer => (Whim % 7) switch
    {
        1 => Errno.ENOENT,
        2 => (Errno)Whim,
        3 => (Errno)(-Whim),
        4 => throw new InvalidOperationException("a bug"),
        _ => Errno.None,
    };

    private int Count(int sensible) => (Whim % 5) switch { 1 => -Whim, 2 => int.MaxValue, 3 => sensible + 1, _ => sensible };

    public override Errno Lookup(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name, ref FuseEntry entry)
    {
        Check(name);
        entry.EntryLifetime = TimeSpan.FromTicks(-Whim);
        entry.AttributesLifetime = Whim % 2 == 0 ? TimeSpan.MaxValue : TimeSpan.MinValue;
        return Answer;
    }

    public override Errno GetAttributes(in FuseRequest request, ulong node, ulong? handle, ref FuseAttributes attributes, out TimeSpan lifetime)
    {
        lifetime = TimeSpan.MaxValue;
        return Answer;
    }

    public override void Forget(ulong node, ulong count) => _ = Answer;

    public override Errno SetAttributes(in FuseRequest request, ulong node, ulong? handle, FuseSetAttributes which, ref FuseAttributes values, out TimeSpan lifetime)
    {
        lifetime = TimeSpan.MinValue;
        return Answer;
    }

    public override Errno ReadLink(in FuseRequest request, ulong node, Span<byte> target, out int length)
    {
        length = Count(target.Length);
        return Answer;
    }

    public override Errno Open(in FuseRequest request, ulong node, int flags, out ulong handle, out FuseOpenFlags answer)
    {
        handle = (ulong)Whim;
        answer = (FuseOpenFlags)Whim;
        return Answer;
    }

    public override Errno Read(in FuseRequest request, ulong node, ulong handle, long offset, Span<byte> buffer, out int count)
    {
        Require(offset >= 0);
        count = Count(buffer.Length);
        return Answer;
    }

    public override Errno Write(in FuseRequest request, ulong node, ulong handle, long offset, ReadOnlySpan<byte> data, out int count)
    {
        Require(offset >= 0);
        count = Count(data.Length);
        return Answer;
    }

    public override Errno Flush(in FuseRequest request, ulong node, ulong handle) => Answer;

    public override void Release(in FuseRequest request, ulong node, ulong handle) => _ = Answer;

    public override Errno Synchronize(in FuseRequest request, ulong node, ulong handle) => Answer;

    public override Errno ReadDirectory(in FuseRequest request, ulong node, ulong handle, long position, ref DirectoryWriter entries)
    {
        while (entries.TryAdd("name"u8, 77, ++position, DirectoryEntryType.Regular))
        {
        }

        return Answer;
    }

    public override Errno GetStatistics(in FuseRequest request, ulong node, ref FuseStatistics statistics) => Answer;

    public override Errno Access(in FuseRequest request, ulong node, int mask) => Answer;

    public override Errno Create(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name)
    {
        Check(name);
        return Answer;
    }

    public override Errno Remove(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name, bool directory)
    {
        Check(name);
        return Answer;
    }

    public override Errno Rename(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name, ulong newParent, ReadOnlySpan<byte> newName)
    {
        Check(name);
        Check(newName);
        return Answer;
    }

    public override Errno Poll(in FuseRequest request, ulong node, ulong handle, ulong pollHandle, bool notify, uint events, out uint ready)
    {
        ready = events;
        return Answer;
    }

    private void Check(ReadOnlySpan<byte> name) =>
        Require(!name.IsEmpty && name.Length <= 4095 && !name.Contains((byte)0) && !name.Contains((byte)'/'));

    /// <summary>Not an exception, which the protocol would catch.</summary>
    private void Require(bool holds) => Violated |= !holds;

    /// <summary>Whether it has been handed something that no request may lead to.</summary>
    public bool Violated { get; private set; }
}
