using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/cwd, root and exe. Kernel: fs/proc/base.c, proc_cwd_link() and its neighbours.</summary>
internal static class PathLinks
{
    public static ReadOnlySpan<byte> WorkingDirectory(in TaskRecord task) => task.WorkingDirectory.Span;

    public static ReadOnlySpan<byte> Root(in TaskRecord task) => task.RootDirectory.Span;

    public static ReadOnlySpan<byte> Executable(in TaskRecord task) => task.Memory is { } memory ? memory.Executable.Span : default;
}
