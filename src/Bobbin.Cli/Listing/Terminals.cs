namespace Bobbin.Cli.Listing;

/// <summary>The names of terminals by their device (<c>Documentation/admin-guide/devices.txt</c>).</summary>
internal static class Terminals
{
    private const int Console = 4, Serial = 204, PseudoFirst = 136, PseudoLast = 143;

    /// <summary>Writes the name, without /dev/; <c>?</c> for none, the numbers for one that is not known.</summary>
    public static void Write(CellBuffer cells, int device)
    {
        int major = (device >> 8) & 0xFFF;
        int minor = (device & 0xFF) | ((device >> 12) & 0xFFF00);
        _ = (device, major, minor) switch
        {
            (0, _, _) => cells.Byte((byte)'?'),
            (_, Console, < 64) => cells.Literal("tty"u8).Number(minor),
            (_, Console, _) => cells.Literal("ttyS"u8).Number(minor - 64),
            (_, Serial, >= 64 and < 80) => cells.Literal("ttyAMA"u8).Number(minor - 64),
            (_, >= PseudoFirst and <= PseudoLast, _) => cells.Literal("pts/"u8).Number(((major - PseudoFirst) * 256) + minor),
            (_, 5, 1) => cells.Literal("console"u8),
            (_, 229, _) => cells.Literal("hvc"u8).Number(minor),
            _ => cells.Number(major).Byte((byte)':').Number(minor),
        };
    }
}
