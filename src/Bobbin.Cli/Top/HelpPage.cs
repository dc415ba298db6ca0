using Bobbin.Cli.Tui;

namespace Bobbin.Cli.Top;

/// <summary>What the keys do, over everything else.</summary>
internal static class HelpPage
{
    private static readonly (string Keys, string Meaning)[] s_keys =
    [
        ("Up Down PgUp PgDn Home End", "go through the lines; the wheel too, and a click on a line"),
        ("/ F4", "show only what has this text in name, command line or user, or is its id; Esc takes it away"),
        ("< >", "sort by the column to the left or right; a click on its name too"),
        ("P M N A I", "sort by processor, memory, id, processor time, I/O"),
        ("r", "sort in the other direction"),
        ("t F5", "children under their parents"),
        ("T H", "a line for each thread"),
        ("Space Left Right", "hide or show what is below: children in a tree, threads in a list of processes"),
        ("F", "follow the selected task, wherever it goes"),
        ("k F9", "send a signal to the selected process, or to the selected thread alone"),
        ("K", "the kernel's own threads too"),
        ("d", "seconds between two frames"),
        ("Ctrl-L", "draw everything again"),
        ("Ctrl-Z", "back to the shell for a while; fg comes back"),
        ("q F10 Ctrl-C", "end"),
    ];

    /// <summary>Writes it over the frame.</summary>
    public static void Paint(Screen screen)
    {
        for (int row = 0; row < screen.Rows; row++)
        {
            screen[row].Clear();
        }

        screen[0].Write("Keys of bobbin top", new Style { IsBold = true }).Write("  (any key goes back)", new Style { IsDim = true });
        int width = s_keys.Max(key => key.Keys.Length);
        for (int i = 0; i < s_keys.Length && i + 2 < screen.Rows; i++)
        {
            screen[i + 2].Write($"  {s_keys[i].Keys}", new Style { IsBold = true }).PadTo(width + 4).Write(s_keys[i].Meaning);
        }
    }
}
