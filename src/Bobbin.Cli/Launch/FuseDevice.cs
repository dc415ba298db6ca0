using Bobbin.Cli.Text;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Cli.Launch;

/// <summary>/dev/fuse, and mounting with it.</summary>
internal static class FuseDevice
{
    /// <summary>How a Bobbin mount shows in the table of mounts.</summary>
    public const string Type = "fuse.bobbin";

    /// <summary>Opens the device; a failure says what to do about it.</summary>
    public static SafeFileHandle Open()
    {
        try
        {
            return FuseMount.OpenDevice();
        }
        catch (LinuxException e)
        {
            throw e.Errno switch
            {
                Errno.ENOENT or Errno.ENODEV or Errno.ENXIO => new CommandFailure("/dev/fuse", "there is no FUSE device here",
                    "as root: modprobe fuse; in a container: --device /dev/fuse"),
                Errno.EACCES or Errno.EPERM => new CommandFailure("/dev/fuse", e.Errno.Describe(),
                    "it must be open to this user: as root, chmod 0666 /dev/fuse"),
                _ => new CommandFailure("/dev/fuse", e.Errno.Describe()),
            };
        }
    }

    /// <summary>
    /// Mounts by mount(2): everybody may use it who could use what it replaces (<c>allow_other</c>), and access is decided by the
    /// server, not by mode bits.
    /// </summary>
    public static void Mount(SafeFileHandle device, string path, bool readOnly)
    {
        try
        {
            FuseMount.Mount(device, path, Options(readOnly) with { AllowOther = true });
        }
        catch (LinuxException e)
        {
            throw new CommandFailure(path, $"mount: {e.Errno.Describe()}", "bobbin doctor says what works here");
        }
    }

    /// <summary>Mounts through fusermount3, never for others: the server has this user's rights and no more.</summary>
    public static SafeFileHandle MountAsUser(string path, bool readOnly)
    {
        // fusermount3 opens the device as the user; a failure is better told in our own words.
        Open().Dispose();
        if (Fusermount.Find() is null)
        {
            throw new CommandFailure("fusermount3", "an ordinary user needs it to mount, and it is not installed", "install the package fuse3, or run bobbin as root");
        }

        try
        {
            return Fusermount.Mount(path, Options(readOnly));
        }
        catch (FusermountException e)
        {
            throw e.Message.Contains("could not determine username", StringComparison.Ordinal)
                ? new CommandFailure("fusermount3", "it does not mount for a user without a name", $"uid {Libc.geteuid()} needs an entry in /etc/passwd")
                : new CommandFailure(path, FirstLine(e), "bobbin doctor says what works here");
        }
    }

    /// <summary>What fusermount3 said, in one line and without its name.</summary>
    public static string FirstLine(FusermountException e)
    {
        string line = e.Message.Split('\n')[0];
        return line.StartsWith("fusermount3: ", StringComparison.Ordinal) ? line["fusermount3: ".Length..] : line;
    }

    private static FuseMountOptions Options(bool readOnly) => new() { Source = "bobbin", Subtype = "bobbin", ReadOnly = readOnly };
}
