namespace Bobbin.Procfs.Files;

/// <summary>
/// /proc/PID/mounts. Kernel: fs/proc_namespace.c, show_vfsmnt(). A table knows of no mounts; there is at least the one that its tasks
/// see their own /proc by.
/// </summary>
internal static class MountsFile
{
    public static void Write(in TaskReading reading, ref ProcText text) =>
        text.Literal("proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\n"u8);
}

/// <summary>/proc/PID/mountinfo. Kernel: fs/proc_namespace.c, show_mountinfo().</summary>
internal static class MountinfoFile
{
    public static void Write(in TaskReading reading, ref ProcText text) =>
        text.Literal("22 1 0:21 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw\n"u8);
}
