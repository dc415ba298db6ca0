using Bobbin.Tasks;

namespace Bobbin.Procfs.Files;

/// <summary>/proc/PID/maps. Kernel: fs/proc/task_mmu.c, show_map_vma().</summary>
internal static class MapsFile
{
    private const int PathColumn = 72; // seq_setwidth(): 25 + 6 * sizeof(void *) - 1

    public static void Write(in TaskReading reading, ref ProcText text)
    {
        if (reading.Record.Memory is not { } memory)
        {
            return;
        }

        foreach (MemoryArea area in memory.Areas.Span)
        {
            WriteLine(ref text, area);
        }
    }

    public static void WriteLine(ref ProcText text, MemoryArea area)
    {
        int start = text.Length;
        uint device = area.Device;
        text.Hex(area.Start, 8).Byte((byte)'-').Hex(area.End, 8).Space().Literal(area.Permissions.Span).Space().Hex(area.Offset, 8);
        text.Space().Hex((device >> 8) & 0xFFF, 2).Byte((byte)':').Hex((device & 0xFF) | ((device >> 12) & 0xFFF00), 2);
        text.Space().Number(area.Inode).Space();
        ReadOnlySpan<byte> path = area.Path.Span;
        if (!path.IsEmpty)
        {
            text.Fill((byte)' ', PathColumn - (text.Length - start)).Space();
            MountEscapes.Write(ref text, path, "\n"u8);
        }

        text.Line();
    }
}
