namespace Bobbin.Procfs.Files;

/// <summary>Paths with some bytes written as a backslash and three octal digits (<c>fs/seq_file.c</c>, mangle_path).</summary>
internal static class MountEscapes
{
    public static void Write(ref ProcText text, ReadOnlySpan<byte> path, ReadOnlySpan<byte> escaped)
    {
        foreach (byte value in path)
        {
            if (escaped.Contains(value))
            {
                text.Byte((byte)'\\').Octal(value, 3);
            }
            else
            {
                text.Byte(value);
            }
        }
    }
}
