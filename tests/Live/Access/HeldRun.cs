using System.Globalization;
using Bobbin.Tests.Fixtures;

namespace Bobbin.Tests.Access;

/// <summary>A <c>bobbin run</c> that lasts as long as the test, and can be joined.</summary>
internal sealed class HeldRun : IDisposable
{
    private static int s_count;
    private readonly Actor _command;

    /// <summary>Starts one.</summary>
    /// <param name="binary">The command under test.</param>
    /// <param name="prefix">Words before it: as whom.</param>
    public HeldRun(string binary, params string[] prefix)
    {
        string mark = $"BOBBIN_TEST_RUN={Environment.ProcessId}-{Interlocked.Increment(ref s_count)}";
        _command = new Actor(null, ["env", mark, .. prefix, binary, "run", "--"]);
        Server = FindServer(mark);
    }

    /// <summary>The process that became the command.</summary>
    public int Id => _command.Id;

    /// <summary>The process that serves it.</summary>
    public int Server { get; }

    public void Dispose() => _command.Dispose();

    /// <summary>The server has the environment of what started it.</summary>
    private static int FindServer(string mark) =>
        Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Single(id => id > 0
                && Native.Cat($"/proc/{id}/environ").Text.Split('\0').Contains(mark)
                && Native.Cat($"/proc/{id}/cmdline").Text.Split('\0').Contains("__serve"));
}
