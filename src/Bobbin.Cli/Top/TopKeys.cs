using System.Globalization;
using Bobbin.Cli.Listing;
using Bobbin.Cli.Tui;
using Bobbin.Kernel.Linux;
using Bobbin.Snapshots;

namespace Bobbin.Cli.Top;

/// <summary>What each key does.</summary>
internal sealed class TopKeys(TopModel model, TopPainter painter, Action<double> setDelay)
{
    /// <summary>The question that is being asked; null: none.</summary>
    public Prompt? Prompt { get; private set; }

    /// <summary>Whether the page of help is shown.</summary>
    public bool IsHelp { get; private set; }

    /// <summary>To end.</summary>
    public bool IsDone { get; private set; }

    /// <summary>To give the terminal to the shell for a while.</summary>
    public bool IsSuspended { get; set; }

    /// <summary>To draw everything again.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>Takes a key.</summary>
    public void Take(Key key)
    {
        if (key.IsControl('z'))
        {
            IsSuspended = true;
            return;
        }

        if (key.IsControl('l'))
        {
            IsForgotten = true;
            return;
        }

        if (Prompt is { } prompt)
        {
            // An answer may ask something else.
            if (prompt.Take(key) && ReferenceEquals(Prompt, prompt))
            {
                Prompt = null;
            }

            return;
        }

        model.Message = "";
        if (IsHelp)
        {
            IsHelp = false;
            return;
        }

        if (key.IsControl('c'))
        {
            IsDone = true;
        }
        else if (key.Kind == KeyKind.Character)
        {
            TakeCharacter((char)Math.Min(key.Rune.Value, char.MaxValue));
        }
        else
        {
            TakeOther(key);
        }
    }

    private void TakeCharacter(char character)
    {
        switch (character)
        {
            case 'q': IsDone = true; break;
            case '?' or 'h': IsHelp = true; break;
            case '/': AskFilter(); break;
            case '<': SortBeside(-1); break;
            case '>': SortBeside(1); break;
            case 'P': SortBy("%cpu"); break;
            case 'M': SortBy("rss"); break;
            case 'N': SortBy("pid"); break;
            case 'A': SortBy("time"); break;
            case 'I': SortBy("read/s"); break;
            case 'r': model.Sort(model.Lines.SortBy); break;
            case 't': model.ShowTree(!model.Lines.Tree); break;
            case 'T' or 'H': model.ShowThreads(!model.Lines.Threads); break;
            case 'K': ShowKernelThreads(); break;
            case ' ': model.Turn(); break;
            case 'F': model.Follow(); break;
            case 'k': AskSignal(); break;
            case 'd': AskDelay(); break;
        }
    }

    private void TakeOther(Key key)
    {
        switch (key)
        {
            case { Kind: KeyKind.Up }: model.Move(-1); break;
            case { Kind: KeyKind.Down }: model.Move(1); break;
            case { Kind: KeyKind.PageUp }: model.Move(-model.Page); break;
            case { Kind: KeyKind.PageDown }: model.Move(model.Page); break;
            case { Kind: KeyKind.Home }: model.Move(-model.Lines.Lines.Count); break;
            case { Kind: KeyKind.End }: model.Move(model.Lines.Lines.Count); break;
            case { Kind: KeyKind.WheelUp }: model.Move(-3); break;
            case { Kind: KeyKind.WheelDown }: model.Move(3); break;
            case { Kind: KeyKind.Left }: model.Turn(fold: true); break;
            case { Kind: KeyKind.Right }: model.Turn(fold: false); break;
            case { Kind: KeyKind.Click }: Click(key); break;
            case { Kind: KeyKind.Escape }: SetFilter(""); break;
            case { Kind: KeyKind.Function, Number: 1 }: IsHelp = true; break;
            case { Kind: KeyKind.Function, Number: 4 }: AskFilter(); break;
            case { Kind: KeyKind.Function, Number: 5 }: model.ShowTree(!model.Lines.Tree); break;
            case { Kind: KeyKind.Function, Number: 9 }: AskSignal(); break;
            case { Kind: KeyKind.Function, Number: 10 }: IsDone = true; break;
        }
    }

    private void Click(Key key)
    {
        if (key.Row == TopPainter.ColumnRow && painter.ColumnAt(key.Column) is { } column)
        {
            model.Sort(column);
        }

        int line = model.Top + key.Row - TopPainter.HeadRows;
        if (key.Row >= TopPainter.HeadRows && key.Row < TopPainter.HeadRows + model.Page && line < model.Lines.Lines.Count)
        {
            model.Move(line - model.Selected);
        }
    }

    private void SortBy(string field)
    {
        Field known = Array.Find(model.Fields, shown => shown.Name == field) ?? model.Columns.Find(field)!;
        if (known.Name != model.Lines.SortBy.Name)
        {
            model.Sort(known);
        }
    }

    private void SortBeside(int step)
    {
        int at = Array.FindIndex(model.Fields, field => field.Name == model.Lines.SortBy.Name);
        int next = Math.Clamp(at + step, 0, model.Fields.Length - 1);
        if (next != at)
        {
            model.Sort(model.Fields[next]);
        }

        model.Message = $"sorted by {model.Lines.SortBy.Name}: {model.Lines.SortBy.Description}";
    }

    private void ShowKernelThreads()
    {
        model.Lines.KernelThreads = !model.Lines.KernelThreads;
        model.Make();
    }

    private void AskFilter()
    {
        string before = model.Filter.Text;
        Prompt = new Prompt("show only: ") { Text = before, Changed = SetFilter, Answered = SetFilter, Cancelled = () => SetFilter("") };
    }

    private void SetFilter(string text)
    {
        model.Filter.Text = text;
        model.Make();
    }

    private void AskDelay() =>
        Prompt = new Prompt("seconds between two frames: ")
        {
            Answered = text =>
            {
                if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0.1 and <= 3600)
                {
                    setDelay(seconds);
                }
                else if (text.Length > 0)
                {
                    model.Message = "between 0.1 and 3600";
                }
            },
        };

    private void AskSignal()
    {
        if (model.Current is not { } task)
        {
            return;
        }

        Prompt = new Prompt($"signal to {Describe(task)} (TERM): ")
        {
            Answered = text =>
            {
                if (SignalNames.TryParse(text.Length == 0 ? "TERM" : text, out int signal))
                {
                    Confirm(task, signal);
                }
                else
                {
                    model.Message = $"there is no signal {Text.Printable.Escape(text)}: a name like TERM, KILL, HUP, USR1, or a number to 64";
                }
            },
        };
    }

    private void Confirm(ListedTask task, int signal)
    {
        TaskIdentity identity = task.Thread.Identity;
        int process = task.Process.Id;
        string words = Describe(task);
        bool isThread = task.IsThread;
        Prompt = new Prompt($"send {SignalNames.Of(signal)} to {words}? y/n ")
        {
            IsOneKey = true,
            Answered = answer => model.Message = answer is "y" or "Y"
                ? Outcome(TaskSignal.Send(identity, process, isThread, signal, model.Reader), words, signal)
                : "not sent",
            Cancelled = () => model.Message = "not sent",
        };
    }

    private static string Outcome(Errno error, string words, int signal) => error switch
    {
        Errno.None => $"{SignalNames.Of(signal)} sent to {words}",
        Errno.EPERM => $"you may not send signals to {words}: it is another user's",
        Errno.ESRCH or Errno.ENOENT => $"{words} has ended; nothing was sent",
        _ => $"{SignalNames.Of(signal)} to {words}: {error.Describe()}",
    };

    private static string Describe(ListedTask task) =>
        task.IsThread ? $"thread {task.Thread.Id} {TopModel.NameOf(task)} of {task.Process.Id}" : $"{task.Process.Id} {TopModel.NameOf(task)}";
}
