using System.Globalization;
using System.Text;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Launch;

/// <summary>/dev/fuse, and mounting with it.</summary>
internal static class FuseDevice
{
    /// <summary>Opens the device; a failure says what to do about it.</summary>
    public static int Open()
    {
        Errno error = Libc.Open("/dev/fuse"u8, OpenFlags.ReadWrite, out int device);
        return error switch
        {
            Errno.None => device,
            Errno.ENOENT or Errno.ENODEV or Errno.ENXIO => throw new CommandFailure("/dev/fuse", "this machine has no FUSE device",
                "as root: modprobe fuse; in a container: --device /dev/fuse"),
            Errno.EACCES or Errno.EPERM => throw new CommandFailure("/dev/fuse", error.Describe(),
                "it must be open to this user: as root, chmod 0666 /dev/fuse"),
            _ => throw new CommandFailure("/dev/fuse", error.Describe()),
        };
    }

    /// <summary>
    /// mount(2): everybody may use it who could use what it replaces (<c>allow_other</c>), and access is decided by the server, not by
    /// mode bits (no <c>default_permissions</c>).
    /// </summary>
    public static Errno Mount(int device, ReadOnlySpan<byte> target, bool readOnly)
    {
        string options = string.Create(CultureInfo.InvariantCulture,
            $"fd={device},rootmode=40555,user_id={Libc.geteuid()},group_id={Libc.getegid()},allow_other");
        return Libc.Mount("bobbin"u8, target, "fuse.bobbin"u8,
            MountFlags.NoSetUserId | MountFlags.NoDevices | (readOnly ? MountFlags.ReadOnly : 0), Encoding.ASCII.GetBytes(options));
    }
}
