using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/filesystems. Kernel: fs/filesystems.c, filesystems_proc_show().</summary>
internal static class FilesystemsFile
{
    public static void Write(in MachineRecord machine, ref ProcText text)
    {
        foreach (FileSystemRecord fileSystem in machine.System.FileSystems.Span)
        {
            text.Literal(fileSystem.NeedsDevice ? "\t"u8 : "nodev\t"u8).Literal(fileSystem.Name.Span).Line();
        }
    }
}
