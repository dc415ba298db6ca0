using System.Globalization;
using System.Text;
using Bobbin.Cli.Listing;
using Bobbin.Cli.Text;
using Bobbin.Cli.Tui;
using Bobbin.Snapshots;
using Bobbin.Tasks;

namespace Bobbin.Cli.Top;

/// <summary>Makes a frame: the machine, the question or message, the columns, the lines that are seen, and the keys.</summary>
internal sealed class TopPainter(TopModel model, MachineLoad load, ShortLived shortLived, RefreshBudget budget)
{
    /// <summary>Rows above the first task.</summary>
    public const int HeadRows = 6;

    /// <summary>The row of the columns' names.</summary>
    public const int ColumnRow = 5;

    private const int LeastColumns = 40, LeastRows = 10;

    private static readonly Style s_bold = new() { IsBold = true }, s_dim = new() { IsDim = true };
    private static readonly Style s_title = new() { IsReverse = true }, s_selected = new() { IsReverse = true, IsBold = true };
    private static readonly Style s_sorted = new() { IsReverse = true, IsBold = true, IsUnderlined = true };
    private static readonly Style s_green = new() { Foreground = new Color(0, 205, 0) }, s_red = new() { Foreground = new Color(255, 80, 80) };
    private static readonly Style s_blue = new() { Foreground = new Color(92, 92, 255) }, s_yellow = new() { Foreground = new Color(205, 205, 0) };
    private static readonly Style s_magenta = new() { Foreground = new Color(205, 0, 205) }, s_cyan = new() { Foreground = new Color(0, 205, 205) };

    private readonly CellBuffer _cells = new(1024);
    private int[] _widths = [];
    private Field[] _laid = [];

    /// <summary>Makes the frame of now.</summary>
    public void Paint(Screen screen, Prompt? prompt, bool isHelp)
    {
        screen.Begin();
        if (screen.Columns < LeastColumns || screen.Rows < LeastRows)
        {
            screen[0].Write($"bobbin top needs {LeastColumns} columns and {LeastRows} rows");
            return;
        }

        model.Page = screen.Rows - HeadRows - 1;
        model.Select(model.Selected);
        if (model.Scene is { } scene)
        {
            PaintHead(screen, scene);
            PaintTable(screen, scene);
        }

        PaintMessage(screen[ColumnRow - 1], prompt);
        PaintKeys(screen[screen.Rows - 1]);
        if (isHelp)
        {
            HelpPage.Paint(screen);
        }
    }

    /// <summary>The column at a place of the columns' row; null beside them all.</summary>
    public Field? ColumnAt(int place)
    {
        int at = 0;
        for (int i = 0; i < _laid.Length; i++)
        {
            at += _widths[i] + 1;
            if (place < at)
            {
                return _laid[i];
            }
        }

        return _laid.Length > 0 ? _laid[^1] : null;
    }

    private void PaintHead(Screen screen, ListingScene scene)
    {
        TimeSpan up = scene.Tasks.SinceBoot;
        string uptime = up.Days > 0 ? $"{up.Days} days {up.Hours}:{up.Minutes:00}" : $"{up.Hours}:{up.Minutes:00}";
        string pace = $"{(budget.IsSlowed ? "slowed to " : "")}{Number(budget.Interval)} s by {model.Reader.Name}, {Percent(budget.Share)} of a processor";
        screen[0].Write("bobbin top", s_bold).Write($"  {scene.Now:HH:mm:ss}  up {uptime}  load {load.Averages}");
        screen[0].PadTo(screen.Columns - pace.Length).Write(pace, budget.IsSlowed ? s_yellow : s_dim);

        int running = 0, waiting = 0, zombies = 0, threads = 0;
        foreach (ProcessRow process in scene.Tasks.Processes)
        {
            threads += process.ThreadCount;
        }

        foreach (ThreadRow thread in scene.Tasks.Threads)
        {
            running += thread.State == TaskState.Running ? 1 : 0;
            waiting += thread.State == TaskState.DiskSleep ? 1 : 0;
            zombies += thread.State == TaskState.Zombie ? 1 : 0;
        }

        screen[1].Write($"Tasks  {scene.Tasks.Processes.Count} processes, {threads} threads; {running} running, {waiting} waiting for a disk, {zombies} zombies");
        PaintShortLived(screen[1]);
        PaintProcessors(screen[2]);
        PaintMemory(screen[3]);
    }

    private void PaintShortLived(ScreenLine line)
    {
        if (shortLived.Reason.Length > 0)
        {
            line.Write("; short-lived not counted: ", s_dim).Write(Printable.Escape(shortLived.Reason), s_dim);
            return;
        }

        line.Write("; ").Write($"{shortLived.Processes} short-lived", shortLived.Processes > 0 ? s_yellow : default);
        string names = string.Join(", ", shortLived.Names.Take(4).Select(pair => $"{Printable.Escape(pair.Key)} {pair.Value}"));
        line.Write(names.Length > 0 ? $": {names}" : "").Write(shortLived.Lost > 0 ? $" ({shortLived.Lost} lost)" : "");
    }

    private void PaintProcessors(ScreenLine line)
    {
        double busy = load.User + load.System + load.Stolen;
        line.Write("CPU    ");
        Bar(line, [(load.User, s_green), (load.System, s_red), (load.Stolen, s_magenta)]);
        line.Write($" {Percent(busy)} of {load.Processors}: user {Percent(load.User)}, system {Percent(load.System)}, waiting for I/O {Percent(load.Waiting)}");
        line.Write(load.Stolen >= 0.0005 ? $", stolen {Percent(load.Stolen)}" : "");
    }

    private void PaintMemory(ScreenLine line)
    {
        ulong used = load.MemoryTotal - Math.Min(load.MemoryAvailable, load.MemoryTotal), swap = load.SwapTotal - Math.Min(load.SwapFree, load.SwapTotal);
        line.Write("Memory ");
        Bar(line, [(used / Math.Max(1.0, load.MemoryTotal), s_blue)]);
        line.Write($" {Bytes(used)} of {Bytes(load.MemoryTotal)} used");
        line.Write(load.SwapTotal > 0 ? $"; swap {Bytes(swap)} of {Bytes(load.SwapTotal)}" : "; no swap");
    }

    private static void Bar(ScreenLine line, ReadOnlySpan<(double Share, Style Style)> parts)
    {
        const int Width = 20;
        line.Write("["u8);
        int start = line.Width;
        double share = 0;
        foreach ((double part, Style style) in parts)
        {
            share = Math.Min(1, share + part);
            int end = (int)Math.Round(share * Width);
            for (; line.Width - start < end; line.Write("|"u8, style))
            {
            }
        }

        line.PadTo(start + Width).Write("]"u8);
    }

    private void PaintMessage(ScreenLine line, Prompt? prompt)
    {
        if (prompt is not null)
        {
            line.Write(prompt.Question, s_bold).Write(Printable.Escape(prompt.Text)).Write(" ", s_title);
        }
        else if (model.Message.Length > 0)
        {
            line.Write(model.Message, s_yellow);
        }
        else if (model.Filter.IsSet)
        {
            line.Write("only ", s_dim).Write(Printable.Escape(model.Filter.Text), s_bold).Write($"  ({model.Lines.Lines.Count} lines; / changes it, Esc takes it away)", s_dim);
        }
    }

    private static void PaintKeys(ScreenLine line)
    {
        foreach ((string key, string what) in ((string, string)[])[("?", "help"), ("/", "filter"), ("< >", "sort"), ("r", "reverse"), ("t", "tree"),
            ("T", "threads"), ("Space", "fold"), ("F", "follow"), ("k", "signal"), ("q", "quit")])
        {
            line.Write($" {key} ", s_title).Write($"{what} ");
        }
    }

    private void PaintTable(Screen screen, ListingScene scene)
    {
        IReadOnlyList<ListedTask> lines = model.Lines.Lines;
        int count = Math.Min(model.Page, lines.Count - model.Top);
        Field[] fields = model.Fields;
        int tree = Array.FindIndex(fields, field => field.Name is "args" or "comm");
        tree = tree < 0 ? fields.Length - 1 : tree;
        _cells.Clear();
        foreach (Field field in fields)
        {
            _cells.Literal(field.Header).End();
        }

        for (int i = 0; i < count; i++)
        {
            ListedTask task = lines[model.Top + i];
            for (int column = 0; column < fields.Length; column++)
            {
                if (column == tree)
                {
                    Indent(task);
                }

                fields[column].Write(_cells, scene, task);
                _cells.End();
            }
        }

        Measure(fields);
        PaintLine(screen[ColumnRow], 0, fields, default, isHead: true);
        for (int i = 0; i < count; i++)
        {
            PaintLine(screen[HeadRows + i], (i + 1) * fields.Length, fields, lines[model.Top + i], isHead: false, isSelected: model.Top + i == model.Selected);
        }

        if (lines.Count == 0)
        {
            screen[HeadRows].Write(model.Filter.IsSet ? "nothing fits" : "no tasks", s_dim);
        }
    }

    private void Indent(ListedTask task)
    {
        for (int i = 1; i < task.Depth; i++)
        {
            _cells.Literal("  "u8);
        }

        bool canTurn = model.Lines.CanTurn(task);
        if (task.Depth > 0)
        {
            _cells.Literal(task.IsThread ? "- "u8 : "\\_ "u8);
        }

        if (canTurn && model.Lines.IsFolded(task) == model.Lines.Tree)
        {
            _cells.Literal(model.Lines.Tree ? "[+] "u8 : "[-] "u8);
        }
    }

    // A column that was wide stays so: what jumps to and fro with each frame cannot be read.
    private void Measure(Field[] fields)
    {
        if (!ReferenceEquals(_laid, fields))
        {
            _laid = fields;
            _widths = new int[fields.Length];
        }

        for (int cell = 0, column = 0; cell < _cells.Count; cell++)
        {
            _widths[column] = Math.Max(_widths[column], _cells.WidthOf(cell));
            column = column + 1 == fields.Length ? 0 : column + 1;
        }
    }

    private void PaintLine(ScreenLine line, int cell, Field[] fields, ListedTask task, bool isHead, bool isSelected = false)
    {
        Style plain = isHead ? s_title : isSelected ? s_selected : default;
        for (int column = 0; column < fields.Length; column++)
        {
            bool isLast = column == fields.Length - 1;
            bool toRight = fields[column].Kind != FieldKind.Text;
            Style style = isHead && ReferenceEquals(fields[column], model.Lines.SortBy) ? s_sorted
                : isHead || isSelected ? plain : StyleOf(fields[column].Name, task);
            int padding = Math.Max(0, _widths[column] - _cells.WidthOf(cell + column));
            line.PadTo(line.Width + (toRight ? padding : 0), plain).Write(_cells[cell + column], style);
            line.PadTo(isLast ? int.MaxValue : line.Width + (toRight ? 0 : padding) + 1, plain);
        }
    }

    private Style StyleOf(string field, ListedTask task) => field switch
    {
        "state" or "stat" => task.Thread.State switch
        {
            TaskState.Running => s_green,
            TaskState.DiskSleep => s_red,
            TaskState.Zombie or TaskState.Dead => s_magenta,
            TaskState.Stopped or TaskState.Traced => s_yellow,
            _ => s_dim,
        },
        "%cpu" => Fields.ProcessorPercent(model.Scene!, task) switch { >= 50 => s_red, >= 5 => s_yellow, < 0.05 => s_dim, _ => default },
        "pid" or "ppid" when task.IsThread && !model.Lines.Threads => s_dim,
        "args" or "comm" when task.Process.IsKernelThread => s_dim,
        "args" or "comm" when task.IsThread => s_cyan,
        _ => default,
    };

    private static string Percent(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    private static string Number(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Bytes(ulong bytes)
    {
        CellBuffer cell = new(1);
        TopFields.Bytes(cell, bytes);
        cell.End();
        return Encoding.ASCII.GetString(cell[0]);
    }
}
