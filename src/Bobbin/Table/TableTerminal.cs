using Bobbin.Tasks;

namespace Bobbin.Table;

/// <summary>A terminal that controls a session.</summary>
/// <param name="device">Minor in bits 0 to 7 and 20 to 31, major in bits 8 to 19: pts/3 is 0x8803.</param>
public sealed class TableTerminal(uint device)
{
    private volatile TablePid? _foreground;

    /// <summary>Its device number.</summary>
    public uint Device => device;

    internal TablePid? Foreground
    {
        get => _foreground;
        set => _foreground = value;
    }
}
