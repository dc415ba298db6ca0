using System.Text;

namespace Bobbin.Cli.Launch;

/// <summary>One line of <c>/proc/self/mountinfo</c>.</summary>
/// <param name="MountPoint">Where, as this process sees it.</param>
/// <param name="Type">Type of the file system with its subtype: <c>fuse.bobbin</c>.</param>
/// <param name="Options">Options of the file system itself.</param>
internal sealed record MountEntry(string MountPoint, string Type, string Options)
{
    /// <summary>Whether Bobbin serves it.</summary>
    public bool IsBobbin => Type == FuseDevice.Type;
}

/// <summary>What is mounted here.</summary>
internal static class MountTable
{
    /// <summary>All mounts, in the order in which they were made.</summary>
    public static IEnumerable<MountEntry> Read()
    {
        // Latin-1 keeps every byte apart until the escapes are undone.
        string[] lines;
        try
        {
            lines = File.ReadAllLines("/proc/self/mountinfo", Encoding.Latin1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        foreach (string line in lines)
        {
            if (Parse(line) is MountEntry entry)
            {
                yield return entry;
            }
        }
    }

    /// <summary>The topmost mount at a path.</summary>
    public static MountEntry? At(string path) => Read().LastOrDefault(entry => entry.MountPoint == path);

    /// <summary>One line; null where it is none.</summary>
    internal static MountEntry? Parse(string line)
    {
        string[] fields = line.Split(' ');
        int dash = Array.IndexOf(fields, "-");
        return dash < 6 || dash + 3 >= fields.Length ? null : new(Unescape(fields[4]), fields[dash + 1], fields[dash + 3]);
    }

    // Blank, tab, newline and backslash stand as three octal digits.
    private static string Unescape(string text)
    {
        byte[] bytes = new byte[text.Length];
        int length = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length)
            {
                bytes[length++] = (byte)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0'));
                i += 3;
            }
            else
            {
                bytes[length++] = (byte)text[i];
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }
}
