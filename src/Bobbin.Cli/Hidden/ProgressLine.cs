using System.Diagnostics;
using System.Globalization;
using Bobbin.Cli.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Sources;

namespace Bobbin.Cli.Hidden;

/// <summary>How far a long search is, in a line on standard error that is written over and goes away.</summary>
internal sealed class ProgressLine : IDisposable
{
    private const int Width = 30;

    private static readonly TimeSpan s_short = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(300); // before, nothing can be said

    private readonly Stopwatch _watch = new();
    private TaskViews _view;
    private bool _isShown;

    /// <summary>Whether somebody would see it.</summary>
    public static bool IsWanted { get; } = Libc.IsTerminal(2) && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb");

    /// <summary>Shows it, if the whole takes long.</summary>
    public void Show(IdScanProgress progress)
    {
        if (_view != progress.View)
        {
            _view = progress.View;
            _watch.Restart();
        }

        TimeSpan elapsed = _watch.Elapsed;
        if (progress.Done == progress.Total)
        {
            Dispose();
        }
        else if (progress.Done > 0 && elapsed >= s_first && elapsed * ((double)progress.Total / progress.Done) >= s_short)
        {
            Terminal.Error($"\r{Line(progress, elapsed)}\e[K");
            _isShown = true;
        }
    }

    /// <summary>Takes it away.</summary>
    public void Dispose()
    {
        if (_isShown)
        {
            Terminal.Error("\r\e[K");
            _isShown = false;
        }
    }

    /// <summary><c>lookup  [#####     ]  42%  0.38 M ids/s, 7 s left</c>.</summary>
    internal static string Line(IdScanProgress progress, TimeSpan elapsed)
    {
        double part = (double)progress.Done / progress.Total;
        double left = elapsed.TotalSeconds * ((1 - part) / part);
        double rate = progress.Done / elapsed.TotalSeconds / 1e6;
        return string.Create(CultureInfo.InvariantCulture,
            $"{ViewNames.Of(progress.View)}  [{new string('#', (int)(part * Width)).PadRight(Width)}] {part * 100,3:0}%  {rate:0.00} M ids/s, {Math.Ceiling(left):0} s left");
    }
}
