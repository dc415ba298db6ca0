using Bobbin.Kernel.Linux;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

/// <summary>Facts about the static part of a procfs root.</summary>
/// <param name="Directories">How many entries are directories.</param>
internal readonly record struct StaticNames(int Directories)
{
    /// <summary>Where <c>self</c> stands in the root; all before it is static.</summary>
    public const long End = 256;

    /// <summary>Lists the root up to <c>self</c>.</summary>
    public static StaticNames Read(int root)
    {
        if (Libc.OpenAt(root, "."u8, OpenFlags.ReadOnly | OpenFlags.Directory, out int directory) != Errno.None)
        {
            return default;
        }

        int directories = 0;
        long position = 0;
        byte[] buffer = new byte[8192];
        while (position < End && Libc.GetDents(directory, buffer, out int length) == Errno.None && length > 0)
        {
            DirectoryReader reader = new(buffer.AsSpan(0, length));
            while (position < End && reader.MoveNext())
            {
                directories += reader.Type == DirectoryEntryType.Directory && !reader.IsDots ? 1 : 0;
                position = reader.Next;
            }
        }

        Libc.Close(directory);
        return new StaticNames(directories);
    }
}
