using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Bobbin.Cli.Text;

namespace Bobbin.Cli.Listing;

/// <summary>
/// The cells of a table, one behind the other as UTF-8. Ten thousand threads have a hundred thousand cells, which are too many for strings.
/// </summary>
internal sealed class CellBuffer
{
    private byte[] _bytes;
    private int[] _ends;
    private int[] _widths;
    private int _length;
    private bool _isWide; // the cell being written has more than ASCII

    /// <summary>Makes room; more is made when it is needed.</summary>
    public CellBuffer(int cells = 16)
    {
        // Not cleared: what is not used is never touched, and a page that is not touched costs nothing.
        _bytes = GC.AllocateUninitializedArray<byte>(Math.Max(256, cells * 8));
        _ends = GC.AllocateUninitializedArray<int>(cells);
        _widths = GC.AllocateUninitializedArray<int>(cells);
    }

    /// <summary>Whether names are kept as they are, for formats that have a way to say every byte; else control bytes are escaped.</summary>
    public bool IsExact { get; init; }

    /// <summary>How many cells there are.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes of a cell.</summary>
    public ReadOnlySpan<byte> this[int cell]
    {
        get
        {
            int start = cell == 0 ? 0 : _ends[cell - 1];
            return _bytes.AsSpan(start, _ends[cell] - start);
        }
    }

    /// <summary>How many columns of a terminal a cell takes.</summary>
    public int WidthOf(int cell) => _widths[cell];

    /// <summary>Forgets all cells.</summary>
    public void Clear()
    {
        Count = 0;
        _length = 0;
    }

    /// <summary>Ends the cell that was being written.</summary>
    public void End()
    {
        if (Count == _ends.Length)
        {
            Array.Resize(ref _ends, Count * 2);
            Array.Resize(ref _widths, Count * 2);
        }

        int start = Count == 0 ? 0 : _ends[Count - 1];
        _widths[Count] = _length - start + (_isWide ? DisplayWidth.Of(_bytes.AsSpan(start, _length - start)) - (_length - start) : 0);
        _isWide = false;
        _ends[Count++] = _length;
    }

    /// <summary>Writes a number.</summary>
    public CellBuffer Number(long number)
    {
        if ((ulong)number < 10)
        {
            return Byte((byte)('0' + number));
        }

        Utf8Formatter.TryFormat(number, Room(20), out int length);
        _length += length;
        return this;
    }

    /// <summary>Writes a number.</summary>
    public CellBuffer Number(ulong number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out int length);
        _length += length;
        return this;
    }

    /// <summary>Writes a number of at least two digits.</summary>
    public CellBuffer TwoDigits(long number)
    {
        if (number < 10)
        {
            Byte((byte)'0');
        }

        return Number(number);
    }

    /// <summary>Writes a number with one digit behind the point.</summary>
    public CellBuffer Tenths(double number)
    {
        long tenths = (long)Math.Round(Math.Min(number, 1e15) * 10);
        return Number(tenths / 10).Byte((byte)'.').Number(tenths % 10);
    }

    /// <summary>Writes one byte.</summary>
    public CellBuffer Byte(byte value)
    {
        Room(1)[0] = value;
        _length++;
        return this;
    }

    /// <summary>Writes text of our own.</summary>
    public CellBuffer Literal(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        _length += text.Length;
        return this;
    }

    /// <summary>Writes text of our own.</summary>
    public CellBuffer Literal(string text)
    {
        _length += Encoding.UTF8.GetBytes(text, Room(text.Length * 3));
        return this;
    }

    /// <summary>Writes text that somebody else chose.</summary>
    public CellBuffer Foreign(ReadOnlySpan<byte> text)
    {
        if (!text.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            return Literal(text);
        }

        _isWide = true;
        return IsExact ? Literal(text) : Literal(Printable.Escape(text));
    }

    /// <summary>Writes a moment.</summary>
    public CellBuffer Time(DateTimeOffset time, string format) => Literal(time.ToString(format, CultureInfo.InvariantCulture));

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - _length < length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(Math.Max(_bytes.Length * 2, _length + length));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            _bytes = larger;
        }

        return _bytes.AsSpan(_length);
    }
}
