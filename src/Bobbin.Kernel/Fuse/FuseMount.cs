using System.Globalization;
using System.Text;
using Bobbin.Kernel.Linux;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Kernel.Fuse;

/// <summary>How a file system is mounted.</summary>
public sealed record FuseMountOptions
{
    /// <summary>The first word of the mount's line in /proc/mounts, by which it is recognised.</summary>
    public string Source { get; init; } = "bobbin";

    /// <summary>What follows "fuse." in the type that /proc/mounts shows; empty: nothing.</summary>
    public string Subtype { get; init; } = "";

    /// <summary>Whether other users than the mounter may use it.</summary>
    public bool AllowOther { get; init; }

    /// <summary>Whether nothing can be written.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The type and permissions of the root before the server is asked.</summary>
    public uint RootMode { get; init; } = FileType.Directory | 0x16D;
}

/// <summary>
/// Mounting a FUSE file system: open the device, mount its descriptor, serve it. Never set-uid or devices, and never
/// default_permissions: the server decides who may do what.
/// </summary>
public static class FuseMount
{
    /// <summary>Where the device is.</summary>
    public const string DevicePath = "/dev/fuse";

    /// <summary>Opens /dev/fuse. The user namespace of the opener must be that of the mounter.</summary>
    /// <exception cref="LinuxException">ENXIO: something else lies in its place, as containers mask files with /dev/null.</exception>
    public static SafeFileHandle OpenDevice()
    {
        Errno error = Libc.Open("/dev/fuse"u8, OpenFlags.ReadWrite, out int descriptor);
        if (error == Errno.None && !IsFuse(descriptor))
        {
            Libc.Close(descriptor);
            error = Errno.ENXIO;
        }

        return error == Errno.None ? new SafeFileHandle(descriptor, ownsHandle: true) : throw new LinuxException(error, "open", DevicePath);
    }

    /// <summary>Character device 10:229 (<c>Documentation/admin-guide/devices.txt</c>).</summary>
    private static bool IsFuse(int descriptor) =>
        Libc.Stat(descriptor, out Statx stat) == Errno.None
        && (stat.Mode & FileType.Mask) == FileType.Character && (stat.SpecialDeviceMajor, stat.SpecialDeviceMinor) == (10, 229);

    /// <summary>Mounts on a directory by mount(2), which takes CAP_SYS_ADMIN in the mount namespace's owner.</summary>
    public static void Mount(SafeFileHandle device, string directory, FuseMountOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(directory);
        options ??= new FuseMountOptions();
        string data = string.Create(CultureInfo.InvariantCulture,
            $"fd={device.DangerousGetHandle()},rootmode={Octal(options.RootMode)},user_id={Libc.getuid()},group_id={Libc.getgid()}{(options.AllowOther ? ",allow_other" : "")}");
        MountFlags flags = MountFlags.NoSetUserId | MountFlags.NoDevices | (options.ReadOnly ? MountFlags.ReadOnly : 0);
        string type = options.Subtype.Length == 0 ? "fuse" : $"fuse.{options.Subtype}";
        Errno error = Libc.Mount(Bytes(options.Source), Bytes(directory), Bytes(type), flags, Bytes(data));
        if (error != Errno.None)
        {
            throw new LinuxException(error, "mount", directory);
        }
    }

    /// <summary>Makes a mount that hangs nowhere yet. Its descriptor is its root; closing it unmounts it unless it was attached.</summary>
    public static SafeFileHandle MountDetached(SafeFileHandle device, FuseMountOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        options ??= new FuseMountOptions();
        Check(Libc.FsOpen("fuse"u8, out int context), "fsopen", "fuse");
        try
        {
            // The value of "fd" was taken as text only before 6.15, and still is.
            Configure(context, "source", options.Source);
            Configure(context, "fd", device.DangerousGetHandle().ToString(CultureInfo.InvariantCulture));
            Configure(context, "rootmode", Octal(options.RootMode));
            Configure(context, "user_id", Libc.getuid().ToString(CultureInfo.InvariantCulture));
            Configure(context, "group_id", Libc.getgid().ToString(CultureInfo.InvariantCulture));
            if (options.Subtype.Length > 0)
            {
                Configure(context, "subtype", options.Subtype);
            }

            if (options.AllowOther)
            {
                Check(Libc.FsConfigFlag(context, "allow_other"u8), "fsconfig", "allow_other");
            }

            if (options.ReadOnly)
            {
                Check(Libc.FsConfigFlag(context, "ro"u8), "fsconfig", "ro");
            }

            Check(Libc.FsConfigCreate(context), "fsconfig", "create");
            MountAttributes attributes = MountAttributes.NoSetUserId | MountAttributes.NoDevices
                | (options.ReadOnly ? MountAttributes.ReadOnly : MountAttributes.None);
            Check(Libc.FsMount(context, attributes, out int mount), "fsmount", "fuse");
            return new SafeFileHandle(mount, ownsHandle: true);
        }
        finally
        {
            Libc.Close(context);
        }
    }

    /// <summary>Hangs a detached mount over a directory.</summary>
    public static void Attach(SafeFileHandle mount, string directory)
    {
        ArgumentNullException.ThrowIfNull(mount);
        Check(
            Libc.MoveMount((int)mount.DangerousGetHandle(), ""u8, At.CurrentDirectory, Bytes(directory), MoveMountFlags.FromEmptyPath | MoveMountFlags.ToSymlinks),
            "move_mount",
            directory);
    }

    /// <summary>Unmounts by umount2(2). Busy is EBUSY unless <paramref name="detach"/>: then it goes when its last user does.</summary>
    public static void Unmount(string directory, bool detach = false) =>
        Check(Libc.Unmount(Bytes(directory), UnmountFlags.NoFollow | (detach ? UnmountFlags.Detach : 0)), "umount", directory);

    private static void Configure(int context, string key, string value) =>
        Check(Libc.FsConfigString(context, Bytes(key), Bytes(value)), "fsconfig", $"{key}={value}");

    private static void Check(Errno error, string call, string subject)
    {
        if (error != Errno.None)
        {
            throw new LinuxException(error, call, subject);
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Octal(uint mode) => Convert.ToString(mode, 8);
}
