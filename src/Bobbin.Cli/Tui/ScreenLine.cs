using System.Buffers.Text;
using Bobbin.Cli.Text;

namespace Bobbin.Cli.Tui;

/// <summary>
/// One line of a screen while it is being made: text and the sequences that style it, never wider than the screen. The text has to be
/// without control characters, since this is what reaches the terminal.
/// </summary>
internal sealed class ScreenLine(int columns, ColorDepth depth)
{
    private byte[] _bytes = new byte[256];
    private int _length;
    private Style _style;

    /// <summary>Columns that are written.</summary>
    public int Width { get; private set; }

    /// <summary>Columns that are left.</summary>
    public int Left => columns - Width;

    /// <summary>What goes to the terminal.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        _length = 0;
        Width = 0;
        _style = default;
    }

    /// <summary>Adds text, cut where the screen ends.</summary>
    public ScreenLine Write(ReadOnlySpan<byte> text, Style style = default)
    {
        bool isPlain = !text.ContainsAnyExceptInRange((byte)' ', (byte)'~');
        int width = isPlain ? text.Length : DisplayWidth.Of(text);
        if (width > Left)
        {
            text = DisplayWidth.Cut(text, Left);
            width = isPlain ? text.Length : DisplayWidth.Of(text);
        }

        if (width > 0)
        {
            Change(style);
            Append(text);
            Width += width;
        }

        return this;
    }

    /// <summary>Adds text of our own.</summary>
    public ScreenLine Write(string text, Style style = default) => Write(System.Text.Encoding.UTF8.GetBytes(text), style);

    /// <summary>Adds blanks up to a column.</summary>
    public ScreenLine PadTo(int column, Style style = default)
    {
        int count = Math.Min(column, columns) - Width;
        if (count > 0)
        {
            Change(style);
            Room(count)[..count].Fill((byte)' ');
            _length += count;
            Width += count;
        }

        return this;
    }

    /// <summary>Ends it: what comes after is not styled.</summary>
    public void End() => Change(default);

    private void Change(Style style)
    {
        if (style == _style)
        {
            return;
        }

        _style = style;
        Append("\e[0"u8);
        AppendIf(style.IsBold, ";1"u8);
        AppendIf(style.IsDim, ";2"u8);
        AppendIf(style.IsUnderlined, ";4"u8);
        AppendIf(style.IsReverse, ";7"u8);
        AppendColor(style.Foreground, isBackground: false);
        AppendColor(style.Background, isBackground: true);
        Append("m"u8);
    }

    private void AppendColor(Color? wanted, bool isBackground)
    {
        if (wanted is not { } color || depth == ColorDepth.None)
        {
            return;
        }

        int offset = isBackground ? 10 : 0;
        Append(";"u8);
        switch (depth)
        {
            case ColorDepth.Sixteen:
                int nearest = color.NearestOfSixteen();
                Append((nearest < 8 ? 30 + nearest : 82 + nearest) + offset);
                break;
            case ColorDepth.TwoHundredFiftySix:
                Append(38 + offset);
                Append(";5;"u8);
                Append(color.NearestOf256());
                break;
            default:
                Append(38 + offset);
                Append(";2;"u8);
                Append(color.Red);
                Append(";"u8);
                Append(color.Green);
                Append(";"u8);
                Append(color.Blue);
                break;
        }
    }

    private void AppendIf(bool isSet, ReadOnlySpan<byte> text)
    {
        if (isSet)
        {
            Append(text);
        }
    }

    private void Append(int number)
    {
        Utf8Formatter.TryFormat(number, Room(11), out int length);
        _length += length;
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        _length += text.Length;
    }

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - _length < length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + length));
        }

        return _bytes.AsSpan(_length);
    }
}
