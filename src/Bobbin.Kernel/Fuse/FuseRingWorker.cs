using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Fuse;

/// <summary>One thread with a ring of its own and one place for a request in one queue.</summary>
internal sealed unsafe class FuseRingWorker
{
    /// <summary>The header's place; the vector of the two areas lies behind it in the same page.</summary>
    private const int VectorOffset = 1024;

    private readonly FuseServer _server;
    private readonly FuseRings _rings;
    private readonly FuseCrew _crew;
    private readonly int _device;
    private readonly ushort _queue;
    private readonly ServedRequest _served = new();

    private FuseRingWorker(FuseServer server, FuseRings rings, FuseCrew crew, int device, ushort queue)
    {
        _server = server;
        _rings = rings;
        _crew = crew;
        _device = device;
        _queue = queue;
    }

    /// <summary>Starts a thread.</summary>
    public static void Start(FuseServer server, FuseRings rings, FuseCrew crew, int device, ushort queue) =>
        server.StartThread(new FuseRingWorker(server, rings, crew, device, queue).Run, "fuse-ring");

    private void Run()
    {
        _served.ThreadId = Libc.GetThreadId();
        _server.Interrupts.Add(_served);
        try
        {
            Libc.RunOn(_queue);
            Errno error = IoUring.TryCreate(1, out IoUring? ring);
            using AnonymousMemory header = new(FuseProtocol.PageSize);
            using AnonymousMemory payload = new(_server.Protocol.PayloadSize);
            _rings.Prepared(error);
            if (ring is null)
            {
                _crew.Failed();
                return;
            }

            using (ring)
            {
                bool first = !_rings.IsDecided;
                if (_rings.AwaitDecision() && Register(ring, header, payload))
                {
                    if (!first)
                    {
                        FetchThoseWaiting();
                    }

                    Serve(ring, (FuseUringHeader*)header.Start, payload.Span);
                }
            }
        }
        catch (LinuxException exception)
        {
            _server.Log($"fuse: a thread ends: {exception.Message}");
            _rings.Prepared(exception.Errno);
            _crew.Failed();
        }
        finally
        {
            _server.Interrupts.Remove(_served);
            _crew.Left();
        }
    }

    private bool Register(IoUring ring, AnonymousMemory header, AnonymousMemory payload)
    {
        IoVector* areas = (IoVector*)(header.Start + VectorOffset);
        areas[0] = new IoVector { Start = header.Start, Length = (nuint)sizeof(FuseUringHeader) };
        areas[1] = new IoVector { Start = payload.Start, Length = (nuint)payload.Length };
        MemoryMarshal.Write(ring.Prepare(_device, (uint)FuseUringCommand.Register, areas, 2), new FuseUringRequest { Queue = _queue });
        Errno error = ring.Enter(submit: 1, wait: 0);

        // A refusal is there at once; a first request may be, too, and is then found again by Serve.
        if (error == Errno.None && ring.TryPeek(out int result) && result < 0)
        {
            error = (Errno)(-result);
        }

        _rings.Registered(error);
        if (error != Errno.None)
        {
            _crew.Failed();
        }

        return error == Errno.None;
    }

    /// <summary>
    /// The kernel hands requests that found no place only to a place that has just handed in a reply, never to a new one
    /// (fs/fuse/dev_uring.c: fuse_uring_do_register). If the other threads are stuck that reply never comes, so a thread that was
    /// started for that reason provokes a request: it arrives here, on this processor's queue, and is handed in.
    /// </summary>
    /// <remarks>
    /// What is provoked is about a file that a stuck request is about, since that one the kernel knows for certain. Where all are
    /// about directories it refuses, and those waiting wait for the next request on this processor.
    /// </remarks>
    private void FetchThoseWaiting()
    {
        foreach (ulong node in _server.Interrupts.NodesBeingServed())
        {
            if (_server.Notifications.Provoke(_rings.NextProvocation(), node) == Errno.None)
            {
                return;
            }
        }
    }

    private void Serve(IoUring ring, FuseUringHeader* header, Span<byte> payload)
    {
        while (!_crew.IsClosed)
        {
            if (ring.TryComplete(out int result))
            {
                if (result < 0)
                {
                    End((Errno)(-result));
                    return;
                }

                ulong commit = Process(header, payload);
                MemoryMarshal.Write(ring.Prepare(_device, (uint)FuseUringCommand.CommitAndFetch, null, 0), new FuseUringRequest { Queue = _queue, CommitId = commit });
                _ = ring.Enter(submit: 1, wait: 1);
            }
            else if (ring.Enter(submit: 0, wait: 1) is not (Errno.None or Errno.EINTR or Errno.EAGAIN or Errno.EBUSY) and Errno error)
            {
                _server.Log($"fuse: io_uring_enter: {error.Describe()}");
                _server.End(error);
                return;
            }
        }
    }

    /// <summary>Serves the request in the two areas and leaves the reply there; the number to commit it by.</summary>
    private ulong Process(FuseUringHeader* area, Span<byte> payload)
    {
        FuseInHeader header = MemoryMarshal.Read<FuseInHeader>(area->InOut);
        int given = (int)Math.Min(area->Entry.PayloadSize, (uint)payload.Length);
        int length = 0;
        Errno error = Errno.EIO;
        _ = _crew.Leave();
        _served.Begin(header.Unique, header.Node);
        if (header.ExtensionLength * 8 <= given)
        {
            // Input and reply share the payload: every operation is through with its input when it writes.
            RequestReader reader = new(area->Argument, payload[..(given - (header.ExtensionLength * 8))]);
            error = _server.Protocol.Answer(header, reader, payload, out length);
        }

        _served.End();
        _ = _crew.Resume();
        length = error == Errno.None ? length : 0;
        MemoryMarshal.Write(area->InOut, new FuseOutHeader { Length = (uint)(sizeof(FuseOutHeader) + length), Error = -(int)error, Unique = header.Unique });
        area->Entry.PayloadSize = (uint)length;
        return area->Entry.CommitId;
    }

    private void End(Errno reason)
    {
        // ENOTCONN and ECONNABORTED: unmounted or aborted, as the readers of the device hear, too. ECANCELED: the ring goes.
        if (reason is not (Errno.ENOTCONN or Errno.ECONNABORTED or Errno.ECANCELED or Errno.ENODEV) && !_crew.IsClosed)
        {
            _server.Log($"fuse: io_uring lost a place of queue {_queue}: {reason.Describe()}");
        }

        _crew.Failed();
    }
}
