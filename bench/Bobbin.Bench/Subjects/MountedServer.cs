using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Bobbin.Bench.Subjects;

/// <summary>A server that we started in the foreground, and its mount.</summary>
internal sealed class MountedServer : Subject
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly HashSet<string> s_mounts = [];
    private static readonly PosixSignalRegistration[] s_ends =
        [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(end => PosixSignalRegistration.Create(end, _ => UnmountAll()))];

    private readonly Process _process;
    private readonly string _folder;

    private MountedServer(string name, string folder, string root, Process process)
        : base(name, root, process.Id)
    {
        _process = process;
        _folder = folder;
    }

    /// <param name="name">As the report calls it.</param>
    /// <param name="program">The server.</param>
    /// <param name="arguments">Its arguments for a directory to mount on.</param>
    /// <param name="ids">A file with ids to read.</param>
    /// <param name="below">Where in the mount its /proc is.</param>
    public static MountedServer Start(string name, string program, Func<string, string[]> arguments, string ids = "-", string below = "")
    {
        string folder = Directory.CreateTempSubdirectory("bobbin-bench.").FullName;
        lock (s_mounts)
        {
            s_mounts.Add(folder);
        }

        Process process = Programs.Start(program, arguments(folder), output: true);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null)
            {
                Console.Error.WriteLine($"{name}: {line.Data}");
            }
        };
        process.BeginOutputReadLine();

        MountedServer server = new(name, folder, folder + below, process) { Ids = ids };
        for (Stopwatch time = Stopwatch.StartNew(); !IsMounted(folder); Thread.Sleep(20))
        {
            if (process.HasExited || time.Elapsed > s_patience)
            {
                server.Dispose();
                throw new InvalidOperationException($"{name}: {Path.GetFileName(program)} did not mount");
            }
        }

        return server;
    }

    protected override void Dispose(bool disposing)
    {
        if (IsMounted(_folder))
        {
            Programs.Run("/bin/umount", ["-l", _folder], s_patience);
        }

        if (!_process.HasExited && !_process.WaitForExit(3000))
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        if (!IsMounted(_folder))
        {
            Directory.Delete(_folder);
        }

        base.Dispose(disposing);
    }

    /// <summary>The bench is told to end: whoever waits for a server that is gone too must not wait for ever.</summary>
    private static void UnmountAll()
    {
        lock (s_mounts)
        {
            foreach (string folder in s_mounts.Where(Directory.Exists))
            {
                if (IsMounted(folder))
                {
                    Programs.Run("/bin/umount", ["-l", folder], s_patience);
                }

                if (!IsMounted(folder))
                {
                    Directory.Delete(folder);
                }
            }
        }
    }

    private static bool IsMounted(string folder) => File.ReadLines("/proc/self/mountinfo").Any(line => line.Split(' ')[4] == folder);
}
