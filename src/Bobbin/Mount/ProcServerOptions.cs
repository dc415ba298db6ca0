using Bobbin.Procfs;

namespace Bobbin.Mount;

/// <summary>How a mount is served.</summary>
public sealed record ProcServerOptions
{
    /// <summary>What is shown.</summary>
    public ProcView View { get; init; } = new();

    /// <summary>How much the kernel may keep.</summary>
    public MountMode Mode { get; init; } = MountMode.Exact;

    /// <summary>Whether the mount admits other users than its mounter (<c>allow_other</c>).</summary>
    public bool IsShared { get; init; }

    /// <summary>Carry requests by io_uring where the kernel offers it.</summary>
    public bool UseIoUring { get; init; }

    /// <summary>Told what goes wrong, a line each.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>Told about each request and its reply, a line each.</summary>
    public Action<string>? Trace { get; init; }
}
