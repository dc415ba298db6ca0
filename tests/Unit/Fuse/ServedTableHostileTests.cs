using System.Runtime.InteropServices;
using System.Text;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;
using Bobbin.Mount;
using Bobbin.Procfs;
using Bobbin.Table;
using CsCheck;
using Xunit;
using static Bobbin.Tests.Fuse.RequestBytes;

namespace Bobbin.Tests.Fuse;

/// <summary>
/// Sequences of hostile requests to the file system itself, over a table of tasks: each is answered by an errno or by a sound reply, and
/// afterwards the server answers whoever asks properly, and has open what it had open before.
/// </summary>
public sealed class ServedTableHostileTests
{
    private const int Sequences = 400, EndOfSequence = 60;

    private static readonly ulong[] s_strangeNumbers =
    [
        0, 1, 2, 3, 4, 64, 65, uint.MaxValue, 1ul << 31, 1ul << 40, long.MaxValue, 1ul << 63, ulong.MaxValue, ulong.MaxValue - 1, 0x5000_0000_0000_0001, 0x5FFF_FFFF_FFFF_FFFF,
    ];

    private static readonly byte[][] s_names =
    [
        .. new[]
        {
            "", ".", "..", "\0", "a\0b", "a\nb", "/", "a/b", "1", "01", "0", "-1", "+1", "4194304", "4294967295", "4294967296", "18446744073709551616", "self", "thread-self",
            "task", "fd", "fdinfo", "stat", "comm", "ns", "net", "sys", "kernel", "bobbin", "fs", "user.x", new string('1', 255), new string('n', 255), new string('n', 256),
            new string('n', 4095), new string('n', 4096),
        }.Select(Encoding.Latin1.GetBytes),
    ];

    /// <summary>Numbers of one request: what each means depends on the operation.</summary>
    private sealed record Draw(FuseOperation Operation, int Node, int Handle, ulong Offset, ulong Size, int Name, int Thread, byte[] Tail, int Cut);

    private static readonly Gen<ulong> s_numbers = Gen.OneOf(Gen.Int[0, s_strangeNumbers.Length - 1].Select(i => s_strangeNumbers[i]), Gen.ULong, Gen.ULong[0, 8192]);

    private static readonly Gen<Draw> s_draws = Gen.Select(
        Gen.UInt[1, 53].Select(number => (FuseOperation)number),
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 12], Gen.Int[0, s_names.Length - 1], Gen.Int[0, 5]),
        Gen.Select(s_numbers, s_numbers),
        Gen.Byte.Array[0, 80],
        Gen.Int[0, 12]).Select((operation, places, numbers, tail, cut) =>
            new Draw(operation, places.Item1, places.Item2, numbers.Item1, numbers.Item2, places.Item3, places.Item4, tail, cut));

    /// <summary>A request by its fields, or any bytes at all.</summary>
    private static readonly Gen<(Draw Draw, byte[]? Bytes)[]> s_sequences =
        Gen.Select(s_draws, FuseHostileTests.Requests, Gen.Int[0, 3], (draw, bytes, which) => (draw, which == 0 ? bytes : null)).Array[1, EndOfSequence];

    [Theory, InlineData(MountMode.Exact), InlineData(MountMode.AtRest)]
    public void After_any_sequence_the_server_is_as_it_was(MountMode mode)
    {
        s_sequences.Sample(
            draws =>
            {
                Server server = new(mode);
                server.CheckHealth();
                int before = server.Files.Handles.Count;
                foreach ((Draw draw, byte[]? bytes) in draws)
                {
                    server.Send(bytes is null ? server.Make(draw) : Server.Tame(bytes));
                }

                server.CloseWhatWasOpened();
                Assert.Equal(before, server.Files.Handles.Count);
                server.CheckHealth();
                Assert.Equal(before, server.Files.Handles.Count);
                Assert.All(server.Complaints, line => Assert.Contains("has no header", line, StringComparison.Ordinal));
            },
            iter: Sequences);
    }

    /// <summary>The file system that <c>bobbin mount</c> serves, without a mount.</summary>
    private sealed class Server
    {
        private readonly FuseProtocol _protocol;
        private readonly byte[] _reply;
        private readonly List<ulong> _nodes = [1, 2, 3];
        private readonly List<(ulong Handle, bool Directory)> _open = [];
        private readonly int _id;
        private readonly int[] _ids = new int[100];

        public Server(MountMode mode)
        {
            TableSource source = new(SampleTables.Zoo());
            int count = source.ListGroups(0, _ids);
            _ids = _ids[..count];
            _id = _ids[0];
            ProcView view = new();
            GeneratedContent content = new(source, view, BareCredentials.CapableRoot);
            Files = new ProcFileSystem(new ProcTree(source, content, view, BareCredentials.CapableRoot), mode, isShared: false);
            FuseOptions options = new()
            {
                MaxPages = 4,
                DirectIoOnly = mode == MountMode.Exact,
                SkipOpen = mode == MountMode.AtRest,
                AtomicTruncate = true,
                Log = Complaints.Add,
            };
            _protocol = Ready(Files, options);
            _reply = new byte[_protocol.BufferSize + 8];
            foreach (int id in _ids)
            {
                Walk($"{id}", $"{id}/comm", $"{id}/task", $"{id}/task/{id}", $"{id}/fd", $"{id}/fd/0", $"{id}/fdinfo", $"{id}/exe", $"{id}/ns", $"{id}/maps", $"{id}/oom_score_adj");
            }

            Walk("stat", "sys", "sys/kernel", "sys/kernel/hostname", "mounts");
        }

        public ProcFileSystem Files { get; }

        /// <summary>What the protocol reported: exceptions, and replies that it had to correct.</summary>
        public List<string> Complaints { get; } = [];

        public byte[] Make(Draw draw)
        {
            ulong node = draw.Node < 50 ? _nodes[draw.Node % _nodes.Count] : draw.Node < 55 ? draw.Offset : draw.Size ^ _nodes[draw.Node % _nodes.Count];
            ulong handle = draw.Handle < 8 && _open.Count > 0 ? _open[draw.Handle % _open.Count].Handle : draw.Handle < 10 ? draw.Size : 0;
            byte[] name = [.. s_names[draw.Name], 0];
            byte[] other = [.. s_names[(draw.Name * 7) % s_names.Length], 0];
            byte[] request = draw.Operation switch
            {
                FuseOperation.Initialize or FuseOperation.Destroy => Of(FuseOperation.GetStatistics, node), // they end the connection's life, not a request's
                FuseOperation.Lookup or FuseOperation.Unlink or FuseOperation.RemoveDirectory => Of(draw.Operation, node, name),
                FuseOperation.Forget => Of(draw.Operation, node, new FuseForgetIn { Count = draw.Size }),
                FuseOperation.BatchForget => Of(draw.Operation, 0, new FuseBatchForgetIn { Count = (uint)draw.Size }, draw.Tail),
                FuseOperation.GetAttributes => Of(draw.Operation, node, new FuseGetattrIn { Flags = (uint)draw.Offset, Handle = handle }),
                FuseOperation.SetAttributes => Of(draw.Operation, node, new FuseSetattrIn { Valid = (uint)draw.Size, Handle = handle }),
                FuseOperation.Open or FuseOperation.OpenDirectory => Of(draw.Operation, node, new FuseOpenIn { Flags = (int)draw.Size }),
                FuseOperation.Read => Of(draw.Operation, node, new FuseReadIn { Handle = handle, Offset = (long)draw.Offset, Size = (uint)draw.Size, ReadFlags = draw.Cut == 0 ? 0u : 2u }),
                FuseOperation.ReadDirectory => Of(draw.Operation, node, new FuseReadIn { Handle = handle, Offset = (long)draw.Offset, Size = (uint)draw.Size }),
                FuseOperation.Write => Of(
                    draw.Operation, node,
                    new FuseWriteIn { Handle = handle, Offset = (long)draw.Offset, Size = draw.Cut < 9 ? (uint)draw.Tail.Length : (uint)draw.Size }, draw.Tail),
                FuseOperation.Release or FuseOperation.ReleaseDirectory => Of(draw.Operation, node, new FuseReleaseIn { Handle = handle }),
                FuseOperation.Flush => Of(draw.Operation, node, new FuseFlushIn { Handle = handle }),
                FuseOperation.Access => Of(draw.Operation, node, new FuseAccessIn { Mask = (uint)draw.Size }),
                FuseOperation.Poll => Of(draw.Operation, node, new FusePollIn { Handle = handle, Flags = (uint)draw.Size, Events = (uint)draw.Offset }),
                FuseOperation.Rename => Of(draw.Operation, node, new FuseRenameIn { NewParent = draw.Size }, [.. name, .. other]),
                FuseOperation.MakeLink => Of(draw.Operation, node, [.. name, .. other]),
                _ => Of(draw.Operation, node, draw.Tail),
            };
            FuseInHeader header = MemoryMarshal.Read<FuseInHeader>(request);
            header.ThreadId = draw.Thread switch { 0 => 0, 1 => -1, 2 => int.MaxValue, _ => _ids[draw.Thread % _ids.Length] };
            header.UserId = draw.Thread % 2 == 0 ? 0 : 1000u;
            request = draw.Cut == 12 ? request[..(40 + ((request.Length - 40) / 2))] : request;
            header.Length = (uint)request.Length;
            MemoryMarshal.Write(request, header);
            return request;
        }

        /// <summary>The same bytes, but for what the kernel does at the beginning alone, and with a number, without which what is opened is nobody's.</summary>
        public static byte[] Tame(byte[] bytes)
        {
            byte[] tamed = [.. bytes];
            if (tamed.Length >= 16)
            {
                FuseOperation operation = MemoryMarshal.Read<FuseOperation>(tamed.AsSpan(4));
                MemoryMarshal.Write(tamed.AsSpan(4), operation == FuseOperation.Initialize ? FuseOperation.GetStatistics : operation);
                MemoryMarshal.Write(tamed.AsSpan(8), Unique);
            }

            return tamed;
        }

        /// <summary>Sends a request and looks at the reply; what it opened is noted.</summary>
        public (Errno Error, byte[] Body) Send(byte[] request)
        {
            _reply.AsSpan(_protocol.BufferSize).Fill(0xA5);
            int length = _protocol.Process(request, _reply.AsSpan(0, _protocol.BufferSize));
            Assert.All(_reply[_protocol.BufferSize..], b => Assert.Equal(0xA5, b));
            FuseHostileTests.CheckReply(request, _reply.AsSpan(0, length));
            if (length == 0)
            {
                return (Errno.None, []);
            }

            FuseInHeader asked = MemoryMarshal.Read<FuseInHeader>(request);
            FuseOutHeader header = MemoryMarshal.Read<FuseOutHeader>(_reply);
            byte[] body = _reply[16..length];
            if (header.Error == 0)
            {
                CheckBody(asked, request, body);
            }

            return ((Errno)(-header.Error), body);
        }

        public void CloseWhatWasOpened()
        {
            foreach ((ulong handle, bool directory) in _open.ToArray())
            {
                Send(Of(directory ? FuseOperation.ReleaseDirectory : FuseOperation.Release, 1, new FuseReleaseIn { Handle = handle }));
            }

            Assert.Empty(_open);
        }

        /// <summary>LOOKUP, GETATTR, OPEN, READ, RELEASE and a listing, as a kernel sends them for a reader.</summary>
        public void CheckHealth()
        {
            ulong node = Find($"{_id}/comm");
            (Errno error, byte[] body) = Send(Of(FuseOperation.GetAttributes, node, new FuseGetattrIn()));
            Assert.Equal((Errno.None, 0x81A4u), (error, MemoryMarshal.Read<FuseAttrOut>(body).Attributes.Mode));
            Assert.StartsWith("Name:\t" + Read(node), Read(Find($"{_id}/status")), StringComparison.Ordinal);
        }

        private string Read(ulong node)
        {
            (Errno error, byte[] body) = Send(Of(FuseOperation.Open, node, new FuseOpenIn()));
            Assert.True(error is Errno.None or Errno.ENOSYS, $"{error}"); // at rest nothing is opened
            ulong handle = error == Errno.None ? MemoryMarshal.Read<FuseOpenOut>(body).Handle : 0;
            (error, body) = Send(Of(FuseOperation.Read, node, new FuseReadIn { Handle = handle, Size = 4096, ReadFlags = 2 }));
            Assert.Equal(Errno.None, error);
            Assert.True(body.Length > 1);
            string text = Encoding.Latin1.GetString(body);
            Send(Of(FuseOperation.Release, node, new FuseReleaseIn { Handle = handle }));
            return text;
        }

        private ulong Find(string path)
        {
            ulong node = 1;
            foreach (string name in path.Split('/'))
            {
                (Errno error, byte[] body) = Send(Of(FuseOperation.Lookup, node, [.. Encoding.ASCII.GetBytes(name), 0]));
                Assert.Equal((path, Errno.None), (path, error));
                node = MemoryMarshal.Read<FuseEntryOut>(body).Node;
            }

            return node;
        }

        private void Walk(params string[] paths)
        {
            foreach (string path in paths)
            {
                ulong node = 1;
                foreach (string name in path.Split('/'))
                {
                    (Errno error, byte[] body) = Send(Of(FuseOperation.Lookup, node, [.. Encoding.ASCII.GetBytes(name), 0]));
                    node = error == Errno.None ? MemoryMarshal.Read<FuseEntryOut>(body).Node : 0;
                }

                if (node != 0)
                {
                    _nodes.Add(node);
                }
            }
        }

        private void CheckBody(in FuseInHeader asked, byte[] request, byte[] body)
        {
            switch (asked.Operation)
            {
                case FuseOperation.Lookup:
                    Assert.Equal(Marshal.SizeOf<FuseEntryOut>(), body.Length);
                    break;
                case FuseOperation.GetAttributes or FuseOperation.SetAttributes:
                    Assert.Equal(Marshal.SizeOf<FuseAttrOut>(), body.Length);
                    Assert.NotEqual(0u, MemoryMarshal.Read<FuseAttrOut>(body).Attributes.Mode & 0xF000);
                    break;
                case FuseOperation.Open or FuseOperation.OpenDirectory:
                    ulong handle = MemoryMarshal.Read<FuseOpenOut>(body).Handle;
                    Assert.DoesNotContain(_open, open => open.Handle == handle);
                    if (handle != 0)
                    {
                        _open.Add((handle, asked.Operation == FuseOperation.OpenDirectory));
                    }

                    break;
                case FuseOperation.Release or FuseOperation.ReleaseDirectory:
                    ulong closed = MemoryMarshal.Read<ulong>(request.AsSpan(40));
                    _open.RemoveAll(open => open.Handle == closed);
                    break;
                case FuseOperation.Read or FuseOperation.ReadDirectory:
                    Assert.InRange((uint)body.Length, 0u, MemoryMarshal.Read<FuseReadIn>(request.AsSpan(40)).Size);
                    break;
                case FuseOperation.ReadLink:
                    Assert.InRange(body.Length, 1, 4095);
                    Assert.DoesNotContain((byte)0, body);
                    break;
                case FuseOperation.Write:
                    Assert.InRange(MemoryMarshal.Read<FuseWriteOut>(body).Size, 0u, MemoryMarshal.Read<FuseWriteIn>(request.AsSpan(40)).Size);
                    break;
                default:
                    break;
            }
        }
    }
}
