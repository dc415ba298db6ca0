using Bobbin.Cli.Serving;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Cli.Launch;

/// <summary>A mount in the making: what fails before <see cref="Keep"/> leaves nothing mounted.</summary>
internal sealed class Mounting : IDisposable
{
    private readonly ServerOptions _options;
    private bool _mounted, _kept;

    /// <summary>Opens the device. fusermount3 does that only as it mounts.</summary>
    public Mounting(ServerOptions options)
    {
        _options = options;
        Device = options.IsUserMount ? FuseDevice.MountAsUser(options.MountPoint, options.View.ReadOnly) : FuseDevice.Open();
        _mounted = options.IsUserMount;
    }

    /// <summary>The device to serve.</summary>
    public SafeFileHandle Device { get; }

    /// <summary>Mounts, unless it is mounted already.</summary>
    public void Mount()
    {
        if (!_mounted)
        {
            FuseDevice.Mount(Device, _options.MountPoint, _options.View.ReadOnly);
            _mounted = true;
        }
    }

    /// <summary>The mount is somebody else's affair from now on.</summary>
    public void Keep() => _kept = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_mounted && !_kept)
        {
            MountPoint.Detach(_options.MountPoint, _options.IsUserMount);
        }

        Device.Dispose();
    }
}
