using Bobbin.Kernel.Linux;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

/// <summary>
/// What a security module calls a task (SELinux: its context; AppArmor: its profile): <c>attr/current</c>. Two tasks with the same label may do
/// the same to others.
/// </summary>
internal static class SecurityLabel
{
    /// <summary>Longer labels than any known; one that does not fit equals none.</summary>
    public const int Room = 1024;

    /// <summary>Reads the label of the task that a directory is of; empty where no module gives labels, or it cannot be read.</summary>
    public static int Read(int directory, Span<byte> label)
    {
        if (Libc.OpenAt(directory, "attr/current"u8, OpenFlags.ReadOnly, out int file) != Errno.None)
        {
            return 0;
        }

        Errno error = Libc.ReadAt(file, label, 0, out int length);
        Libc.Close(file);
        return error == Errno.None ? label[..length].TrimEnd("\0\n"u8).Length : 0;
    }
}
