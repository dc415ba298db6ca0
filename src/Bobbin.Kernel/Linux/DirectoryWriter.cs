using System.Buffers.Binary;

namespace Bobbin.Kernel.Linux;

/// <summary>Which structure a <see cref="DirectoryWriter"/> writes.</summary>
public enum DirectoryLayout
{
    /// <summary><c>struct fuse_dirent</c> (<c>include/uapi/linux/fuse.h</c>): what a FUSE server answers.</summary>
    Fuse,

    /// <summary><c>struct linux_dirent64</c>: what getdents64(2) fills.</summary>
    Getdents64,
}

/// <summary>Writes directory records into a caller's buffer until one does not fit.</summary>
/// <param name="buffer">Where the records go.</param>
/// <param name="layout">The structure of a record.</param>
public ref struct DirectoryWriter(Span<byte> buffer, DirectoryLayout layout = DirectoryLayout.Fuse)
{
    private readonly Span<byte> _buffer = buffer;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes that are left.</summary>
    public readonly int Free => _buffer.Length - Length;

    /// <summary>Whether a record has been refused because it did not fit.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Appends one record; false, and nothing written, when it does not fit.</summary>
    /// <param name="name">The entry's name, without a terminator.</param>
    /// <param name="inode"><c>d_ino</c>.</param>
    /// <param name="next"><c>d_off</c>: the position at which a listing resumes after this entry.</param>
    /// <param name="type"><c>d_type</c>: DT_DIR and so on.</param>
    public bool TryAdd(scoped ReadOnlySpan<byte> name, ulong inode, long next, DirectoryEntryType type)
    {
        // Both are padded to eight bytes; getdents64 counts the terminating NUL, FUSE has none.
        int header = layout == DirectoryLayout.Fuse ? 24 : 19;
        int length = (header + name.Length + (layout == DirectoryLayout.Fuse ? 0 : 1) + 7) & ~7;
        if (length > _buffer.Length - Length)
        {
            IsFull = true;
            return false;
        }

        Span<byte> record = _buffer.Slice(Length, length);
        BinaryPrimitives.WriteUInt64LittleEndian(record, inode);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], next);
        if (layout == DirectoryLayout.Fuse)
        {
            BinaryPrimitives.WriteInt32LittleEndian(record[16..], name.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(record[20..], (uint)type);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(record[16..], (ushort)length);
            record[18] = (byte)type;
        }

        name.CopyTo(record[header..]);
        record[(header + name.Length)..].Clear();
        Length += length;
        return true;
    }
}
