using System.Buffers.Binary;
using System.Text;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Mount;
using Bobbin.Procfs;
using Bobbin.Table;
using Bobbin.Tests.Fuse;

namespace Bobbin.Tests.Budgets;

/// <summary>A table of tasks behind the protocol, without a mount: what is asked here allocates only in the product.</summary>
internal sealed class ServedTable
{
    private const int HeaderSize = 16;
    private readonly FuseProtocol _protocol;
    private readonly byte[] _reply;

    public ServedTable()
    {
        TableSource source = new(SampleTables.Many(processes: 300, threads: 3));
        int[] groups = new int[400];
        Id = groups[source.ListGroups(0, groups) - 1];
        ProcView view = new();
        GeneratedContent content = new(source, view, BareCredentials.CapableRoot);
        ProcTree tree = new(source, content, view, BareCredentials.CapableRoot);
        _protocol = RequestBytes.Ready(new ProcFileSystem(tree, MountMode.Exact, isShared: false), new FuseOptions { MaxPages = 16 });
        _reply = new byte[_protocol.BufferSize];
    }

    /// <summary>The last process's id.</summary>
    public int Id { get; }

    /// <summary>The node that a path leads to.</summary>
    public ulong Find(string path)
    {
        ulong node = FuseFileSystem.RootNode;
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            Send(Lookup(node, name));
            node = BinaryPrimitives.ReadUInt64LittleEndian(_reply.AsSpan(HeaderSize));
        }

        return node;
    }

    public static byte[] Lookup(ulong parent, string name) =>
        RequestBytes.Of(FuseOperation.Lookup, parent, [.. Encoding.ASCII.GetBytes(name), 0]);

    /// <summary>Sends a request that succeeds; the length of what follows the reply's header.</summary>
    public int Send(byte[] request)
    {
        int length = Process(request);
        int error = BinaryPrimitives.ReadInt32LittleEndian(_reply.AsSpan(4));
        return error == 0 ? length - HeaderSize : throw new InvalidOperationException($"errno {-error}");
    }

    /// <summary>Sends any request.</summary>
    public int Process(byte[] request) => _protocol.Process(request, _reply);

    /// <summary>Open, read to the end, close: of a file or of a directory, as a reader has the kernel send it.</summary>
    public Action Walk(string path, bool directory = false)
    {
        ulong node = Find(path);
        byte[] open = RequestBytes.Of(directory ? FuseOperation.OpenDirectory : FuseOperation.Open, node, new FuseOpenIn());
        byte[] read = RequestBytes.Of(
            directory ? FuseOperation.ReadDirectory : FuseOperation.Read, node, new FuseReadIn { Size = directory ? 4096u : 16384u });
        byte[] release = RequestBytes.Of(directory ? FuseOperation.ReleaseDirectory : FuseOperation.Release, node, new FuseReleaseIn());
        return () =>
        {
            Send(open);
            ulong handle = BinaryPrimitives.ReadUInt64LittleEndian(_reply.AsSpan(HeaderSize));
            BinaryPrimitives.WriteUInt64LittleEndian(read.AsSpan(40), handle);
            long offset = 0;
            int length;
            do
            {
                BinaryPrimitives.WriteInt64LittleEndian(read.AsSpan(48), offset);
                length = Send(read);
                offset = directory ? LastPosition(length) : offset + length;
            }
            while (length > 0);

            BinaryPrimitives.WriteUInt64LittleEndian(release.AsSpan(40), handle);
            Send(release);
        };
    }

    /// <summary><c>d_off</c> of the last record of a listing.</summary>
    private long LastPosition(int length)
    {
        long position = 0;
        for (int at = HeaderSize; at < HeaderSize + length;)
        {
            position = BinaryPrimitives.ReadInt64LittleEndian(_reply.AsSpan(at + 8));
            int name = BinaryPrimitives.ReadInt32LittleEndian(_reply.AsSpan(at + 16));
            at += (24 + name + 7) & ~7;
        }

        return position;
    }
}
