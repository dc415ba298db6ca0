using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Fuse;

/// <summary>
/// The FUSE protocol without a device: one request's bytes in, at most one reply's bytes out. Requests may be processed on
/// several threads at once. Whatever the bytes are, the answer is an errno and never an exception.
/// </summary>
public sealed partial class FuseProtocol
{
    /// <summary><c>FUSE_KERNEL_VERSION</c>.</summary>
    internal const uint Major = 7;

    /// <summary>The newest minor version whose messages this room knows: 7.45, Linux 6.18.</summary>
    internal const uint NewestMinor = 45;

    /// <summary>The oldest that is served: 7.31, Linux 5.4.</summary>
    internal const uint OldestMinor = 31;

    internal const int PageSize = 4096;

    private readonly FuseFileSystem _fileSystem;
    private readonly FuseOptions _options;
    private uint _minor;

    /// <summary>A protocol for one connection to <paramref name="fileSystem"/>.</summary>
    public FuseProtocol(FuseFileSystem fileSystem, FuseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(fileSystem);
        _fileSystem = fileSystem;
        _options = options ?? new FuseOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxPages, 2, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_options.MaxPages, ushort.MaxValue, nameof(options));
    }

    /// <summary>How many times each operation arrived.</summary>
    public FuseCounters Counters { get; } = new();

    /// <summary>The negotiated minor version of protocol 7; 0 before INIT.</summary>
    public uint MinorVersion => Volatile.Read(ref _minor);

    /// <summary>The bytes that a buffer for a request or a reply must hold.</summary>
    public int BufferSize => (_options.MaxPages + 1) * PageSize;

    /// <summary>Whether the kernel said that nothing will follow (<c>FUSE_DESTROY</c>; it says so to block-device file systems only).</summary>
    public bool IsDestroyed { get; private set; }

    /// <summary>The bytes of the longest payload of a request or reply.</summary>
    internal int PayloadSize => _options.MaxPages * PageSize;

    /// <summary>Whether io_uring may be agreed on, if it is wanted.</summary>
    internal bool CanUseIoUring { get; set; } = true;

    /// <summary>Whether INIT agreed on io_uring.</summary>
    internal bool MayUseIoUring { get; private set; }

    /// <summary>Told the number of a request whose caller has a signal.</summary>
    internal Action<ulong>? Interrupted { get; set; }

    /// <summary>Processes one request.</summary>
    /// <param name="request">All its bytes, as read from /dev/fuse.</param>
    /// <param name="reply">Takes the reply; <see cref="BufferSize"/> bytes always suffice.</param>
    /// <returns>How many bytes to write to /dev/fuse; 0 where no reply is wanted.</returns>
    public int Process(ReadOnlySpan<byte> request, Span<byte> reply)
    {
        int headerSize = Unsafe.SizeOf<FuseOutHeader>();
        if (reply.Length < FuseReplyMinimum)
        {
            throw new ArgumentException($"A reply needs {FuseReplyMinimum} bytes or more.", nameof(reply));
        }

        if (!MemoryMarshal.TryRead(request, out FuseInHeader header))
        {
            _options.Log?.Invoke($"fuse: a request of {request.Length} bytes has no header");
            return 0;
        }

        ReadOnlySpan<byte> rest = request[Unsafe.SizeOf<FuseInHeader>()..];
        int extensions = header.ExtensionLength * 8;
        bool sound = header.Length == request.Length && extensions <= rest.Length;
        Errno error = Errno.EIO;
        int length = 0;
        if (sound)
        {
            error = Answer(header, new RequestReader(rest[..^extensions]), reply[headerSize..], out length);
        }

        // A reply to number 0 would be a notification.
        if (!WantsReply(header.Operation) || header.Unique == 0)
        {
            return 0;
        }

        int total = headerSize + (error == Errno.None ? length : 0);
        MemoryMarshal.Write(reply, new FuseOutHeader { Length = (uint)total, Error = -(int)error, Unique = header.Unique });
        return total;
    }

    /// <summary>Whether the kernel waits for a reply to it.</summary>
    internal static bool WantsReply(FuseOperation operation) =>
        operation is not (FuseOperation.Forget or FuseOperation.BatchForget or FuseOperation.Interrupt or FuseOperation.NotifyReply);

    /// <summary>Room for the largest fixed reply and a link's text.</summary>
    internal const int FuseReplyMinimum = 2 * PageSize;

    /// <summary>Serves one request apart from how it is carried.</summary>
    /// <param name="header">The request's header.</param>
    /// <param name="reader">What follows it.</param>
    /// <param name="body">Takes what follows the reply's header.</param>
    /// <param name="length">Bytes written to <paramref name="body"/>; without meaning unless the result is success.</param>
    internal Errno Answer(in FuseInHeader header, RequestReader reader, Span<byte> body, out int length)
    {
        Counters.Add(header.Operation);
        length = 0;
        Errno error;
        try
        {
            error = Dispatch(header, ref reader, body, out length);
            if ((uint)error > MaxErrno || length > body.Length || length < 0)
            {
                Report(header, $"answered {(int)error} with {length} bytes");
                error = Errno.EIO;
                length = 0;
            }
        }
#pragma warning disable CA1031 // Any exception of a file system is its bug, and must not take the other files down.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Report(header, $"{exception.GetType().Name}: {exception.Message} {FirstFrame(exception)}");
            error = Errno.EIO;
            length = 0;
        }

        _options.Trace?.Invoke(FuseTrace.Describe(header, error, length));
        return error;
    }

    /// <summary><c>ERESTARTSYS</c> - 1: the kernel takes no higher number for an error.</summary>
    private const uint MaxErrno = 511;

    private Errno Dispatch(in FuseInHeader header, ref RequestReader reader, Span<byte> body, out int length)
    {
        length = 0;
        if (header.Operation == FuseOperation.Initialize)
        {
            return Initialize(ref reader, body, out length);
        }

        if (_minor == 0)
        {
            return Errno.EIO;
        }

        FuseRequest request = new(header.Unique, new FuseCaller(header.UserId, header.GroupId, header.ThreadId));
        switch (header.Operation)
        {
            case FuseOperation.Lookup: return Lookup(request, header.Node, ref reader, body, out length);
            case FuseOperation.Forget: return Forget(header.Node, ref reader);
            case FuseOperation.BatchForget: return BatchForget(ref reader);
            case FuseOperation.GetAttributes: return GetAttributes(request, header.Node, ref reader, body, out length);
            case FuseOperation.SetAttributes: return SetAttributes(request, header.Node, ref reader, body, out length);
            case FuseOperation.ReadLink: return _fileSystem.ReadLink(request, header.Node, body[..(PageSize - 1)], out length);
            case FuseOperation.Access: return Access(request, header.Node, ref reader);
            case FuseOperation.GetStatistics: return GetStatistics(request, header.Node, body, out length);
            case FuseOperation.Open: return Open(request, header.Node, ref reader, body, out length);
            case FuseOperation.Read: return Read(request, header.Node, ref reader, body, out length);
            case FuseOperation.Write: return Write(request, header.Node, ref reader, body, out length);
            case FuseOperation.Flush: return Flush(request, header.Node, ref reader);
            case FuseOperation.Release: return Release(request, header.Node, ref reader);
            case FuseOperation.Synchronize or FuseOperation.SynchronizeDirectory: return Synchronize(request, header.Node, ref reader);
            case FuseOperation.Poll: return Poll(request, header.Node, ref reader, body, out length);
            case FuseOperation.OpenDirectory: return OpenDirectory(request, header.Node, ref reader, body, out length);
            case FuseOperation.ReadDirectory: return ReadDirectory(request, header.Node, ref reader, body, out length);
            case FuseOperation.ReleaseDirectory: return ReleaseDirectory(request, header.Node, ref reader);
            case FuseOperation.MakeNode: return Create<FuseMknodIn>(request, header.Node, ref reader);
            case FuseOperation.MakeDirectory: return Create<FuseMkdirIn>(request, header.Node, ref reader);
            case FuseOperation.Link: return Create<FuseLinkIn>(request, header.Node, ref reader);
            case FuseOperation.Create: return Create<FuseCreateIn>(request, header.Node, ref reader);
            case FuseOperation.MakeLink: return CreateLink(request, header.Node, ref reader);
            case FuseOperation.Unlink: return Remove(request, header.Node, ref reader, directory: false);
            case FuseOperation.RemoveDirectory: return Remove(request, header.Node, ref reader, directory: true);
            case FuseOperation.Rename: return Rename<FuseRenameIn>(request, header.Node, ref reader);
            case FuseOperation.Rename2: return Rename<FuseRename2In>(request, header.Node, ref reader);
            case FuseOperation.SetExtendedAttribute: return SetExtendedAttribute(request, header.Node, ref reader);
            case FuseOperation.RemoveExtendedAttribute: return RemoveExtendedAttribute(request, header.Node, ref reader);
            case FuseOperation.ListExtendedAttributes: return ListExtendedAttributes(request, header.Node, ref reader, body, out length);
            case FuseOperation.Interrupt: return Interrupt(ref reader);
            case FuseOperation.Destroy:
                IsDestroyed = true;
                return Errno.None;

            // The kernel would hand ENOSYS to the caller; a file without ioctls says ENOTTY.
            case FuseOperation.Ioctl: return Errno.ENOTTY;

            // ENOSYS to the rest makes the kernel use its own way from then on, without asking again.
            default: return Errno.ENOSYS;
        }
    }

    private Errno Interrupt(ref RequestReader reader)
    {
        if (!reader.TryTakeArgument(out FuseInterruptIn interrupt))
        {
            return Errno.EINVAL;
        }

        Interrupted?.Invoke(interrupt.Unique);
        return Errno.None;
    }

    private void Report(in FuseInHeader header, string what) =>
        _options.Log?.Invoke($"fuse: {header.Operation} of node {header.Node}: {what}");

    private static string FirstFrame(Exception exception)
    {
        ReadOnlySpan<char> stack = exception.StackTrace.AsSpan().TrimStart();
        int end = stack.IndexOf('\n');
        return new string(end < 0 ? stack : stack[..end]);
    }
}
