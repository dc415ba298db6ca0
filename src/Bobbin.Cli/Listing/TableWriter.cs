using Bobbin.Cli.Text;

namespace Bobbin.Cli.Listing;

/// <summary>Lines of columns: numbers to the right, texts to the left, the last column as long as it is, or cut where the terminal ends.</summary>
internal static class TableWriter
{
    /// <summary>All lines, the headers first.</summary>
    public static void Write(OutputBuffer output, ListingScene scene, IReadOnlyList<ListedTask> tasks, Field[] fields, int width, bool withTree)
    {
        CellBuffer cells = new((tasks.Count + 1) * fields.Length);
        foreach (Field field in fields)
        {
            cells.Literal(field.Header).End();
        }

        int treeColumn = withTree ? TreeColumn(fields) : -1;
        foreach (ListedTask task in tasks)
        {
            for (int column = 0; column < fields.Length; column++)
            {
                if (column == treeColumn)
                {
                    Indent(cells, task);
                }

                fields[column].Write(cells, scene, task);
                cells.End();
            }
        }

        Lay(output, cells, fields, width);
    }

    // The names are where a tree grows.
    private static int TreeColumn(Field[] fields)
    {
        int column = Array.FindIndex(fields, field => field.Name is "args" or "comm");
        return column < 0 ? fields.Length - 1 : column;
    }

    private static void Indent(CellBuffer cells, ListedTask task)
    {
        for (int i = 1; i < task.Depth; i++)
        {
            cells.Literal("  "u8);
        }

        if (task.Depth > 0)
        {
            cells.Literal(task.IsThread ? "- "u8 : "\\_ "u8);
        }
    }

    private static void Lay(OutputBuffer output, CellBuffer cells, Field[] fields, int width)
    {
        int[] widths = new int[fields.Length];
        for (int cell = 0, column = 0; cell < cells.Count; cell++)
        {
            widths[column] = Math.Max(widths[column], cells.WidthOf(cell));
            column = column + 1 == fields.Length ? 0 : column + 1;
        }

        for (int line = 0; line < cells.Count; line += fields.Length)
        {
            int at = 0;
            for (int column = 0; column < fields.Length; column++)
            {
                ReadOnlySpan<byte> text = cells[line + column];
                int own = cells.WidthOf(line + column);
                int room = width == 0 ? int.MaxValue : Math.Max(0, width - at);
                if (own > room)
                {
                    text = DisplayWidth.Cut(text, room);
                    own = room;
                }

                int padding = Math.Min(widths[column] - own, room - own);
                bool toRight = fields[column].Kind != FieldKind.Text;
                bool isLast = column == fields.Length - 1;
                output.Write((byte)' ', toRight ? padding : 0);
                output.Write(text);
                output.Write((byte)' ', isLast ? 0 : (toRight ? 0 : padding) + (room > widths[column] ? 1 : 0));
                at += widths[column] + 1;
            }

            output.Write((byte)'\n');
        }
    }
}
