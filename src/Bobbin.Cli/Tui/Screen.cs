using System.Buffers;
using System.Text;

namespace Bobbin.Cli.Tui;

/// <summary>
/// What a terminal shows, line by line. A frame is made anew each time, and only lines that differ from the frame before are sent, in one
/// piece: ten thousand tasks that change make no more traffic than the lines that are seen of them.
/// </summary>
internal sealed class Screen
{
    private readonly ArrayBufferWriter<byte> _output = new(16 * 1024);
    private readonly ColorDepth _depth;
    private ScreenLine[] _lines = [];
    private byte[]?[] _shown = [];

    /// <summary>Makes a screen of a size.</summary>
    public Screen(int columns, int rows, ColorDepth depth)
    {
        _depth = depth;
        Resize(columns, rows);
    }

    /// <summary>Its size.</summary>
    public int Columns { get; private set; }

    /// <inheritdoc cref="Columns"/>
    public int Rows => _lines.Length;

    /// <summary>A line of the frame that is being made.</summary>
    public ScreenLine this[int row] => _lines[row];

    /// <summary>Another size: all is to be shown again.</summary>
    public void Resize(int columns, int rows)
    {
        Columns = columns;
        _lines = new ScreenLine[rows];
        for (int row = 0; row < rows; row++)
        {
            _lines[row] = new ScreenLine(columns, _depth);
        }

        Forget();
    }

    /// <summary>Nothing is known of what the terminal shows: the next frame is sent whole.</summary>
    public void Forget()
    {
        _shown = new byte[_lines.Length][];
        IsForgotten = true;
    }

    private bool IsForgotten { get; set; }

    /// <summary>Begins a frame: all lines are empty.</summary>
    public void Begin()
    {
        foreach (ScreenLine line in _lines)
        {
            line.Clear();
        }
    }

    /// <summary>Ends a frame: the bytes that make the terminal show it; valid until the next.</summary>
    public ReadOnlySpan<byte> End()
    {
        _output.ResetWrittenCount();
        if (IsForgotten)
        {
            _output.Write("\e[0m\e[2J"u8);
            IsForgotten = false;
        }

        for (int row = 0; row < _lines.Length; row++)
        {
            ScreenLine line = _lines[row];
            line.End();
            if (_shown[row] is { } shown && shown.AsSpan().SequenceEqual(line.Bytes))
            {
                continue;
            }

            // A line that is full leaves the cursor on its last column, which erasing to the end would take away.
            bool isFull = line.Left == 0;
            Write($"\e[{row + 1};1H");
            _output.Write(line.Bytes);
            if (!isFull)
            {
                _output.Write("\e[K"u8);
            }

            _shown[row] = line.Bytes.ToArray();
        }

        return _output.WrittenSpan;
    }

    private void Write(string text) => Encoding.ASCII.GetBytes(text, _output);
}
