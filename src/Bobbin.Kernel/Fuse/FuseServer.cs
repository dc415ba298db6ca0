using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Bobbin.Kernel.Fuse.Abi;
using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Fuse;

/// <summary>What carries requests and replies.</summary>
public enum FuseTransport
{
    /// <summary>read(2) and write(2) on /dev/fuse.</summary>
    Device,

    /// <summary>FUSE over io_uring, one queue for each processor; forgets and interrupts still come by the device.</summary>
    IoUring,
}

/// <summary>
/// Serves a file system on a /dev/fuse descriptor until it is unmounted or the server is stopped. The descriptor must have
/// been mounted (<see cref="FuseMount"/>); the kernel's first request may wait for the server as long as it takes.
/// </summary>
public sealed class FuseServer : IDisposable
{
    /// <summary>Threads that may be told to leave and are stuck in the file system are waited for so long.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly SafeFileHandle _device;
    private readonly FuseOptions _options;
    private readonly FuseCrew _crew;
    private readonly ManualResetEventSlim _ended = new(false), _left = new(false);
    private readonly FuseWatch _watch = new();
    private FuseRings? _rings;
    private int _state, _alive;

    /// <summary>A server, which owns <paramref name="device"/> from now on.</summary>
    public FuseServer(SafeFileHandle device, FuseFileSystem fileSystem, FuseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        _device = device;
        _options = options ?? new FuseOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.MaxThreads, 2, nameof(options));
        Protocol = new FuseProtocol(fileSystem, _options) { Interrupted = Interrupt };
        int descriptor = (int)device.DangerousGetHandle();
        Notifications = new FuseNotifications(descriptor);
        Protocol.DoNotKeepAttributes = node => Notifications.InvalidateInode(node, offset: -1);
        Spin = new FuseSpin(descriptor, _options.SpinTime);
        _crew = new FuseCrew(1, _options.MaxThreads, _options.IdleTime, () => FuseWorker.Start(this, _crew!, descriptor), _watch);
        Demand = new FuseDemand(_crew, Math.Min(Math.Clamp(Environment.ProcessorCount, 2, 8), _options.MaxThreads), HasProcessorsToSpare);
    }

    /// <summary>The protocol's state of this connection.</summary>
    public FuseProtocol Protocol { get; }

    /// <summary>How many times each operation arrived.</summary>
    public FuseCounters Counters => Protocol.Counters;

    /// <summary>What the server tells the kernel unasked.</summary>
    public FuseNotifications Notifications { get; }

    /// <summary>What carries requests now.</summary>
    public FuseTransport Transport => _rings is { InUse: true } ? FuseTransport.IoUring : FuseTransport.Device;

    /// <summary>How many threads serve, those at rest included.</summary>
    public int ThreadCount => _crew.Count + (_rings?.ThreadCount ?? 0);

    internal FuseSpin Spin { get; }

    internal FuseDemand Demand { get; }

    internal FuseInterrupts Interrupts { get; } = new();

    internal FuseBacklog Backlog { get; } = new();

    /// <summary>Starts to serve on threads of its own and returns.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _state, 1) != 0)
        {
            throw new InvalidOperationException("A server serves once.");
        }

        Errno error = Libc.PrepareInterrupts();
        if (error != Errno.None)
        {
            throw new LinuxException(error, "sigaction", "the signal that interrupts");
        }

        // Held until all are started, lest the first to leave seem the last.
        Interlocked.Increment(ref _alive);
        if (_options.UseIoUring)
        {
            _rings = FuseRings.TryPrepare(this, (int)_device.DangerousGetHandle(), _options.MaxThreads);
            Protocol.CanUseIoUring = _rings is not null;
        }

        StartThread(() => _watch.Keep(_crew), "fuse-watch");
        _crew.Open();
        Exited();
    }

    /// <summary>Serves until the file system is unmounted or <see cref="Stop"/> is called.</summary>
    public void Serve()
    {
        Start();
        Wait(Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits for the end of a started server; whether it has come.</summary>
    public bool Wait(TimeSpan timeout)
    {
        if (!_ended.Wait(timeout))
        {
            return false;
        }

        _left.Wait(s_grace);
        return true;
    }

    /// <summary>Ends serving, whether or not the file system is still mounted. Returns at once.</summary>
    public void Stop() => End(Errno.None);

    /// <summary>Stops, and closes the device: a file system that is still mounted answers ENOTCONN from then on.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _state, 2) == 1)
        {
            Stop();
            _left.Wait(s_grace);
        }

        Interrupts.Dispose();
        _watch.Dispose();
        _device.Dispose();
    }

    internal void Log(string line) => _options.Log?.Invoke(line);

    /// <summary>Nothing more will come.</summary>
    internal void End(Errno reason)
    {
        if (reason is not (Errno.None or Errno.ENODEV or Errno.ECONNABORTED) && !_crew.IsClosed)
        {
            Log($"fuse: reading the device: {reason.Describe()}");
        }

        _crew.Close();
        _rings?.Close();
        _ended.Set();
        Interrupts.InterruptEverything();
    }

    private void Interrupt(ulong unique)
    {
        if (!Backlog.TryRemove(unique))
        {
            Interrupts.Interrupt(unique);
            return;
        }

        FuseOutHeader header = new() { Length = (uint)Unsafe.SizeOf<FuseOutHeader>(), Error = -(int)Errno.EINTR, Unique = unique };
        _ = Libc.Write((int)_device.DangerousGetHandle(), MemoryMarshal.AsBytes(new ReadOnlySpan<FuseOutHeader>(in header)), out _);
    }

    /// <summary>INIT has been answered.</summary>
    internal void Initialized() => _rings?.Decide(Protocol.MayUseIoUring);

    /// <summary>Starts a thread of the server.</summary>
    internal void StartThread(Action run, string name)
    {
        Interlocked.Increment(ref _alive);
        try
        {
            Thread thread = new(
                () =>
                {
                    run();
                    Exited();
                },
                maxStackSize: 512 * 1024)
            {
                IsBackground = true,
                Name = name,
            };
            thread.Start();
        }
        catch
        {
            Exited();
            throw;
        }
    }

    /// <summary>Asked rarely, and of the system: somebody may have pinned this process since it started.</summary>
    private static bool HasProcessorsToSpare() => Libc.CountProcessors() > 1;

    private void Exited()
    {
        if (Interlocked.Decrement(ref _alive) == 0)
        {
            _ended.Set();
            _left.Set();
        }
    }
}
