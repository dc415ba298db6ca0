using Bobbin.Cli.Text;
using Bobbin.Cli.Tui;
using Bobbin.Kernel.Linux;
using Bobbin.Snapshots;
using Bobbin.Sources;

namespace Bobbin.Cli.Top;

/// <summary>The full screen: reads, shows and waits, until it is told to end.</summary>
internal sealed class TopProgram : IDisposable
{
    // Of one processor: what watches must not be what makes busy.
    private const double ShareByBpf = 0.03, ShareByProc = 0.12;

    private readonly ITaskReader _reader;
    private readonly TaskTexts _texts = new();
    private readonly MachineLoad _load = new();
    private readonly ShortLived _shortLived;
    private readonly TopModel _model;
    private readonly List<Key> _keys = [];
    private readonly RefreshBudget _budget;
    private readonly TopPainter _painter;
    private readonly TopKeys _input;

    private TopProgram(TopOptions options)
    {
        _reader = Open(options.Reader);
        _shortLived = ShortLived.Open(isWanted: _reader.Name == "bpf");
        _model = new TopModel(_reader, _texts, options);

        // Whoever says how often means it.
        double share = options.Delay is not null ? double.PositiveInfinity : _reader.Name == "bpf" ? ShareByBpf : ShareByProc;
        _budget = new RefreshBudget(options.Delay ?? 1, share);
        _painter = new TopPainter(_model, _load, _shortLived, _budget);
        _input = new TopKeys(_model, _painter, delay => _budget.Set(delay, double.PositiveInfinity));
    }

    /// <summary>Runs it; the exit status.</summary>
    public static int Run(TopOptions options)
    {
        if (!TerminalSession.IsPossible)
        {
            throw new CommandFailure("top", "standard input and output have to be a terminal that can place its cursor", "bobbin ps --watch writes to anything");
        }

        using TopProgram program = new(options);
        using TerminalEvents events = new();
        using TerminalSession session = TerminalSession.Open();
        program.Show(session, events);
        return events.EndedBy == 0 ? 0 : 128 + events.EndedBy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _shortLived.Dispose();
        _texts.Dispose();
        _reader.Dispose();
    }

    private static ITaskReader Open(ReaderChoice choice)
    {
        try
        {
            return TaskReaders.Open(choice);
        }
        catch (InvalidOperationException failure)
        {
            throw new CommandFailure("--reader=bpf", failure.Message);
        }
    }

    private void Show(TerminalSession session, TerminalEvents events)
    {
        (int columns, int rows) = TerminalSession.Size();
        Screen screen = new(columns, rows, Color.DepthOf(Environment.GetEnvironmentVariable));
        TimeSpan spent = Environment.CpuUsage.TotalTime, due = TimeSpan.Zero;
        while (!_input.IsDone)
        {
            TimeSpan now = Libc.TimeSinceBoot();
            bool isDue = now >= due;
            if (isDue)
            {
                _load.Read();
                _shortLived.Count(_model.Read());
            }

            _painter.Paint(screen, _input.Prompt, _input.IsHelp);
            TerminalSession.Write(screen.End());
            if (isDue)
            {
                TimeSpan total = Environment.CpuUsage.TotalTime;
                _budget.Add(total - spent);
                spent = total;

                // The first frame has nothing to compare with: the second comes soon.
                due = now + TimeSpan.FromSeconds(_model.IsFirst ? Math.Min(0.5, _budget.Interval) : _budget.Interval);
            }

            TerminalNews news = events.Wait(due - Libc.TimeSinceBoot(), _keys);
            if ((news & TerminalNews.End) != 0)
            {
                return;
            }

            Take(session, screen, news);
        }
    }

    private void Take(TerminalSession session, Screen screen, TerminalNews news)
    {
        foreach (Key key in _keys)
        {
            _input.Take(key);
        }

        if (_input.IsSuspended || (news & TerminalNews.Suspend) != 0)
        {
            _input.IsSuspended = false;
            session.Suspend();
            news |= TerminalNews.Resized;
        }
        else if ((news & TerminalNews.Continued) != 0)
        {
            // Stopped without being asked: the shell has had the terminal.
            session.Leave();
            session.Enter();
            news |= TerminalNews.Resized;
        }

        if ((news & TerminalNews.Resized) != 0)
        {
            (int columns, int rows) = TerminalSession.Size();
            screen.Resize(columns, rows);
        }

        if (_input.IsForgotten)
        {
            _input.IsForgotten = false;
            screen.Forget();
        }
    }
}
