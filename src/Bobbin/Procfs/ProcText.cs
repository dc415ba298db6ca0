using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Bobbin.Procfs;

/// <summary>
/// Writes the bytes of a /proc file into a buffer that grows from pooled memory. Allocates nothing. Every method gives the writer
/// back, so that a line of a file reads as a line.
/// </summary>
public ref struct ProcText
{
    private Span<byte> _buffer;
    private byte[]? _pooled;
    private int _length;

    /// <summary>Begins in a buffer of the caller's.</summary>
    public ProcText(Span<byte> buffer)
    {
        _buffer = buffer;
    }

    /// <summary>Begins in an array that the text takes over from the pool and <see cref="Detach"/> gives back, larger perhaps.</summary>
    internal ProcText(byte[] pooled)
    {
        _buffer = pooled;
        _pooled = pooled;
    }

    /// <summary>Bytes written.</summary>
    public readonly int Length => _length;

    /// <summary>What has been written.</summary>
    public readonly ReadOnlySpan<byte> Written => _buffer[.._length];

    /// <summary>Bytes as they are.</summary>
    [UnscopedRef]
    public ref ProcText Literal(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Take(bytes.Length));
        return ref this;
    }

    /// <summary>One byte.</summary>
    [UnscopedRef]
    public ref ProcText Byte(byte value)
    {
        Take(1)[0] = value;
        return ref this;
    }

    /// <summary>A blank.</summary>
    [UnscopedRef]
    public ref ProcText Space() => ref Byte((byte)' ');

    /// <summary>A tab.</summary>
    [UnscopedRef]
    public ref ProcText Tab() => ref Byte((byte)'\t');

    /// <summary>The end of a line.</summary>
    [UnscopedRef]
    public ref ProcText Line() => ref Byte((byte)'\n');

    /// <summary>A decimal number.</summary>
    [UnscopedRef]
    public ref ProcText Number(long value)
    {
        Reserve(20);
        Utf8Formatter.TryFormat(value, _buffer[_length..], out int digits);
        _length += digits;
        return ref this;
    }

    /// <summary>A decimal number.</summary>
    [UnscopedRef]
    public ref ProcText Number(ulong value)
    {
        Reserve(20);
        Utf8Formatter.TryFormat(value, _buffer[_length..], out int digits);
        _length += digits;
        return ref this;
    }

    /// <summary>A decimal number, with blanks before it up to a width (<c>%8lu</c>).</summary>
    [UnscopedRef]
    public ref ProcText Right(long value, int width)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int length);
        Fill((byte)' ', width - length);
        return ref Literal(digits[..length]);
    }

    /// <summary>A decimal number of at least so many digits (<c>%02lu</c>).</summary>
    [UnscopedRef]
    public ref ProcText Zeros(ulong value, int digits)
    {
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, text, out int length);
        Fill((byte)'0', digits - length);
        return ref Literal(text[..length]);
    }

    /// <summary>Bytes, with blanks after them up to a width (<c>%-25s</c>).</summary>
    [UnscopedRef]
    public ref ProcText Left(scoped ReadOnlySpan<byte> bytes, int width)
    {
        Literal(bytes);
        Fill((byte)' ', width - bytes.Length);
        return ref this;
    }

    /// <summary>A decimal number, with blanks after it up to a width (<c>%-20lu</c>).</summary>
    [UnscopedRef]
    public ref ProcText Left(ulong value, int width)
    {
        int before = _length;
        Number(value);
        Fill((byte)' ', width - (_length - before));
        return ref this;
    }

    /// <summary>A number in lower-case hexadecimal of at least so many digits (<c>%016llx</c>).</summary>
    [UnscopedRef]
    public ref ProcText Hex(ulong value, int digits = 1)
    {
        int length = Math.Max(Math.Max(digits, 1), (67 - (int)ulong.LeadingZeroCount(value)) / 4);
        Span<byte> text = Take(length);
        for (int index = length - 1; index >= 0; index--, value >>= 4)
        {
            text[index] = "0123456789abcdef"u8[(int)(value & 15)];
        }

        return ref this;
    }

    /// <summary>A number in octal of at least so many digits (<c>%04o</c>).</summary>
    [UnscopedRef]
    public ref ProcText Octal(ulong value, int digits = 1)
    {
        int length = 1;
        for (ulong rest = value >> 3; rest != 0; rest >>= 3)
        {
            length++;
        }

        length = Math.Max(length, digits);
        Span<byte> text = Take(length);
        for (int index = length - 1; index >= 0; index--, value >>= 3)
        {
            text[index] = (byte)('0' + (value & 7));
        }

        return ref this;
    }

    /// <summary>Several times the same byte.</summary>
    [UnscopedRef]
    public ref ProcText Fill(byte value, int count)
    {
        if (count > 0)
        {
            Take(count).Fill(value);
        }

        return ref this;
    }

    /// <summary>Drops all that was written after a length.</summary>
    public void Cut(int length) => _length = Math.Min(length, _length);

    /// <summary>Gives pooled memory back.</summary>
    public void Dispose()
    {
        if (_pooled is not null)
        {
            ArrayPool<byte>.Shared.Return(_pooled);
            _pooled = null;
        }

        _buffer = default;
        _length = 0;
    }

    /// <summary>The array that holds the text now, which the caller owns from here on.</summary>
    internal byte[]? Detach(out int length)
    {
        byte[]? pooled = _pooled;
        length = _length;
        _pooled = null;
        _buffer = default;
        _length = 0;
        return pooled;
    }

    private Span<byte> Take(int count)
    {
        Reserve(count);
        Span<byte> taken = _buffer.Slice(_length, count);
        _length += count;
        return taken;
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _length < count)
        {
            Grow(count);
        }
    }

    private void Grow(int count)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + count, 2 * _buffer.Length));
        _buffer[.._length].CopyTo(larger);
        if (_pooled is not null)
        {
            ArrayPool<byte>.Shared.Return(_pooled);
        }

        _pooled = larger;
        _buffer = larger;
    }
}
