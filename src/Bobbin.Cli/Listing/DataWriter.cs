using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Bobbin.Cli.Text;

namespace Bobbin.Cli.Listing;

/// <summary>The forms that other programs read: names are as they are, and not cut.</summary>
internal static class DataWriter
{
    /// <summary>An array of objects, one a line, with the fields by their names; what is not known is null.</summary>
    public static void Json(OutputBuffer output, ListingScene scene, IReadOnlyList<ListedTask> tasks, Field[] fields)
    {
        ArrayBufferWriter<byte> line = new();
        CellBuffer cells = new() { IsExact = true };
        JsonWriterOptions options = new() { Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };
        using Utf8JsonWriter json = new(line, options);
        output.Write((byte)'[');
        for (int i = 0; i < tasks.Count; i++)
        {
            output.Write(i == 0 ? "\n"u8 : ",\n"u8);
            json.WriteStartObject();
            foreach (Field field in fields)
            {
                cells.Clear();
                field.Write(cells, scene, tasks[i]);
                cells.End();
                Write(json, field, cells[0]);
            }

            json.WriteEndObject();
            json.Flush();
            output.Write(line.WrittenSpan);
            line.ResetWrittenCount();
            json.Reset();
        }

        output.Write("\n]\n"u8);
    }

    /// <summary>Comma-separated values (RFC 4180), the names of the fields first.</summary>
    public static void Csv(OutputBuffer output, ListingScene scene, IReadOnlyList<ListedTask> tasks, Field[] fields)
    {
        output.Write(Encoding.UTF8.GetBytes(string.Join(',', fields.Select(field => field.Name)) + "\r\n"));
        CellBuffer cells = new() { IsExact = true };
        foreach (ListedTask task in tasks)
        {
            for (int column = 0; column < fields.Length; column++)
            {
                cells.Clear();
                fields[column].Write(cells, scene, task);
                cells.End();
                if (column > 0)
                {
                    output.Write((byte)',');
                }

                Quote(output, cells[0]);
            }

            output.Write("\r\n"u8);
        }
    }

    private static void Write(Utf8JsonWriter json, Field field, ReadOnlySpan<byte> cell)
    {
        if (cell is [(byte)'-'] && !field.IsName)
        {
            json.WriteNull(field.Name);
        }
        else if (field.Kind == FieldKind.Number)
        {
            json.WritePropertyName(field.Name);
            json.WriteRawValue(cell, skipInputValidation: true);
        }
        else if (Utf8.IsValid(cell))
        {
            json.WriteString(field.Name, cell);
        }
        else
        {
            // JSON has no bytes: the text for people, and what it was made from.
            json.WriteString(field.Name, Encoding.UTF8.GetString(cell));
            json.WriteString(field.Name + "_hex", Convert.ToHexStringLower(cell));
        }
    }

    private static void Quote(OutputBuffer output, ReadOnlySpan<byte> cell)
    {
        if (!cell.ContainsAny(",\"\r\n"u8))
        {
            output.Write(cell);
            return;
        }

        output.Write((byte)'"');
        foreach (byte value in cell)
        {
            if (value == '"')
            {
                output.Write(value);
            }

            output.Write(value);
        }

        output.Write((byte)'"');
    }
}
