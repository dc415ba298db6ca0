using System.Diagnostics;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Bobbin.Tests.Fuse;

/// <summary>A mount that this process serves. Only other processes may use it, lest a thread of the server wait for the server.</summary>
internal sealed class Served : IDisposable
{
    private readonly List<Process> _clients = [];
    private readonly List<string> _log = [];

    public Served(FuseOptions? options = null, Func<string, SafeFileHandle>? mount = null)
    {
        Root = Scratch.MakeFolder("fuse");
        Files = new ServedFiles();
        SafeFileHandle device = (mount ?? Direct)(Root);
        Connection = FindConnection(Root);
        FuseConnections.Add(Connection);
        Server = new FuseServer(device, Files, (options ?? new FuseOptions()) with { Log = Note, IdleTime = TimeSpan.FromMilliseconds(100) });
        Server.Start();
    }

    public string Root { get; }

    public string Connection { get; }

    public ServedFiles Files { get; }

    public FuseServer Server { get; }

    /// <summary>What the server reported as bugs.</summary>
    public string[] Log
    {
        get
        {
            lock (_log)
            {
                return [.. _log];
            }
        }
    }

    public string this[string name] => $"{Root}/{name}";

    /// <summary>Starts a program that uses the mount and may not come back by itself.</summary>
    public Process StartClient(params string[] command)
    {
        Process process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _clients.Add(process);
        return process;
    }

    public void Abort() => File.WriteAllText($"/sys/fs/fuse/connections/{Connection}/abort", "1");

    public void Dispose()
    {
        foreach (Process client in _clients)
        {
            client.Kill();
        }

        Command.Run(["umount", "-l", Root]);
        Server.Dispose();
        FuseConnections.AbortIfStillThere(Connection, TimeSpan.FromSeconds(10));
        foreach (Process client in _clients)
        {
            client.WaitForExit();
            client.Dispose();
        }

        Files.Dispose();
        Directory.Delete(Root);
    }

    private static SafeFileHandle Direct(string root)
    {
        SafeFileHandle device = FuseMount.OpenDevice();
        FuseMount.Mount(device, root);
        return device;
    }

    private void Note(string line)
    {
        lock (_log)
        {
            _log.Add(line);
        }
    }

    private static string FindConnection(string root) =>
        File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')).Single(words => words[4] == root)[2].Split(':')[1];
}
