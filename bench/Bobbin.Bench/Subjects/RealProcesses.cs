using System.Diagnostics;

namespace Bobbin.Bench.Subjects;

/// <summary>Sleeping processes of this machine, for the kernel and the live source to show.</summary>
internal sealed class RealProcesses : IDisposable
{
    private readonly Process _spawner;

    public RealProcesses(int processes, int threads, string idsFile)
    {
        _spawner = Programs.Start(Programs.Peer("spawn"), [$"{processes}", $"{threads}"], input: true, output: true);
        using StreamWriter ids = new(idsFile);
        string? line;
        while ((line = _spawner.StandardOutput.ReadLine()) is not null and not "ready")
        {
            ids.WriteLine(line);
        }

        if (line is null)
        {
            Dispose();
            throw new InvalidOperationException($"cannot have {processes} processes of {threads} threads: see ulimit -u, kernel.pid_max, kernel.threads-max");
        }
    }

    public void Dispose()
    {
        _spawner.StandardInput.Close();
        _spawner.WaitForExit();
        _spawner.Dispose();
    }
}
