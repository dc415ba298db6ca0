using System.Buffers;
using System.Buffers.Text;
using Bobbin.Kernel.Linux;
using OpenFlags = Bobbin.Kernel.Linux.OpenFlags;

namespace Bobbin.Live;

/// <summary>The text of a task's <c>status</c>, read once; fields are found by their key.</summary>
internal readonly ref struct StatusText
{
    // A list of 65,536 groups, the most there are, takes most of it; nearly every text fits the first.
    private const int Usual = 4096;
    private const int Longest = 1 << 20;

    private readonly byte[]? _buffer;

    private StatusText(byte[] buffer, int length)
    {
        _buffer = buffer;
        Text = buffer.AsSpan(0, length);
    }

    private StatusText(Errno error)
    {
        Error = error;
    }

    /// <summary>Why it could not be opened.</summary>
    public Errno Error { get; }

    /// <summary>All of it; empty where it could not be read.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Reads <c>status</c> in a task's directory.</summary>
    public static StatusText Read(int directory)
    {
        Errno error = Libc.OpenAt(directory, "status"u8, OpenFlags.ReadOnly, out int file);
        if (error != Errno.None)
        {
            return new StatusText(error);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(Usual);
        int length = 0;
        while (Libc.ReadAt(file, buffer.AsSpan(length), length, out int count) == Errno.None && count > 0)
        {
            length += count;
            if (length < buffer.Length)
            {
                break; // one read returns the whole text where it fits
            }

            if (buffer.Length >= Longest)
            {
                length = 0;
                break;
            }

            byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 4);
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        Libc.Close(file);
        return new StatusText(buffer, length);
    }

    /// <summary>What follows a key up to the end of its line, blanks stripped; empty where there is no such line.</summary>
    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> key)
    {
        // The first line is the name, and a name has no raw newline here, so a key at a line's start is the kernel's own.
        ReadOnlySpan<byte> rest = Text;
        while (!rest.IsEmpty)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            if (line.StartsWith(key))
            {
                return line[key.Length..].Trim("\t "u8);
            }

            rest = end < 0 ? default : rest[(end + 1)..];
        }

        return default;
    }

    /// <summary>The first number of a value; 0 where there is none.</summary>
    public int Number(ReadOnlySpan<byte> key) => Utf8Parser.TryParse(Value(key), out int number, out _) ? number : 0;

    /// <summary>A value in base 16.</summary>
    public bool TryHexadecimal(ReadOnlySpan<byte> key, out ulong value)
    {
        ReadOnlySpan<byte> text = Value(key);
        return Utf8Parser.TryParse(text, out value, out int used, 'x') && used == text.Length && used > 0;
    }

    /// <summary>The number with an index among several in a value.</summary>
    public bool TryNumber(ReadOnlySpan<byte> key, int index, out uint number)
    {
        ReadOnlySpan<byte> rest = Value(key);
        for (; ; index--)
        {
            if (!Utf8Parser.TryParse(rest, out number, out int used))
            {
                return false;
            }

            if (index == 0)
            {
                return true;
            }

            rest = rest[used..].TrimStart("\t "u8);
        }
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
