using System.Text;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;

namespace Bobbin.Cli.Launch;

/// <summary>The directory that is mounted on.</summary>
internal static class MountPoint
{
    /// <summary>The absolute path of a directory that can be mounted on; else says why it cannot.</summary>
    public static string Require(string directory)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(directory);
        Errno error = Libc.StatAt(At.CurrentDirectory, bytes, 0, out Statx status);
        if (error == Errno.ENOTCONN)
        {
            throw new CommandFailure(directory, "a mount whose server has ended lies there", $"take it away with: bobbin umount {directory}");
        }

        if (error != Errno.None)
        {
            throw new CommandFailure(directory, error.Describe(), error == Errno.ENOENT ? $"make it with: mkdir {directory}" : "");
        }

        if ((status.Mode & FileType.Mask) != FileType.Directory)
        {
            throw new CommandFailure(directory, "not a directory", "name an empty directory");
        }

        string path = Resolve(directory);
        if (MountTable.At(path) is { IsBobbin: true })
        {
            throw new CommandFailure(directory, "Bobbin is mounted there already", $"take it away first with: bobbin umount {directory}");
        }

        try
        {
            if (Directory.EnumerateFileSystemEntries(path).Any())
            {
                throw new CommandFailure(directory, "the directory is not empty", "name an empty one, its content would be hidden");
            }
        }
        catch (DirectoryNotFoundException)
        {
            // The working directory, for one, can be held when it is gone.
            throw new CommandFailure(directory, "the directory has been removed", "name one that is there");
        }
        catch (UnauthorizedAccessException)
        {
            throw new CommandFailure(directory, "this user cannot list the directory", "name one of your own");
        }

        return path;
    }

    /// <summary>The path without links, dots and relative parts: what the table of mounts has.</summary>
    public static string Resolve(string directory)
    {
        // Through a descriptor, so that the kernel resolves it.
        if (Libc.Open(Encoding.UTF8.GetBytes(directory), OpenFlags.PathOnly, out int opened) == Errno.None)
        {
            byte[] target = new byte[Libc.PathMax];
            Errno error = Libc.ReadLinkAt(At.CurrentDirectory, Encoding.ASCII.GetBytes($"/proc/self/fd/{opened}"), target, out int length);
            Libc.Close(opened);
            if (error == Errno.None)
            {
                return Encoding.UTF8.GetString(target, 0, length);
            }
        }

        return Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
    }

    /// <summary>Whether a FUSE file system answers there: its type, and the root's inode that procfs has.</summary>
    public static bool Answers(string path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        if (Libc.Open(bytes, OpenFlags.PathOnly | OpenFlags.Directory, out int opened) != Errno.None)
        {
            return false;
        }

        bool answers = Libc.GetFileSystemType(opened, out long type) == Errno.None && type == FileSystemMagic.Fuse
            && Libc.Stat(opened, out Statx status) == Errno.None && status.Inode == 1;
        Libc.Close(opened);
        return answers;
    }

    /// <summary>Takes a mount away even if it is in use; it then goes when its last user does.</summary>
    public static void Detach(string path, bool user)
    {
        if (user)
        {
            try
            {
                Fusermount.Unmount(path, lazy: true);
            }
            catch (FusermountException)
            {
                // Gone already, most likely; there is nobody to tell.
            }
        }
        else
        {
            _ = Libc.Unmount(Encoding.UTF8.GetBytes(path), UnmountFlags.Detach | UnmountFlags.NoFollow);
        }
    }
}
