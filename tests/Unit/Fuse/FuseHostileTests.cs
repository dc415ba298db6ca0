using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;
using CsCheck;
using Xunit;
using static Bobbin.Tests.Fuse.RequestBytes;

namespace Bobbin.Tests.Fuse;

/// <summary>Any bytes at all, to any file system at all: nothing, or one well-formed reply.</summary>
public sealed class FuseHostileTests
{
    private const int Cases = 20_000;

    /// <summary>A sound request of every operation.</summary>
    private static readonly byte[][] s_sound =
    [
        Initialize(), Initialize(31), Initialize(major: 8),
        Of(FuseOperation.Lookup, 5, "comm\0"u8),
        Of(FuseOperation.Forget, 5, new FuseForgetIn { Count = 1 }),
        Of(FuseOperation.BatchForget, 0, new FuseBatchForgetIn { Count = 2 }, new byte[32]),
        Of(FuseOperation.GetAttributes, 2, new FuseGetattrIn { Flags = 1, Handle = 8 }),
        Of(FuseOperation.SetAttributes, 3, new FuseSetattrIn { Valid = 8 }),
        Of(FuseOperation.ReadLink, 4),
        Of(FuseOperation.Open, 5, new FuseOpenIn { Flags = 2 }),
        Of(FuseOperation.Read, 6, new FuseReadIn { Handle = 9, Offset = 100, Size = 300 }),
        Of(FuseOperation.Write, 7, new FuseWriteIn { Handle = 9, Offset = 4, Size = 3 }, "abc"u8),
        Of(FuseOperation.Flush, 8, new FuseFlushIn { Handle = 9 }),
        Of(FuseOperation.Release, 9, new FuseReleaseIn { Handle = 9 }),
        Of(FuseOperation.Synchronize, 10, new FuseFsyncIn { Handle = 9 }),
        Of(FuseOperation.OpenDirectory, 11, new FuseOpenIn()),
        Of(FuseOperation.ReadDirectory, 12, new FuseReadIn { Handle = 10, Size = 4096 }),
        Of(FuseOperation.ReleaseDirectory, 13, new FuseReleaseIn { Handle = 10 }),
        Of(FuseOperation.GetStatistics, 15),
        Of(FuseOperation.Access, 16, new FuseAccessIn { Mask = 4 }),
        Of(FuseOperation.MakeNode, 1, new FuseMknodIn(), "a\0"u8),
        Of(FuseOperation.MakeDirectory, 2, new FuseMkdirIn(), "b\0"u8),
        Of(FuseOperation.MakeLink, 5, "e\0target\0"u8),
        Of(FuseOperation.Link, 3, new FuseLinkIn(), "c\0"u8),
        Of(FuseOperation.Create, 4, new FuseCreateIn(), "d\0"u8),
        Of(FuseOperation.Unlink, 17, "a\0"u8),
        Of(FuseOperation.RemoveDirectory, 18, "b\0"u8),
        Of(FuseOperation.Rename, 19, new FuseRenameIn { NewParent = 20 }, "c\0d\0"u8),
        Of(FuseOperation.Rename2, 21, new FuseRename2In { NewParent = 22 }, "e\0f\0"u8),
        Of(FuseOperation.Poll, 23, new FusePollIn { Handle = 9 }),
        Of(FuseOperation.Interrupt, 0, new FuseInterruptIn { Unique = 42 }),
        Of(FuseOperation.Destroy, 0),
        Of(FuseOperation.NotifyReply, 0, new byte[64]),
        Of(FuseOperation.GetExtendedAttribute, 1, "12345678security.capability\0"u8),
        Of(FuseOperation.Ioctl, 1, new byte[32]),
    ];

    private static readonly Gen<byte[]> s_any = Gen.Int[0, s_sound.Length - 1].Select(i => s_sound[i]);

    /// <summary>Bytes without sense, and sound requests that were cut, lengthened or changed.</summary>
    internal static readonly Gen<byte[]> Requests = Gen.OneOf(
        Gen.Byte.Array[0, 200],
        s_any,
        Gen.Select(s_any, Gen.Int[0, 300], Cut),
        Gen.Select(s_any, Gen.Int[0, 300], (request, length) => Measured(Cut(request, length))),
        Gen.Select(s_any, Gen.Byte.Array[0, 5000], (request, tail) => Measured([.. request, .. tail])),
        Gen.Select(s_any, Gen.Select(Gen.Int[0, 120], Gen.Byte).Array[1, 8], Flip),
        Gen.Select(s_any, Gen.Select(Gen.Int[0, 120], Gen.Byte).Array[1, 8], (request, flips) => Measured(Flip(request, flips))),
        Gen.Select(Gen.UInt[0, 70], Gen.Byte.Array[0, 120], (operation, tail) => Of((FuseOperation)operation, 1, tail)));

    [Fact]
    public void Any_request_gets_nothing_or_one_well_formed_reply() =>
        Gen.Select(Requests, Gen.Int[0, 5000], Gen.Bool).Sample(
            (request, whim, ready) =>
            {
                HostileFileSystem files = new() { Whim = whim };
                FuseOptions options = new() { MaxPages = 2, SkipOpen = whim % 11 == 0, Log = _ => { } };
                FuseProtocol protocol = ready ? Ready(files, options) : new FuseProtocol(files, options);
                byte[] reply = new byte[protocol.BufferSize + 8];
                reply.AsSpan(protocol.BufferSize).Fill(0xA5);
                int length = protocol.Process(request, reply.AsSpan(0, protocol.BufferSize));
                Assert.All(reply[protocol.BufferSize..], b => Assert.Equal(0xA5, b));
                Assert.False(files.Violated);
                CheckReply(request, reply.AsSpan(0, length));
            },
            iter: Cases);

    [Fact]
    public void The_same_holds_where_argument_and_payload_lie_apart() =>
        Gen.Select(Requests, Gen.Byte.Array[128], Gen.Int[0, 5000]).Sample(
            (request, argument, whim) =>
            {
                if (!MemoryMarshal.TryRead(request, out FuseInHeader header))
                {
                    return;
                }

                HostileFileSystem files = new() { Whim = whim };
                FuseProtocol protocol = Ready(files, new FuseOptions { MaxPages = 2, Log = _ => { } });
                byte[] body = new byte[8192];
                Errno error = protocol.Answer(header, new RequestReader(argument, request.AsSpan(40)), body, out int length);
                Assert.InRange((int)error, 0, 511);
                Assert.True(error != Errno.None || (length >= 0 && length <= body.Length));
                Assert.False(files.Violated);
            },
            iter: Cases);

    internal static void CheckReply(byte[] request, ReadOnlySpan<byte> reply)
    {
        if (reply.IsEmpty)
        {
            bool owed = MemoryMarshal.TryRead(request, out FuseInHeader unanswered)
                && unanswered.Unique != 0
                && unanswered.Operation is not (FuseOperation.Forget or FuseOperation.BatchForget or FuseOperation.Interrupt or FuseOperation.NotifyReply);
            Assert.False(owed);
            return;
        }

        FuseInHeader asked = MemoryMarshal.Read<FuseInHeader>(request);
        FuseOutHeader header = MemoryMarshal.Read<FuseOutHeader>(reply);
        Assert.Equal(asked.Unique, header.Unique);
        Assert.NotEqual(0ul, header.Unique);
        Assert.Equal(reply.Length, (int)header.Length);
        Assert.InRange(header.Error, -511, 0);
        Assert.True(header.Error == 0 || reply.Length == 16);
    }

    private static byte[] Cut(byte[] request, int length) => request[..Math.Min(length, request.Length)];

    private static byte[] Flip(byte[] request, (int Place, byte Value)[] flips)
    {
        byte[] changed = [.. request];
        foreach ((int place, byte value) in flips)
        {
            changed[place % changed.Length] = value;
        }

        return changed;
    }

    /// <summary>With the length that it has, so that it gets past the first check.</summary>
    private static byte[] Measured(byte[] request)
    {
        if (request.Length >= 4)
        {
            MemoryMarshal.Write(request, (uint)request.Length);
        }

        return request;
    }
}
