using System.Globalization;
using Bobbin.Kernel.Fuse;
using Bobbin.Mount;
using Bobbin.Table;
using Bobbin.Tests.Fixtures;
using Microsoft.Win32.SafeHandles;

namespace Bobbin.Tests.Mount;

/// <summary>A mount that this process serves itself, so that a test sees both its ends.</summary>
internal sealed class MountedProc : IDisposable
{
    private readonly string _connection;

    public MountedProc(ProcServer server, FuseMountOptions? options = null)
    {
        Server = server;
        Root = Scratch.MakeFolder("mounted");
        SafeFileHandle device = FuseMount.OpenDevice();
        FuseMount.Mount(device, Root, options);
        _connection = File.ReadLines("/proc/self/mountinfo").Select(line => line.Split(' ')).Last(words => words[4] == Root)[2].Split(':')[1];
        FuseConnections.Add(_connection);
        server.Start(device);
    }

    public string Root { get; }

    public ProcServer Server { get; }

    public string this[string path] => $"{Root}/{path}";

    public static MountedProc Of(TaskTable table, ProcServerOptions? options = null) =>
        new(ProcServer.ForTable(new TableSource(table), options), new FuseMountOptions { AllowOther = options?.IsShared ?? false });

    /// <summary>A counter of <c>fs/bobbin/stats</c>.</summary>
    public long Count(string operation) =>
        long.Parse(
            Native.Cat(this["fs/bobbin/stats"]).Text.Split('\n').Single(line => line.StartsWith(operation + " ", StringComparison.Ordinal)).Split(' ')[1],
            CultureInfo.InvariantCulture);

    /// <summary>
    /// Does something until it makes the server count as much as it should. Others on this machine may drop the kernel's caches at any
    /// moment, which adds requests; never less than it takes.
    /// </summary>
    public void Costs(long expected, Func<long> counter, Action action)
    {
        long cost = long.MaxValue;
        for (int i = 0; i < 100 && cost != expected; i++)
        {
            long before = counter();
            action();
            cost = Math.Min(cost, counter() - before);
        }

        Xunit.Assert.Equal(expected, cost);
    }

    public void Dispose()
    {
        Command.Run(["umount", "-l", Root]);
        FuseConnections.AbortIfStillThere(_connection, TimeSpan.FromSeconds(10));
        Server.Dispose();
        Directory.Delete(Root);
    }
}
