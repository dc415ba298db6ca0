using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;
using Xunit;
using static Bobbin.Tests.Fuse.RequestBytes;

namespace Bobbin.Tests.Fuse;

/// <summary>Requests as bytes in, replies as bytes out, with no device.</summary>
public sealed class FuseProtocolTests
{
    private const string Caller = " by 1000:1001:4321";
    private readonly RecordingFileSystem _files = new();

    [Fact]
    public void Lookup_hands_the_name_over_and_writes_the_entry()
    {
        byte[] body = Exchange(Ready(_files), Of(FuseOperation.Lookup, 5, "comm\0"u8), out FuseOutHeader header);
        Assert.Equal((144u, 0, Unique), (header.Length, header.Error, header.Unique));
        FuseEntryOut entry = MemoryMarshal.Read<FuseEntryOut>(body);
        Assert.Equal((77ul, 3ul, 1ul, 500_000_000u, 0ul, 700u), (entry.Node, entry.Generation, entry.EntryValid, entry.EntryValidNanoseconds, entry.AttributesValid, entry.AttributesValidNanoseconds));
        Assert.Equal((1ul, 2L, 3L, 4L, 5u), (entry.Attributes.Inode, entry.Attributes.Size, entry.Attributes.Blocks, entry.Attributes.Accessed, entry.Attributes.AccessedNanoseconds));
        Assert.Equal((6L, 7u, 8L, 9u, 0x81A4u), (entry.Attributes.Modified, entry.Attributes.ModifiedNanoseconds, entry.Attributes.Changed, entry.Attributes.ChangedNanoseconds, entry.Attributes.Mode));
        Assert.Equal((11u, 12u, 13u, 14u, 15u, 0u), (entry.Attributes.Links, entry.Attributes.UserId, entry.Attributes.GroupId, entry.Attributes.Device, entry.Attributes.BlockSize, entry.Attributes.Flags));
        Assert.Equal(["lookup 5 comm" + Caller], _files.Calls);
    }

    [Fact]
    public void Where_all_is_read_directly_no_page_is_filled_and_no_size_is_noted()
    {
        const uint directRead = 2;
        List<ulong> notKept = [];
        _files.Size = 0;
        FuseProtocol protocol = Ready(_files, new FuseOptions { DirectIoOnly = true });
        protocol.DoNotKeepAttributes = notKept.Add;
        Exchange(protocol, Of(FuseOperation.Read, 6, new FuseReadIn { Size = 300 }), out FuseOutHeader header);
        Assert.Equal(-(int)Errno.EINVAL, header.Error);
        Assert.Equal("bytes"u8, Exchange(protocol, Of(FuseOperation.Read, 6, new FuseReadIn { Size = 300, ReadFlags = directRead }), out _));
        Assert.Equal(1, MemoryMarshal.Read<FuseEntryOut>(Exchange(protocol, Of(FuseOperation.Lookup, 5, "comm\0"u8), out _)).Attributes.Size);
        Assert.Equal(0, MemoryMarshal.Read<FuseAttrOut>(Exchange(protocol, Of(FuseOperation.GetAttributes, 2, new FuseGetattrIn()), out _)).Attributes.Size);
        Assert.Equal([2ul], notKept);

        // lseek(2) counts from the size that is noted.
        Exchange(protocol, Of(FuseOperation.GetAttributes, 2, new FuseGetattrIn { Flags = 1, Handle = 8 }), out _);
        Assert.Equal([2ul], notKept);
    }

    [Theory, InlineData(-1), InlineData(long.MinValue)]
    public void Negative_positions_do_not_reach_the_file_system(long offset)
    {
        foreach (FuseOperation operation in new[] { FuseOperation.Read, FuseOperation.ReadDirectory })
        {
            Exchange(Ready(_files), Of(operation, 1, new FuseReadIn { Offset = offset, Size = 4096 }), out FuseOutHeader header);
            Assert.Equal(-(int)Errno.EINVAL, header.Error);
        }

        Assert.Empty(_files.Calls);
    }

    [Fact]
    public void An_errno_goes_back_without_a_body()
    {
        _files.Answer = Errno.ESTALE;
        byte[] body = Exchange(Ready(_files), Of(FuseOperation.Lookup, 5, "comm\0"u8), out FuseOutHeader header);
        Assert.Equal((16u, -116, Unique), (header.Length, header.Error, header.Unique));
        Assert.Empty(body);
    }

    [Fact]
    public void Every_operation_reaches_its_method()
    {
        FuseProtocol protocol = Ready(_files);
        byte[][] requests =
        [
            Of(FuseOperation.GetAttributes, 2, new FuseGetattrIn()),
            Of(FuseOperation.GetAttributes, 2, new FuseGetattrIn { Flags = 1, Handle = 8 }),
            Of(FuseOperation.SetAttributes, 3, new FuseSetattrIn { Valid = 8 | 512, Size = 5, Mode = 6 }),
            Of(FuseOperation.ReadLink, 4),
            Of(FuseOperation.Open, 5, new FuseOpenIn { Flags = 2 }),
            Of(FuseOperation.Read, 6, new FuseReadIn { Handle = 9, Offset = 100, Size = 300 }),
            Of(FuseOperation.Write, 7, new FuseWriteIn { Handle = 9, Offset = 4, Size = 3 }, "abc"u8),
            Of(FuseOperation.Flush, 8, new FuseFlushIn { Handle = 9 }),
            Of(FuseOperation.Release, 9, new FuseReleaseIn { Handle = 9 }),
            Of(FuseOperation.Synchronize, 10, new FuseFsyncIn { Handle = 9 }),
            Of(FuseOperation.OpenDirectory, 11, new FuseOpenIn()),
            Of(FuseOperation.ReadDirectory, 12, new FuseReadIn { Handle = 10, Offset = 0, Size = 4096 }),
            Of(FuseOperation.ReleaseDirectory, 13, new FuseReleaseIn { Handle = 10 }),
            Of(FuseOperation.SynchronizeDirectory, 14, new FuseFsyncIn { Handle = 10 }),
            Of(FuseOperation.GetStatistics, 15),
            Of(FuseOperation.Access, 16, new FuseAccessIn { Mask = 4 }),
            Of(FuseOperation.Unlink, 17, "a\0"u8),
            Of(FuseOperation.RemoveDirectory, 18, "b\0"u8),
            Of(FuseOperation.Rename, 19, new FuseRenameIn { NewParent = 20 }, "c\0d\0"u8),
            Of(FuseOperation.Rename2, 21, new FuseRename2In { NewParent = 22, Flags = 1 }, "e\0f\0"u8),
            Of(FuseOperation.Poll, 23, new FusePollIn { Handle = 9, KernelHandle = 24, Flags = 1, Events = 5 }),
        ];
        foreach (byte[] request in requests)
        {
            Exchange(protocol, request, out FuseOutHeader header);
            Assert.Equal((0, Unique), (header.Error, header.Unique));
        }

        string[] expected =
        [
            "getattr 2 ", "getattr 2 8", "setattr 3  8 size=5 mode=6", "readlink 4 4095", "open 5 2", "read 6 9 100 300", "write 7 9 4 abc",
            "flush 8 9", "release 9 9", "fsync 10 9", "opendir 11", "readdir 12 10", "releasedir 13 10", "fsync 14 10", "statfs 15",
            "access 16 4", "remove 17 a False", "remove 18 b True", "rename 19 c 20 d", "rename 21 e 22 f", "poll 23 9 24 True 5",
        ];
        Assert.Equal(expected.Select(call => call + Caller), _files.Calls);
    }

    [Fact]
    public void What_makes_a_name_asks_create_and_never_succeeds()
    {
        FuseProtocol protocol = Ready(_files);
        Assert.Equal(Errno.EPERM, ErrorOf(protocol, Of(FuseOperation.MakeNode, 1, new FuseMknodIn(), "a\0"u8)));
        _files.Answer = Errno.ENOENT;
        Assert.Equal(Errno.ENOENT, ErrorOf(protocol, Of(FuseOperation.MakeDirectory, 2, new FuseMkdirIn(), "b\0"u8)));
        Assert.Equal(Errno.ENOENT, ErrorOf(protocol, Of(FuseOperation.Link, 3, new FuseLinkIn(), "c\0"u8)));
        Assert.Equal(Errno.ENOENT, ErrorOf(protocol, Of(FuseOperation.Create, 4, new FuseCreateIn(), "d\0"u8)));
        Assert.Equal(Errno.ENOENT, ErrorOf(protocol, Of(FuseOperation.MakeLink, 5, "e\0target/x\0"u8)));
        Assert.Equal(["create 1 a" + Caller, "create 2 b" + Caller, "create 3 c" + Caller, "create 4 d" + Caller, "create 5 e" + Caller], _files.Calls);
    }

    [Fact]
    public void Read_and_readlink_answer_the_bytes()
    {
        FuseProtocol protocol = Ready(_files);
        Assert.Equal("bytes"u8, Exchange(protocol, Of(FuseOperation.Read, 6, new FuseReadIn { Size = 300 }), out _));
        Assert.Equal("by"u8, Exchange(protocol, Of(FuseOperation.Read, 6, new FuseReadIn { Size = 2 }), out _));
        Assert.Equal("target"u8, Exchange(protocol, Of(FuseOperation.ReadLink, 6), out _));
    }

    [Fact]
    public void A_read_larger_than_the_buffer_is_cut()
    {
        Exchange(Ready(_files), Of(FuseOperation.Read, 6, new FuseReadIn { Size = uint.MaxValue }), out FuseOutHeader header);
        Assert.Equal(0, header.Error);
        Assert.Equal([$"read 6 0 0 {(17 * 4096) - 16}" + Caller], _files.Calls);
    }

    [Fact]
    public void A_listing_is_as_long_as_its_records()
    {
        FuseProtocol protocol = Ready(_files);
        Assert.Equal(96, Exchange(protocol, Of(FuseOperation.ReadDirectory, 1, new FuseReadIn { Size = 4096 }), out _).Length);
        Assert.Equal(64, Exchange(protocol, Of(FuseOperation.ReadDirectory, 1, new FuseReadIn { Size = 95 }), out _).Length);
        Assert.Empty(Exchange(protocol, Of(FuseOperation.ReadDirectory, 1, new FuseReadIn { Size = 31 }), out _));
    }

    [Fact]
    public void Forgets_are_passed_on_and_never_answered()
    {
        FuseProtocol protocol = Ready(_files);
        FuseForgetOne[] two = [new() { Node = 5, Count = 6 }, new() { Node = 7, Count = 8 }];
        Exchange(protocol, Of(FuseOperation.Forget, 3, new FuseForgetIn { Count = 4 }), out FuseOutHeader one);
        Exchange(protocol, Of(FuseOperation.BatchForget, 0, new FuseBatchForgetIn { Count = 2 }, MemoryMarshal.AsBytes(two.AsSpan())), out FuseOutHeader batch);
        Exchange(protocol, Of(FuseOperation.BatchForget, 0, new FuseBatchForgetIn { Count = 99 }, MemoryMarshal.AsBytes(two.AsSpan(0, 1))), out FuseOutHeader lying);
        Assert.Equal((0ul, 0ul, 0ul), (one.Unique, batch.Unique, lying.Unique));
        Assert.Equal(["forget 3 4", "forget 5 6", "forget 7 8", "forget 5 6"], _files.Calls);
    }

    [Fact]
    public void An_interrupt_names_its_request_and_is_not_answered()
    {
        FuseProtocol protocol = Ready(_files);
        List<ulong> interrupted = [];
        protocol.Interrupted = interrupted.Add;
        Exchange(protocol, Of(FuseOperation.Interrupt, 0, new FuseInterruptIn { Unique = 42 }), out FuseOutHeader header);
        Exchange(protocol, Of(FuseOperation.Interrupt, 0, "short"u8), out FuseOutHeader cut);
        Assert.Equal((0ul, 0ul), (header.Unique, cut.Unique));
        Assert.Equal([42ul], interrupted);
    }

    [Theory]
    [InlineData("", Errno.EINVAL)]
    [InlineData("no end", Errno.EINVAL)]
    [InlineData("\0", Errno.EINVAL)]
    [InlineData("a\0b\0", Errno.EINVAL)]
    [InlineData("a/b\0", Errno.EINVAL)]
    [InlineData(".\0", Errno.EINVAL)]
    [InlineData("..\0", Errno.EINVAL)]
    public void Names_that_cannot_be_are_refused(string name, Errno expected)
    {
        FuseProtocol protocol = Ready(_files);
        byte[] bytes = System.Text.Encoding.Latin1.GetBytes(name);
        Assert.Equal(expected, ErrorOf(protocol, Of(FuseOperation.Lookup, 1, bytes)));
        Assert.Equal(expected, ErrorOf(protocol, Of(FuseOperation.Unlink, 1, bytes)));
        Assert.Empty(_files.Calls);
    }

    [Theory]
    [InlineData(255, Errno.None)]
    [InlineData(256, Errno.None)]
    [InlineData(4095, Errno.None)]
    [InlineData(4096, Errno.ENAMETOOLONG)]
    public void The_length_of_a_name_is_the_file_systems_affair_up_to_PATH_MAX(int length, Errno expected)
    {
        byte[] name = [.. Enumerable.Repeat((byte)'x', length), 0];
        Assert.Equal(expected, ErrorOf(Ready(_files), Of(FuseOperation.Lookup, 1, name)));
    }

    [Fact]
    public void Names_may_hold_any_other_byte()
    {
        Ready(_files).Process(Of(FuseOperation.Lookup, 1, [0x0A, 0xFF, 0x80, (byte)'.', (byte)'.', 0]), new byte[8192]);
        Assert.Equal(["lookup 1 \n\u00FF\u0080.." + Caller], _files.Calls);
    }

    [Theory]
    [InlineData(FuseOperation.GetExtendedAttribute, Errno.ENOSYS)]
    [InlineData(FuseOperation.Seek, Errno.ENOSYS)]
    [InlineData(FuseOperation.ReadDirectoryPlus, Errno.ENOSYS)]
    [InlineData(FuseOperation.GetExtendedStatus, Errno.ENOSYS)]
    [InlineData(FuseOperation.MakeTemporary, Errno.ENOSYS)]
    [InlineData(FuseOperation.Ioctl, Errno.ENOTTY)]
    [InlineData((FuseOperation)9999, Errno.ENOSYS)]
    [InlineData((FuseOperation)uint.MaxValue, Errno.ENOSYS)]
    public void What_is_not_served_is_answered(FuseOperation operation, Errno expected) =>
        Assert.Equal(expected, ErrorOf(Ready(_files), Of(operation, 1, "whatever follows it, long enough for any argument of any operation"u8)));

    [Fact]
    public void A_length_that_is_not_the_requests_is_EIO()
    {
        byte[] request = Of(FuseOperation.ReadLink, 1);
        request[0] = 41;
        Assert.Equal(Errno.EIO, ErrorOf(Ready(_files), request));
    }

    [Fact]
    public void Extensions_are_cut_off_and_must_fit()
    {
        byte[] request = Of(FuseOperation.Lookup, 5, "comm\0extended"u8);
        request[36] = 1;
        Assert.Equal(Errno.None, ErrorOf(Ready(_files), request));
        Assert.Equal(["lookup 5 comm" + Caller], _files.Calls);
        request[37] = 1;
        Assert.Equal(Errno.EIO, ErrorOf(Ready(_files), request));
    }

    [Fact]
    public void Number_zero_is_never_answered_since_that_would_be_a_notification() =>
        Assert.Equal(0, Ready(_files).Process(Of(FuseOperation.ReadLink, 1, unique: 0), new byte[8192]));

    [Fact]
    public void Less_than_a_header_is_not_answered() => Assert.Equal(0, Ready(_files).Process(new byte[39], new byte[8192]));

    [Fact]
    public void An_exception_is_EIO_and_one_line()
    {
        List<string> log = [];
        _files.Bug = new InvalidOperationException("broken");
        Assert.Equal(Errno.EIO, ErrorOf(Ready(_files, new FuseOptions { Log = log.Add }), Of(FuseOperation.Lookup, 5, "comm\0"u8)));
        string line = Assert.Single(log);
        Assert.StartsWith("fuse: Lookup of node 5: InvalidOperationException: broken at ", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Fact]
    public void Open_without_an_implementation_succeeds_and_does_not_switch_opens_off()
    {
        _files.Answer = Errno.ENOSYS;
        Exchange(Ready(_files), Of(FuseOperation.Open, 5, new FuseOpenIn()), out FuseOutHeader header);
        Assert.Equal((32u, 0), (header.Length, header.Error));
    }

    [Fact]
    public void Opens_are_switched_off_when_that_is_wanted()
    {
        FuseProtocol protocol = Ready(_files, new FuseOptions { SkipOpen = true });
        Assert.Equal(Errno.ENOSYS, ErrorOf(protocol, Of(FuseOperation.Open, 5, new FuseOpenIn())));
        Assert.Equal(Errno.ENOSYS, ErrorOf(protocol, Of(FuseOperation.OpenDirectory, 5, new FuseOpenIn())));
        Assert.Empty(_files.Calls);
    }

    [Fact]
    public void Requests_are_counted_by_operation()
    {
        FuseProtocol protocol = Ready(_files);
        Exchange(protocol, Of(FuseOperation.ReadLink, 4), out _);
        Exchange(protocol, Of(FuseOperation.ReadLink, 4), out _);
        Exchange(protocol, Of((FuseOperation)4096, 4), out _);
        Assert.Equal((2L, 1L, 1L, 0L, 4L), (protocol.Counters[FuseOperation.ReadLink], protocol.Counters[FuseOperation.Initialize], protocol.Counters[(FuseOperation)4096], protocol.Counters[FuseOperation.Read], protocol.Counters.Total));
        Assert.Equal("readlink"u8, FuseCounters.NameOf(FuseOperation.ReadLink));
        Assert.All(Enum.GetValues<FuseOperation>().Where(o => o != 0), o => Assert.False(FuseCounters.NameOf(o).IsEmpty));
    }

    [Fact]
    public void A_trace_is_one_line_a_request()
    {
        List<string> lines = [];
        FuseProtocol protocol = Ready(_files, new FuseOptions { Trace = lines.Add });
        _files.Answer = Errno.ENOENT;
        Exchange(protocol, Of(FuseOperation.Lookup, 5, "comm\0"u8), out _);
        Exchange(protocol, Of(FuseOperation.Forget, 5, new FuseForgetIn()), out _);
        Assert.Equal("#4660 lookup node=5 uid=1000 gid=1001 tid=4321 length=45 -> ENOENT", lines[1]);
        Assert.EndsWith(" -> no reply", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_allocates_nothing()
    {
        FuseProtocol protocol = Ready(new HostileFileSystem());
        byte[][] requests =
        [
            Of(FuseOperation.Lookup, 5, "comm\0"u8), Of(FuseOperation.GetAttributes, 2, new FuseGetattrIn()),
            Of(FuseOperation.Open, 5, new FuseOpenIn()), Of(FuseOperation.Read, 6, new FuseReadIn { Size = 300 }),
            Of(FuseOperation.ReadDirectory, 1, new FuseReadIn { Size = 4096 }), Of(FuseOperation.Forget, 3, new FuseForgetIn { Count = 4 }),
        ];
        byte[] reply = new byte[protocol.BufferSize];
        protocol.Process(requests[0], reply);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            protocol.Process(requests[i % requests.Length], reply);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
