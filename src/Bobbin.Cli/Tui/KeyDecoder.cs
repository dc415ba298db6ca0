using System.Buffers;
using System.Text;

namespace Bobbin.Cli.Tui;

/// <summary>
/// Makes keys of the bytes that a terminal sends: characters, control characters, and the sequences of ECMA-48 and xterm. A sequence may
/// come in parts, and what is not known is left out.
/// </summary>
internal sealed class KeyDecoder
{
    private const byte Escape = 0x1B;
    private const int LongestSequence = 64;

    private readonly List<byte> _pending = [];

    /// <summary>
    /// Whether something has begun that is not complete: the Escape key looks like the beginning of a sequence, and only that nothing
    /// follows soon tells it.
    /// </summary>
    public bool IsPending => _pending.Count > 0;

    /// <summary>Takes bytes and adds the keys they make.</summary>
    public void Feed(ReadOnlySpan<byte> bytes, List<Key> keys)
    {
        _pending.AddRange(bytes);
        ReadOnlySpan<byte> rest = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_pending);
        int used = 0;
        while (used < rest.Length && Take(rest[used..], keys, out int length))
        {
            used += length;
        }

        _pending.RemoveRange(0, used);
    }

    /// <summary>Nothing has followed for a while: what began was the Escape key.</summary>
    public void Flush(List<Key> keys)
    {
        if (_pending.Count > 0 && _pending[0] == Escape)
        {
            byte[] rest = [.. _pending.Skip(1)];
            _pending.Clear();
            keys.Add(new Key(KeyKind.Escape));
            Feed(rest, keys);
        }
        else
        {
            _pending.Clear();
        }
    }

    private static bool Take(ReadOnlySpan<byte> bytes, List<Key> keys, out int length)
    {
        length = 1;
        switch (bytes[0])
        {
            case Escape:
                return TakeSequence(bytes, keys, out length);
            case 0x0D or 0x0A:
                keys.Add(new Key(KeyKind.Enter));
                return true;
            case 0x09:
                keys.Add(new Key(KeyKind.Tab));
                return true;
            case 0x7F or 0x08:
                keys.Add(new Key(KeyKind.Backspace));
                return true;
            case 0:
                return true;
            case < 0x1B:
                keys.Add(Key.Control((char)('a' + bytes[0] - 1)));
                return true;
            case < 0x20:
                return true;
        }

        OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out length);
        if (status == OperationStatus.Done)
        {
            keys.Add(new Key(KeyKind.Character) { Rune = rune });
        }

        return status != OperationStatus.NeedMoreData;
    }

    private static bool TakeSequence(ReadOnlySpan<byte> bytes, List<Key> keys, out int length)
    {
        length = 1;
        if (bytes.Length == 1)
        {
            return false;
        }

        switch (bytes[1])
        {
            case (byte)'[':
                return TakeControlSequence(bytes, keys, out length);
            case (byte)'O':
                length = 3;
                if (bytes.Length > 2)
                {
                    Add(keys, Named(bytes[2], 0));
                }

                return bytes.Length > 2;
            case Escape:
                keys.Add(new Key(KeyKind.Escape));
                return true;
            default:
                length = 2; // Alt and a character: nothing here
                return true;
        }
    }

    // CSI: parameters, intermediates, and a final byte.
    private static bool TakeControlSequence(ReadOnlySpan<byte> bytes, List<Key> keys, out int length)
    {
        int end = 2;
        if (bytes.Length > 2 && bytes[2] == '[')
        {
            // The Linux console's F1 to F5.
            length = 4;
            if (bytes.Length > 3 && bytes[3] is >= (byte)'A' and <= (byte)'E')
            {
                keys.Add(new Key(KeyKind.Function) { Number = bytes[3] - 'A' + 1 });
            }

            return bytes.Length > 3;
        }

        while (end < bytes.Length && bytes[end] is >= 0x20 and < 0x40)
        {
            end++;
        }

        length = end + 1;
        if (end >= bytes.Length)
        {
            length = Math.Min(bytes.Length, LongestSequence);
            return bytes.Length >= LongestSequence; // nothing that a terminal sends is as long
        }

        ReadOnlySpan<byte> parameters = bytes[2..end];
        if (parameters.StartsWith("<"u8))
        {
            AddMouse(keys, parameters[1..], isPress: bytes[end] == 'M');
        }
        else
        {
            Add(keys, Named(bytes[end], Parameter(ref parameters)));
        }

        return true;
    }

    // SGR 1006: button; column; row, from 1 on.
    private static void AddMouse(List<Key> keys, ReadOnlySpan<byte> parameters, bool isPress)
    {
        const int Wheel = 64, Motion = 32, WheelDown = 65;
        int button = Parameter(ref parameters), column = Parameter(ref parameters) - 1, row = Parameter(ref parameters) - 1;
        if (!isPress || (button & Motion) != 0 || column < 0 || row < 0)
        {
            return;
        }

        int plain = button & (Wheel | 3); // without Shift, Alt and Ctrl
        KeyKind? kind = plain switch { 0 => KeyKind.Click, Wheel => KeyKind.WheelUp, WheelDown => KeyKind.WheelDown, _ => null };
        if (kind is { } known)
        {
            keys.Add(new Key(known) { Column = column, Row = row });
        }
    }

    private static int Parameter(ref ReadOnlySpan<byte> parameters)
    {
        int number = 0, at = 0;
        for (; at < parameters.Length && parameters[at] != ';'; at++)
        {
            number = parameters[at] is >= (byte)'0' and <= (byte)'9' ? Math.Min((number * 10) + parameters[at] - '0', 1_000_000) : number;
        }

        parameters = parameters[Math.Min(at + 1, parameters.Length)..];
        return number;
    }

    private static Key? Named(byte final, int parameter) => (char)final switch
    {
        'A' => new Key(KeyKind.Up),
        'B' => new Key(KeyKind.Down),
        'C' => new Key(KeyKind.Right),
        'D' => new Key(KeyKind.Left),
        'H' => new Key(KeyKind.Home),
        'F' => new Key(KeyKind.End),
        'M' => new Key(KeyKind.Enter),
        >= 'P' and <= 'S' => new Key(KeyKind.Function) { Number = final - 'P' + 1 },
        '~' => Numbered(parameter),
        _ => null,
    };

    private static Key? Numbered(int parameter) => parameter switch
    {
        1 or 7 => new Key(KeyKind.Home),
        2 => new Key(KeyKind.Insert),
        3 => new Key(KeyKind.Delete),
        4 or 8 => new Key(KeyKind.End),
        5 => new Key(KeyKind.PageUp),
        6 => new Key(KeyKind.PageDown),
        >= 11 and <= 15 => new Key(KeyKind.Function) { Number = parameter - 10 },
        >= 17 and <= 21 => new Key(KeyKind.Function) { Number = parameter - 11 },
        23 or 24 => new Key(KeyKind.Function) { Number = parameter - 12 },
        _ => null,
    };

    private static void Add(List<Key> keys, Key? key)
    {
        if (key is { } known)
        {
            keys.Add(known);
        }
    }
}
