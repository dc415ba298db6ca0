using System.Runtime.InteropServices;

namespace Bobbin.Kernel.Linux;

/// <summary><c>struct mount_attr</c> (<c>include/uapi/linux/mount.h</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MountAttr
{
    public ulong Set;
    public ulong Clear;
    public ulong Propagation;
    public ulong UserNamespace;
}

/// <summary><c>MS_*</c> of mount(2).</summary>
[Flags]
internal enum MountFlags : ulong
{
    None = 0,
    ReadOnly = 1,
    NoSetUserId = 2,
    NoDevices = 4,
    NoExecute = 8,
    Remount = 32,
    NoSymlinkFollow = 256,
    NoAccessTime = 1024,
    Bind = 4096,
    Move = 8192,
    Recursive = 16384,
    Private = 1 << 18,
    Slave = 1 << 19,
    Shared = 1 << 20,
}

/// <summary><c>MNT_*</c> of umount2(2).</summary>
[Flags]
internal enum UnmountFlags
{
    None = 0,
    Force = 1,
    Detach = 2,
    Expire = 4,
    NoFollow = 8,
}

/// <summary><c>MOUNT_ATTR_*</c> of fsmount(2) and mount_setattr(2).</summary>
[Flags]
internal enum MountAttributes : ulong
{
    None = 0,
    ReadOnly = 1,
    NoSetUserId = 2,
    NoDevices = 4,
    NoExecute = 8,
    NoAccessTime = 0x10,
}

/// <summary><c>OPEN_TREE_*</c> of open_tree(2); <c>AT_RECURSIVE</c> and <c>AT_EMPTY_PATH</c> go with it.</summary>
[Flags]
internal enum OpenTreeFlags : uint
{
    None = 0,
    Clone = 1,
    Recursive = At.Recursive,
    EmptyPath = At.EmptyPath,
    NoFollow = At.SymlinkNoFollow,
    CloseOnExec = OpenFlags.CloseOnExec,
}

/// <summary><c>MOVE_MOUNT_*</c> of move_mount(2).</summary>
[Flags]
internal enum MoveMountFlags : uint
{
    None = 0,
    FromSymlinks = 1,
    FromEmptyPath = 4,
    ToSymlinks = 0x10,
    ToEmptyPath = 0x40,
    Beneath = 0x200,
}

// Mounting, the old way and by descriptors.
internal static unsafe partial class Libc
{
    [LibraryImport(Library, SetLastError = true)]
    internal static partial int mount(byte* source, byte* target, byte* type, ulong flags, byte* data);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int umount2(byte* target, int flags);

    /// <summary>mount(2). An empty source, type or option text is passed as it is; the kernel mostly ignores it.</summary>
    public static Errno Mount(ReadOnlySpan<byte> source, ReadOnlySpan<byte> target, ReadOnlySpan<byte> type, MountFlags flags, ReadOnlySpan<byte> options = default)
    {
        if (source.Length >= PathMax || target.Length >= PathMax || type.Length >= PathMax || options.Length >= PathMax)
        {
            return Errno.ENAMETOOLONG;
        }

        byte* s = stackalloc byte[source.Length + 1];
        byte* t = stackalloc byte[target.Length + 1];
        byte* f = stackalloc byte[type.Length + 1];
        byte* o = stackalloc byte[options.Length + 1];
        return Terminate(source, s) & Terminate(target, t) & Terminate(type, f) & Terminate(options, o)
            ? Failure(mount(s, t, f, (ulong)flags, o))
            : Errno.EINVAL;
    }

    /// <summary>umount2(2).</summary>
    public static Errno Unmount(ReadOnlySpan<byte> target, UnmountFlags flags)
    {
        if (target.Length >= PathMax)
        {
            return Errno.ENAMETOOLONG;
        }

        byte* t = stackalloc byte[target.Length + 1];
        return Terminate(target, t) ? Failure(umount2(t, (int)flags)) : Errno.ENOENT;
    }

    /// <summary>fsopen(2): a new instance of a file system, to be configured.</summary>
    public static Errno FsOpen(ReadOnlySpan<byte> type, out int context)
    {
        byte* t = stackalloc byte[type.Length + 1];
        context = -1;
        if (!Terminate(type, t))
        {
            return Errno.EINVAL;
        }

        const int FSOPEN_CLOEXEC = 1;
        context = (int)syscall(SystemCall.Fsopen, (nint)t, FSOPEN_CLOEXEC);
        return Failure(context);
    }

    /// <summary>fsconfig(2): an option with a text.</summary>
    public static Errno FsConfigString(int context, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        const int FSCONFIG_SET_STRING = 1;
        byte* k = stackalloc byte[key.Length + 1];
        byte* v = stackalloc byte[value.Length + 1];
        return Terminate(key, k) & Terminate(value, v)
            ? Failure(syscall(SystemCall.Fsconfig, context, FSCONFIG_SET_STRING, (nint)k, (nint)v, 0))
            : Errno.EINVAL;
    }

    /// <summary>fsconfig(2): an option without a value.</summary>
    public static Errno FsConfigFlag(int context, ReadOnlySpan<byte> key)
    {
        const int FSCONFIG_SET_FLAG = 0;
        byte* k = stackalloc byte[key.Length + 1];
        return Terminate(key, k) ? Failure(syscall(SystemCall.Fsconfig, context, FSCONFIG_SET_FLAG, (nint)k, 0, 0)) : Errno.EINVAL;
    }

    /// <summary>fsconfig(2): an option whose value is a descriptor.</summary>
    public static Errno FsConfigDescriptor(int context, ReadOnlySpan<byte> key, int descriptor)
    {
        const int FSCONFIG_SET_FD = 5;
        byte* k = stackalloc byte[key.Length + 1];
        return Terminate(key, k) ? Failure(syscall(SystemCall.Fsconfig, context, FSCONFIG_SET_FD, (nint)k, 0, descriptor)) : Errno.EINVAL;
    }

    /// <summary>fsconfig(2): the options are complete, make the instance.</summary>
    public static Errno FsConfigCreate(int context)
    {
        const int FSCONFIG_CMD_CREATE = 6;
        return Failure(syscall(SystemCall.Fsconfig, context, FSCONFIG_CMD_CREATE));
    }

    /// <summary>fsmount(2): the instance as a mount that hangs nowhere; its descriptor is its root (O_PATH).</summary>
    public static Errno FsMount(int context, MountAttributes attributes, out int mount)
    {
        const int FSMOUNT_CLOEXEC = 1;
        mount = (int)syscall(SystemCall.Fsmount, context, FSMOUNT_CLOEXEC, (nint)attributes);
        return Failure(mount);
    }

    /// <summary>open_tree(2): a mount as a descriptor, or a copy of it that hangs nowhere.</summary>
    public static Errno OpenTree(int directory, ReadOnlySpan<byte> path, OpenTreeFlags flags, out int tree)
    {
        tree = -1;
        if (path.Length >= PathMax)
        {
            return Errno.ENAMETOOLONG;
        }

        byte* p = stackalloc byte[path.Length + 1];
        if (!Terminate(path, p))
        {
            return Errno.ENOENT;
        }

        tree = (int)syscall(SystemCall.OpenTree, directory, (nint)p, (nint)(uint)(flags | OpenTreeFlags.CloseOnExec));
        return Failure(tree);
    }

    /// <summary>move_mount(2): hangs a mount somewhere.</summary>
    public static Errno MoveMount(int fromDirectory, ReadOnlySpan<byte> from, int toDirectory, ReadOnlySpan<byte> to, MoveMountFlags flags)
    {
        if (from.Length >= PathMax || to.Length >= PathMax)
        {
            return Errno.ENAMETOOLONG;
        }

        byte* f = stackalloc byte[from.Length + 1];
        byte* t = stackalloc byte[to.Length + 1];
        return Terminate(from, f) & Terminate(to, t)
            ? Failure(syscall(SystemCall.MoveMount, fromDirectory, (nint)f, toDirectory, (nint)t, (nint)(uint)flags))
            : Errno.ENOENT;
    }

    /// <summary>mount_setattr(2). <paramref name="flags"/>: <see cref="At.EmptyPath"/>, <see cref="At.Recursive"/>.</summary>
    public static Errno MountSetAttributes(int directory, ReadOnlySpan<byte> path, int flags, in MountAttr attributes)
    {
        if (path.Length >= PathMax)
        {
            return Errno.ENAMETOOLONG;
        }

        byte* p = stackalloc byte[path.Length + 1];
        if (!Terminate(path, p))
        {
            return Errno.ENOENT;
        }

        fixed (MountAttr* at = &attributes)
        {
            return Failure(syscall(SystemCall.MountSetattr, directory, (nint)p, flags, (nint)at, sizeof(MountAttr)));
        }
    }
}
