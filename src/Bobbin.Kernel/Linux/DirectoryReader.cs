using System.Buffers.Binary;

namespace Bobbin.Kernel.Linux;

/// <summary>Walks the records (<c>struct linux_dirent64</c>) that getdents64(2) put into a buffer.</summary>
internal ref struct DirectoryReader(ReadOnlySpan<byte> records)
{
    private ReadOnlySpan<byte> _rest = records;

    /// <summary><c>d_ino</c>.</summary>
    public ulong Inode { get; private set; }

    /// <summary><c>d_off</c>: where a listing goes on after this record.</summary>
    public long Next { get; private set; }

    /// <summary><c>d_type</c>.</summary>
    public DirectoryEntryType Type { get; private set; }

    /// <summary>The name, without its NUL.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Whether the record is <c>.</c> or <c>..</c>.</summary>
    public readonly bool IsDots => Name.SequenceEqual("."u8) || Name.SequenceEqual(".."u8);

    /// <summary>Goes to the next record; false at the end.</summary>
    public bool MoveNext()
    {
        if (_rest.Length < 19)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(_rest[16..]);
        Inode = BinaryPrimitives.ReadUInt64LittleEndian(_rest);
        Next = BinaryPrimitives.ReadInt64LittleEndian(_rest[8..]);
        Type = (DirectoryEntryType)_rest[18];
        ReadOnlySpan<byte> name = _rest[19..length];
        int end = name.IndexOf((byte)0);
        Name = end < 0 ? name : name[..end];
        _rest = _rest[length..];
        return true;
    }
}
