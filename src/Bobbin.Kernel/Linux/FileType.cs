namespace Bobbin.Kernel.Linux;

/// <summary>The type bits of <c>st_mode</c> (inode(7)).</summary>
public static class FileType
{
    /// <summary><c>S_IFMT</c>: the bits that hold the type.</summary>
    public const uint Mask = 0xF000;

    /// <summary><c>S_IFDIR</c>.</summary>
    public const uint Directory = 0x4000;

    /// <summary><c>S_IFREG</c>.</summary>
    public const uint Regular = 0x8000;

    /// <summary><c>S_IFCHR</c>.</summary>
    public const uint Character = 0x2000;

    /// <summary><c>S_IFLNK</c>.</summary>
    public const uint Link = 0xA000;
}
