using System.Diagnostics;
using System.Globalization;

namespace Bobbin.Micro;

/// <summary>Sleeping processes of ten threads each, for as long as this lives (bench/peer/spawn.c).</summary>
internal sealed class Population : IDisposable
{
    private readonly Process _spawner;

    public Population(int threads)
    {
        ProcessStartInfo start = new("artifacts/bench/spawn", [(threads / 10).ToString(CultureInfo.InvariantCulture), "10"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _spawner = Process.Start(start)!;
        string? line;
        do
        {
            line = _spawner.StandardOutput.ReadLine();
        }
        while (line is not (null or "ready"));

        if (line is null)
        {
            Dispose();
            throw new InvalidOperationException($"cannot have {threads} threads: see ulimit -u, kernel.pid_max, kernel.threads-max");
        }
    }

    public void Dispose()
    {
        _spawner.StandardInput.Close();
        _spawner.WaitForExit();
        _spawner.Dispose();
    }
}
