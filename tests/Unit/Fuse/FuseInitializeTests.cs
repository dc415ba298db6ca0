using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;
using Xunit;
using static Bobbin.Tests.Fuse.RequestBytes;

namespace Bobbin.Tests.Fuse;

/// <summary>INIT: which version and which features are settled on.</summary>
public sealed class FuseInitializeTests
{
    private const FuseInitFlags Always = FuseInitFlags.AsyncRead | FuseInitFlags.BigWrites | FuseInitFlags.AsyncDirectIo
        | FuseInitFlags.ParallelDirectoryOperations | FuseInitFlags.MaxPages | FuseInitFlags.InitExtended | FuseInitFlags.NoExportSupport;

    [Theory]
    [InlineData(31, 31)]
    [InlineData(38, 38)]
    [InlineData(45, 45)]
    [InlineData(46, 45)]
    [InlineData(1000, 45)]
    public void The_lower_minor_version_is_settled_on(int kernel, int expected)
    {
        FuseProtocol protocol = new(new RecordingFileSystem());
        FuseInitOut reply = Initialized(protocol, Initialize((uint)kernel));
        Assert.Equal((7u, (uint)expected), (reply.Major, reply.Minor));
        Assert.Equal((uint)expected, protocol.MinorVersion);
    }

    [Theory]
    [InlineData(7, 30)]
    [InlineData(7, 0)]
    [InlineData(6, 45)]
    public void Older_versions_are_refused(int major, int minor)
    {
        List<string> log = [];
        FuseProtocol protocol = new(new RecordingFileSystem(), new FuseOptions { Log = log.Add });
        Assert.Equal(Errno.EPROTO, ErrorOf(protocol, Initialize((uint)minor, major: (uint)major)));
        Assert.Equal([$"fuse: the kernel speaks {major}.{minor}; 7.31 is needed"], log);
        Assert.Equal(0u, protocol.MinorVersion);
    }

    [Fact]
    public void A_newer_major_version_is_told_ours_and_asks_again()
    {
        FuseProtocol protocol = new(new RecordingFileSystem());
        FuseInitOut reply = Initialized(protocol, Initialize(1, major: 8));
        Assert.Equal((7u, 45u, 0u), (reply.Major, reply.Minor, protocol.MinorVersion));
        Assert.Equal((7u, 44u), (Initialized(protocol, Initialize(44)).Major, protocol.MinorVersion));
    }

    [Fact]
    public void Only_what_is_needed_is_asked_for()
    {
        FuseInitOut reply = Initialized(new FuseProtocol(new RecordingFileSystem()), Initialize());
        Assert.Equal(Always, Flags(reply));
        Assert.Equal((131072u, 1048576u, (ushort)256, 1u), (reply.MaxReadAhead, reply.MaxWrite, reply.MaxPages, reply.TimeGranularity));
    }

    [Fact]
    public void Only_what_is_offered_is_asked_for()
    {
        FuseInitOut reply = Initialized(new FuseProtocol(new RecordingFileSystem()), Initialize(flags: 1 << 5, flags2: 0));
        Assert.Equal(FuseInitFlags.BigWrites, Flags(reply));
    }

    [Fact]
    public void Options_ask_for_more()
    {
        FuseOptions options = new() { AtomicTruncate = true, SkipOpen = true, UseIoUring = true, MaxPages = 8 };
        FuseInitOut reply = Initialized(new FuseProtocol(new RecordingFileSystem(), options), Initialize());
        Assert.Equal(Always | FuseInitFlags.AtomicTruncate | FuseInitFlags.NoOpenSupport | FuseInitFlags.NoOpenDirectorySupport | FuseInitFlags.OverIoUring, Flags(reply));
        Assert.Equal((32768u, 32768u, (ushort)8), (reply.MaxReadAhead, reply.MaxWrite, reply.MaxPages));
    }

    [Fact]
    public void An_offer_without_the_later_words_is_understood()
    {
        byte[] request = Of(FuseOperation.Initialize, 0, MemoryMarshal.AsBytes<uint>([7, 31, 4096, 1]));
        FuseInitOut reply = Initialized(new FuseProtocol(new RecordingFileSystem()), request);
        Assert.Equal((31u, 4096u, FuseInitFlags.AsyncRead), (reply.Minor, reply.MaxReadAhead, Flags(reply)));
    }

    [Fact]
    public void Before_it_everything_is_EIO_and_a_second_one_EINVAL()
    {
        RecordingFileSystem files = new();
        FuseProtocol protocol = new(files);
        Assert.Equal(Errno.EIO, ErrorOf(protocol, Of(FuseOperation.Lookup, 1, "a\0"u8)));
        Exchange(protocol, Of(FuseOperation.Forget, 1, new FuseForgetIn()), out FuseOutHeader forget);
        Assert.Equal((0ul, 0), (forget.Unique, files.Calls.Count));
        Assert.Equal(Errno.EINVAL, ErrorOf(protocol, Of(FuseOperation.Initialize, 0, "short"u8)));
        Assert.Equal(Errno.None, ErrorOf(protocol, Initialize()));
        Assert.Equal(Errno.EINVAL, ErrorOf(protocol, Initialize()));
    }

    [Fact]
    public void Destroy_is_answered_and_remembered()
    {
        FuseProtocol protocol = Ready(new RecordingFileSystem());
        Assert.False(protocol.IsDestroyed);
        Assert.Equal(Errno.None, ErrorOf(protocol, Of(FuseOperation.Destroy, 0)));
        Assert.True(protocol.IsDestroyed);
    }

    private static FuseInitOut Initialized(FuseProtocol protocol, byte[] request)
    {
        byte[] body = Exchange(protocol, request, out FuseOutHeader header);
        Assert.Equal((80u, 0), (header.Length, header.Error));
        return MemoryMarshal.Read<FuseInitOut>(body);
    }

    private static FuseInitFlags Flags(FuseInitOut reply) => (FuseInitFlags)(reply.Flags | ((ulong)reply.Flags2 << 32));
}
