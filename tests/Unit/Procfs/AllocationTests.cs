using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Table;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Procfs;

/// <summary>What a server does all day allocates nothing.</summary>
public sealed class AllocationTests
{
    private readonly Proc _proc = new(SampleTables.Many(2000, 2, TableClock.StoppedAt(0)));
    private readonly byte[] _buffer = new byte[1 << 16];

    [Fact]
    public void Lookup_and_stat() => AssertAllocatesNothing(() =>
    {
        ProcEntry entry = default;
        _proc.Tree.Lookup(_proc.Caller, ProcNode.Root, "1234"u8, ref entry);
        ProcNode process = entry.Node;
        _proc.Tree.Lookup(_proc.Caller, process, "stat"u8, ref entry);
        ProcAttributes attributes = default;
        _proc.Tree.GetAttributes(_proc.Caller, entry.Node, ref attributes);
        _proc.Tree.Lookup(_proc.Caller, process, "task"u8, ref entry);
        _proc.Tree.Lookup(_proc.Caller, entry.Node, "1234"u8, ref entry);
        _proc.Tree.Lookup(_proc.Caller, ProcNode.Root, "uptime"u8, ref entry);
        Require(_proc.Tree.Lookup(_proc.Caller, ProcNode.Root, "999999"u8, ref entry) == Errno.ENOENT);
    });

    [Fact]
    public void Listing_the_root() => AssertAllocatesNothing(() =>
    {
        long position = 0;
        int length;
        do
        {
            DirectoryWriter entries = new(_buffer.AsSpan(0, 32768));
            _proc.Tree.ReadDirectory(_proc.Caller, ProcNode.Root, null, position, ref entries);
            length = entries.Length;
            position = length == 0 ? position : LastPosition(_buffer.AsSpan(0, length));
        }
        while (length != 0);
    });

    [Theory]
    [InlineData("/11")]
    [InlineData("/11/task")]
    [InlineData("/11/fd")]
    public void Listing(string path)
    {
        ProcNode node = _proc.Node(path);
        AssertAllocatesNothing(() =>
        {
            _proc.Tree.Open(_proc.Caller, node, 0, directory: true, out ProcFile? directory);
            DirectoryWriter entries = new(_buffer);
            Require(_proc.Tree.ReadDirectory(_proc.Caller, node, directory, 0, ref entries) == Errno.None);
            Require(entries.Length != 0);
            directory?.Release();
        });
    }

    [Theory]
    [InlineData("/11/stat")]
    [InlineData("/11/status")]
    [InlineData("/11/statm")]
    [InlineData("/11/comm")]
    [InlineData("/11/cmdline")]
    [InlineData("/11/task/12/stat")]
    [InlineData("/11/io")]
    [InlineData("/11/limits")]
    [InlineData("/uptime")]
    public void Open_read_and_release(string path)
    {
        ProcNode node = _proc.Node(path);
        AssertAllocatesNothing(() =>
        {
            Require(_proc.Tree.Open(_proc.Caller, node, 0, directory: false, out ProcFile? file) == Errno.None);
            Require(file!.Read(_proc.Caller, 0, _buffer, out int count) == Errno.None);
            Require(count != 0);
            Require(file.Read(_proc.Caller, count, _buffer, out int end) == Errno.None);
            Require(end == 0);
            file.Release();
        });
    }

    [Fact]
    public void Links()
    {
        ProcNode exe = _proc.Node("/11/exe");
        ProcNode pid = _proc.Node("/11/ns/pid");
        Caller caller = new(11, 0, 0);
        AssertAllocatesNothing(() =>
        {
            _proc.Tree.ReadLink(caller, exe, _buffer, out _);
            _proc.Tree.ReadLink(caller, pid, _buffer, out _);
            _proc.Tree.ReadLink(caller, ProcNode.ThreadSelf, _buffer, out int length);
            Require(length == 10);
        });
    }

    // What xunit's assertions do allocates.
    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("not what the file system answers");
        }
    }

    private static long LastPosition(ReadOnlySpan<byte> records)
    {
        long position = 0;
        for (int at = 0; at < records.Length;)
        {
            position = BitConverter.ToInt64(records[(at + 8)..]);
            at += (24 + BitConverter.ToInt32(records[(at + 16)..]) + 7) & ~7;
        }

        return position;
    }

    /// <summary>
    /// Pools are shared with tests that run at the same time and may find them empty, and code that is not optimized yet allocates
    /// inside of the library: so until a few turns allocate nothing, which is what a server then does for ever.
    /// </summary>
    private static void AssertAllocatesNothing(Action action)
    {
        long deadline = Environment.TickCount64 + 30_000;
        long allocated;
        do
        {
            for (int turn = 0; turn < 40; turn++)
            {
                action();
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            action();
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated != 0)
            {
                Thread.Sleep(20);
            }
        }
        while (allocated != 0 && Environment.TickCount64 < deadline);

        Assert.Equal(0, allocated);
    }
}
