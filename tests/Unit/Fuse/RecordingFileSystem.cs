using System.Text;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;

namespace Bobbin.Tests.Fuse;

/// <summary>Answers everything, and writes down what it was asked.</summary>
internal sealed class RecordingFileSystem : FuseFileSystem
{
    public List<string> Calls { get; } = [];

    public Errno Answer { get; set; }

    public Exception? Bug { get; set; }

    public long Size { get; set; } = 2;

    public override Errno Lookup(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name, ref FuseEntry entry)
    {
        entry = new FuseEntry { Node = 77, Generation = 3, EntryLifetime = TimeSpan.FromSeconds(1.5), AttributesLifetime = TimeSpan.FromTicks(7), Attributes = Some };
        return Note(request, $"lookup {parent} {Text(name)}");
    }

    public override void Forget(ulong node, ulong count) => Note(default, $"forget {node} {count}");

    public override Errno GetAttributes(in FuseRequest request, ulong node, ulong? handle, ref FuseAttributes attributes, out TimeSpan lifetime)
    {
        lifetime = TimeSpan.FromSeconds(2);
        attributes = Some;
        return Note(request, $"getattr {node} {handle}");
    }

    public override Errno SetAttributes(in FuseRequest request, ulong node, ulong? handle, FuseSetAttributes which, ref FuseAttributes values, out TimeSpan lifetime)
    {
        lifetime = default;
        Errno answer = Note(request, $"setattr {node} {handle} {(int)which} size={values.Size} mode={values.Mode}");
        values = Some;
        return answer;
    }

    public override Errno ReadLink(in FuseRequest request, ulong node, Span<byte> target, out int length)
    {
        "target"u8.CopyTo(target);
        length = 6;
        return Note(request, $"readlink {node} {target.Length}");
    }

    public override Errno Open(in FuseRequest request, ulong node, int flags, out ulong handle, out FuseOpenFlags answer)
    {
        handle = 9;
        answer = FuseOpenFlags.DirectIo;
        return Note(request, $"open {node} {flags}");
    }

    public override Errno Read(in FuseRequest request, ulong node, ulong handle, long offset, Span<byte> buffer, out int count)
    {
        count = Math.Min(buffer.Length, 5);
        "bytes"u8[..count].CopyTo(buffer);
        return Note(request, $"read {node} {handle} {offset} {buffer.Length}");
    }

    public override Errno Write(in FuseRequest request, ulong node, ulong handle, long offset, ReadOnlySpan<byte> data, out int count)
    {
        count = data.Length;
        return Note(request, $"write {node} {handle} {offset} {Text(data)}");
    }

    public override Errno Flush(in FuseRequest request, ulong node, ulong handle) => Note(request, $"flush {node} {handle}");

    public override void Release(in FuseRequest request, ulong node, ulong handle) => Note(request, $"release {node} {handle}");

    public override Errno Synchronize(in FuseRequest request, ulong node, ulong handle) => Note(request, $"fsync {node} {handle}");

    public override Errno OpenDirectory(in FuseRequest request, ulong node, out ulong handle, out FuseOpenFlags answer)
    {
        handle = 10;
        answer = FuseOpenFlags.CacheDirectory;
        return Note(request, $"opendir {node}");
    }

    public override Errno ReadDirectory(in FuseRequest request, ulong node, ulong handle, long position, ref DirectoryWriter entries)
    {
        while (entries.TryAdd("name"u8, 77, ++position, DirectoryEntryType.Regular) && position < 3)
        {
        }

        return Note(request, $"readdir {node} {handle}");
    }

    public override void ReleaseDirectory(in FuseRequest request, ulong node, ulong handle) => Note(request, $"releasedir {node} {handle}");

    public override Errno GetStatistics(in FuseRequest request, ulong node, ref FuseStatistics statistics)
    {
        statistics.Files = 5;
        return Note(request, $"statfs {node}");
    }

    public override Errno Access(in FuseRequest request, ulong node, int mask) => Note(request, $"access {node} {mask}");

    public override Errno Create(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name) => Note(request, $"create {parent} {Text(name)}");

    public override Errno Remove(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name, bool directory) =>
        Note(request, $"remove {parent} {Text(name)} {directory}");

    public override Errno Rename(in FuseRequest request, ulong parent, ReadOnlySpan<byte> name, ulong newParent, ReadOnlySpan<byte> newName) =>
        Note(request, $"rename {parent} {Text(name)} {newParent} {Text(newName)}");

    public override Errno Poll(in FuseRequest request, ulong node, ulong handle, ulong pollHandle, bool notify, uint events, out uint ready)
    {
        ready = events & 1;
        return Note(request, $"poll {node} {handle} {pollHandle} {notify} {events}");
    }

    public FuseAttributes Some => new()
    {
        Inode = 1,
        Size = Size,
        Blocks = 3,
        Accessed = new FuseTime(4, 5),
        Modified = new FuseTime(6, 7),
        Changed = new FuseTime(8, 9),
        Mode = 0x81A4,
        Links = 11,
        UserId = 12,
        GroupId = 13,
        Device = 14,
        BlockSize = 15,
    };

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private Errno Note(in FuseRequest request, string call)
    {
        Calls.Add(request.Unique == 0 ? call : $"{call} by {request.Caller.UserId}:{request.Caller.GroupId}:{request.Caller.ThreadId}");
        return Bug is null ? Answer : throw Bug;
    }
}
