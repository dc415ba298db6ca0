using System.Text;

namespace Bobbin.Cli.Text;

/// <summary>Columns of text for pipes and files, where no colour or line drawing is wanted.</summary>
internal static class PlainTable
{
    /// <summary>Rows as wide as they need to be, two blanks between columns; the last column is not padded.</summary>
    public static string Write(IReadOnlyList<string[]> rows)
    {
        int columns = rows.Max(row => row.Length);
        int[] widths = [.. Enumerable.Range(0, columns).Select(column => rows.Max(row => column < row.Length ? row[column].Length : 0))];
        StringBuilder text = new();
        foreach (string[] row in rows)
        {
            string line = string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column])));
            text.Append(line.TrimEnd()).Append('\n');
        }

        return text.ToString();
    }
}
