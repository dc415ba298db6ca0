namespace Bobbin.Kernel.Linux;

/// <summary><c>d_type</c> of a directory record (readdir(3)).</summary>
public enum DirectoryEntryType : byte
{
    /// <summary><c>DT_UNKNOWN</c>.</summary>
    Unknown = 0,

    /// <summary><c>DT_FIFO</c>.</summary>
    Fifo = 1,

    /// <summary><c>DT_CHR</c>.</summary>
    CharacterDevice = 2,

    /// <summary><c>DT_DIR</c>.</summary>
    Directory = 4,

    /// <summary><c>DT_BLK</c>.</summary>
    BlockDevice = 6,

    /// <summary><c>DT_REG</c>.</summary>
    Regular = 8,

    /// <summary><c>DT_LNK</c>.</summary>
    Link = 10,

    /// <summary><c>DT_SOCK</c>.</summary>
    Socket = 12,
}
