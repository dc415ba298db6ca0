using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;

namespace Bobbin.Kernel.Fuse;

/// <summary>One thread that reads requests from the device, has them served and writes the replies.</summary>
internal sealed class FuseWorker
{
    private readonly FuseServer _server;
    private readonly FuseCrew _crew;
    private readonly int _device;
    private readonly ServedRequest _served = new();

    private FuseWorker(FuseServer server, FuseCrew crew, int device)
    {
        _server = server;
        _crew = crew;
        _device = device;
    }

    /// <summary>Starts a thread.</summary>
    public static void Start(FuseServer server, FuseCrew crew, int device) =>
        server.StartThread(new FuseWorker(server, crew, device).Run, "fuse");

    private void Run()
    {
        _served.ThreadId = Libc.GetThreadId();
        _server.Interrupts.Add(_served);
        try
        {
            using AnonymousMemory request = new(_server.Protocol.BufferSize);
            using AnonymousMemory reply = new(_server.Protocol.BufferSize);
            Serve(new FuseCrew.Member(), request.Span, reply.Span);
        }
        catch (LinuxException exception)
        {
            _server.Log($"fuse: a thread ends: {exception.Message}");
            _crew.Failed();
        }
        finally
        {
            _server.Interrupts.Remove(_served);
            _crew.Left();
        }
    }

    private void Serve(FuseCrew.Member member, Span<byte> request, Span<byte> reply)
    {
        while (!_crew.IsClosed)
        {
            long began = Stopwatch.GetTimestamp();
            if (!_server.Demand.IsPressed)
            {
                _server.Spin.Wait();
            }

            Errno error = Libc.Read(_device, request, out int length);
            _server.Demand.Note(Stopwatch.GetTimestamp() - began);
            if (error == Errno.None && length > 0)
            {
                Take(request[..length], reply);
                if (!_crew.Stay(member))
                {
                    return;
                }
            }
            else if (error is not (Errno.EINTR or Errno.EAGAIN or Errno.ENOENT))
            {
                // ENODEV: unmounted or aborted. ENOENT is a request that was taken back while it was being read.
                _server.End(error);
                return;
            }
        }
    }

    private void Take(ReadOnlySpan<byte> request, Span<byte> reply)
    {
        _ = MemoryMarshal.TryRead(request, out FuseInHeader header);
        if (_crew.Leave())
        {
            Process(request, header, reply);
        }
        else if (FuseProtocol.WantsReply(header.Operation))
        {
            // Before this thread counts as a reader: a thread that becomes free now either finds the request or is counted.
            _server.Backlog.Add(header.Unique, request);
            _ = _crew.Resume();
        }
        else
        {
            _ = _server.Protocol.Process(request, reply);
            _ = _crew.Resume();
        }

        while (!_server.Backlog.IsEmpty)
        {
            if (!_crew.Leave())
            {
                // All others are busy, and will look here when they are not.
                _ = _crew.Resume();
                return;
            }

            if (_server.Backlog.TryTake(out byte[]? waiting))
            {
                Process(waiting, MemoryMarshal.Read<FuseInHeader>(waiting), reply);
            }
            else
            {
                _ = _crew.Resume();
            }
        }
    }

    private void Process(ReadOnlySpan<byte> request, in FuseInHeader header, Span<byte> reply)
    {
        _served.Begin(header.Unique, header.Node);
        int length = _server.Protocol.Process(request, reply);
        _served.End();

        // The caller may come with its next request before this thread is back from writing the reply: it counts from here.
        _ = _crew.Resume();
        if (length > 0)
        {
            Reply(reply[..length], header.Unique);
        }

        if (header.Operation == FuseOperation.Initialize)
        {
            _server.Initialized();
        }
    }

    private void Reply(ReadOnlySpan<byte> reply, ulong unique)
    {
        Errno error = Libc.Write(_device, reply, out _);

        // ENOENT: the caller is gone, or the connection was aborted meanwhile. ENODEV: unmounted; the next read says so too.
        if (error is Errno.None or Errno.ENOENT or Errno.ENODEV)
        {
            return;
        }

        _server.Log($"fuse: the kernel refused a reply of {reply.Length} bytes: {error}");
        FuseOutHeader header = new() { Length = (uint)Unsafe.SizeOf<FuseOutHeader>(), Error = -(int)Errno.EIO, Unique = unique };
        _ = Libc.Write(_device, MemoryMarshal.AsBytes(new ReadOnlySpan<FuseOutHeader>(in header)), out _);
    }
}
