namespace Bobbin.Kernel.Fuse;

/// <summary>How a file system is served.</summary>
public sealed record FuseOptions
{
    /// <summary>
    /// The largest read, write or listing in one request, in pages of 4096 bytes (<c>FUSE_MAX_PAGES</c>). Every thread has
    /// buffers of that size, but memory is used only as far as requests have reached.
    /// </summary>
    public int MaxPages { get; init; } = 256;

    /// <summary>
    /// OPEN and OPENDIR are answered ENOSYS, after which the kernel sends none on this connection, nor RELEASE, and caches
    /// pages: for file systems whose files do not change and that need no handle. It cannot be undone.
    /// </summary>
    public bool SkipOpen { get; init; }

    /// <summary>An open with O_TRUNC arrives as one OPEN with that flag, without a SETATTR behind it.</summary>
    public bool AtomicTruncate { get; init; }

    /// <summary>
    /// Every file is opened with <see cref="FuseOpenFlags.DirectIo"/>, and has the size 0 and no lifetime of its attributes, as in a procfs.
    /// What would read it through the page cache all the same, splice(2) and sendfile(2), then fails with EINVAL instead of finding it empty.
    /// </summary>
    public bool DirectIoOnly { get; init; }

    /// <summary>Carry requests by io_uring where the kernel offers it (6.14, <c>fuse.enable_uring</c>); else by the device.</summary>
    public bool UseIoUring { get; init; }

    /// <summary>
    /// The most threads that serve at once, and so the most requests that may be stuck at once while others are served; by
    /// io_uring, for each processor.
    /// </summary>
    public int MaxThreads { get; init; } = 64;

    /// <summary>How long a thread beyond those needed at rest waits for work before it leaves.</summary>
    public TimeSpan IdleTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a thread that reads the device looks for the next request before it sleeps; not done where only one processor
    /// may be used, nor by io_uring. Zero: never.
    /// </summary>
    public TimeSpan SpinTime { get; init; } = TimeSpan.FromMicroseconds(50);

    /// <summary>Told about bugs, in one line each: an exception of the file system, a reply the kernel refused.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Told about each request and its reply in one line, for debugging.</summary>
    public Action<string>? Trace { get; init; }
}
