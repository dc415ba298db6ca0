using System.Text;

namespace Bobbin.Cli.Tui;

/// <summary>What was pressed, turned or clicked.</summary>
internal enum KeyKind
{
    /// <summary>A character: <see cref="Key.Rune"/>.</summary>
    Character,

    /// <summary>Ctrl and a letter: <see cref="Key.Rune"/>, small.</summary>
    Control,

    /// <summary>F1 to F12: <see cref="Key.Number"/>.</summary>
    Function,
    Enter,
    Escape,
    Tab,
    Backspace,
    Delete,
    Insert,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    Home,
    End,

    /// <summary>The first button, at <see cref="Key.Column"/> and <see cref="Key.Row"/>.</summary>
    Click,
    WheelUp,
    WheelDown,
}

/// <summary>One key, or one doing of the mouse.</summary>
internal readonly record struct Key(KeyKind Kind)
{
    /// <summary>The character.</summary>
    public Rune Rune { get; init; }

    /// <summary>Which of the function keys.</summary>
    public int Number { get; init; }

    /// <summary>Where, from 0 on.</summary>
    public int Column { get; init; }

    /// <inheritdoc cref="Column"/>
    public int Row { get; init; }

    /// <summary>A character's key.</summary>
    public static Key Of(char character) => new(KeyKind.Character) { Rune = new Rune(character) };

    /// <summary>Ctrl and a letter.</summary>
    public static Key Control(char letter) => new(KeyKind.Control) { Rune = new Rune(letter) };

    /// <summary>Whether it is this character.</summary>
    public bool Is(char character) => Kind == KeyKind.Character && Rune.Value == character;

    /// <summary>Whether it is Ctrl and this letter.</summary>
    public bool IsControl(char letter) => Kind == KeyKind.Control && Rune.Value == letter;
}
