namespace Bobbin.Cli.Text;

/// <summary>Gathers what goes to standard output, and writes it a part at a time.</summary>
internal sealed class OutputBuffer
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(64 * 1024);
    private int _length;

    /// <summary>Adds bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > _bytes.Length - _length)
        {
            int part = _bytes.Length - _length;
            bytes[..part].CopyTo(_bytes.AsSpan(_length));
            _length = _bytes.Length;
            Flush();
            bytes = bytes[part..];
        }

        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Adds one byte.</summary>
    public void Write(byte value) => Write([value]);

    /// <summary>Adds one byte so many times.</summary>
    public void Write(byte value, int count)
    {
        Span<byte> some = stackalloc byte[64];
        some.Fill(value);
        for (; count > 0; count -= some.Length)
        {
            Write(some[..Math.Min(count, some.Length)]);
        }
    }

    /// <summary>Writes what is left.</summary>
    public void Flush()
    {
        Terminal.Out(_bytes.AsSpan(0, _length));
        _length = 0;
    }
}
