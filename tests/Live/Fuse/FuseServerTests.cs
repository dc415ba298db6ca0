using System.Diagnostics;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Fuse;

/// <summary>The server on the real device: interrupts, stuck requests, every way to end, and nothing left behind.</summary>
[Collection("a FUSE server in this process")]
public sealed class FuseServerTests(Subjects subjects, IoUringEnabled enabled) : LiveTest(subjects, 120), IClassFixture<IoUringEnabled>
{
    public static readonly TheoryData<FuseTransport> Transports = [FuseTransport.Device, FuseTransport.IoUring];

    [Theory, MemberData(nameof(Transports))]
    public void Reads_lists_and_says_no(FuseTransport by)
    {
        Served served = Own(Serve(by));
        Assert.Equal("content\n", Command.Check("cat", served["file"]));
        Assert.Equal("file\nstuck\n", Command.Check("ls", served.Root));
        Command missing = Command.Run(["cat", served["nothing"]]);
        Assert.Equal((1, $"cat: {served["nothing"]}: No such file or directory\n"), (missing.ExitCode, missing.Errors));
        Assert.True(served.Server.Counters[FuseOperation.Read] >= 1);
        Assert.True(served.Server.Protocol.MinorVersion >= 31);
        Assert.Empty(served.Log);
    }

    [Theory, MemberData(nameof(Transports))]
    public void A_reader_that_is_killed_frees_its_thread(FuseTransport by)
    {
        Served served = Own(Serve(by));
        int atRest = served.Server.ThreadCount;
        Process reader = served.StartClient("cat", served["stuck"]);
        Eventually(() => served.Files.Stuck == 1, "the read arrives");
        reader.Kill();
        Assert.True(reader.WaitForExit(20_000), "the reader is stuck");
        Eventually(() => served.Files.Interrupted == 1, "the read is interrupted");
        Eventually(() => served.Server.Interrupts.PendingCount == 0, "the interrupt is done with");
        if (by == FuseTransport.Device)
        {
            Eventually(() => served.Server.ThreadCount == atRest, "as many threads as before");
        }

        // One, or more where it overtakes its request and is sent again.
        Assert.True(served.Server.Counters[FuseOperation.Interrupt] >= 1);
    }

    [Theory, MemberData(nameof(Transports))]
    public void Stuck_requests_stall_nobody_else(FuseTransport by)
    {
        Served served = Own(Serve(by));
        int atRest = served.Server.ThreadCount;
        Process[] readers = [.. Enumerable.Range(0, 20).Select(_ => served.StartClient("cat", served["stuck"]))];
        Eventually(() => served.Files.Stuck == 20, "all reads arrive");
        Assert.Equal("content\n", Command.Check("cat", served["file"]));
        Assert.True(served.Server.ThreadCount > 20);
        foreach (Process reader in readers)
        {
            reader.Kill();
        }

        Assert.All(readers, reader => Assert.True(reader.WaitForExit(20_000)));
        if (by == FuseTransport.Device)
        {
            // As many may stay in the device as were wanted when requests piled up: not more than one a processor.
            Eventually(() => served.Server.ThreadCount <= Math.Max(atRest, Math.Clamp(Environment.ProcessorCount, 2, 8)), "surplus threads leave");
        }

        Assert.Empty(served.Log);
        Assert.Equal(20, served.Files.Interrupted);
        Assert.Equal("content\n", Command.Check("cat", served["file"]));
    }

    [Fact]
    public void Threads_are_bounded_and_the_rest_waits()
    {
        Served served = Own(Serve(FuseTransport.Device, 4));
        Process[] readers = [.. Enumerable.Range(0, 6).Select(_ => served.StartClient("cat", served["stuck"]))];
        Eventually(() => served.Files.Stuck == 3, "three reads arrive, one thread reads on");
        Process other = served.StartClient("cat", served["file"]);
        Eventually(() => served.Server.Backlog.Count == 4, "the rest is waiting");
        Assert.Equal(4, served.Server.ThreadCount);
        Assert.False(other.HasExited);
        foreach (Process reader in readers)
        {
            reader.Kill();
        }

        Assert.All(readers, reader => Assert.True(reader.WaitForExit(20_000)));
        Assert.True(other.WaitForExit(20_000));
        Assert.Equal("content\n", other.StandardOutput.ReadToEnd());
        Assert.Equal("content\n", Command.Check("cat", served["file"]));
    }

    [Theory, MemberData(nameof(Transports))]
    public void Unmounting_while_busy(FuseTransport by)
    {
        Served served = Own(Serve(by));
        Process reader = served.StartClient("cat", served["stuck"]);
        Eventually(() => served.Files.Stuck == 1, "the read arrives");
        Assert.Equal(Errno.EBUSY, Assert.Throws<LinuxException>(() => FuseMount.Unmount(served.Root)).Errno);
        FuseMount.Unmount(served.Root, detach: true);
        Assert.False(served.Server.Wait(TimeSpan.FromMilliseconds(200)));
        reader.Kill();
        Assert.True(reader.WaitForExit(20_000));
        Assert.True(served.Server.Wait(TimeSpan.FromSeconds(20)), "the server ends");
        Assert.Equal(0, served.Server.ThreadCount);
        Assert.Empty(served.Log);
    }

    [Theory, MemberData(nameof(Transports))]
    public void An_aborted_connection_ends_the_server_and_its_stuck_requests(FuseTransport by)
    {
        Served served = Own(Serve(by));
        Process reader = served.StartClient("cat", served["stuck"]);
        Eventually(() => served.Files.Stuck == 1, "the read arrives");
        served.Abort();
        Assert.True(reader.WaitForExit(20_000), "the reader is let go");
        Assert.True(served.Server.Wait(TimeSpan.FromSeconds(20)), "the server ends");
        Eventually(() => served.Server.ThreadCount == 0, "all threads leave");
        Assert.Equal(1, served.Files.Interrupted);
        IsNotConnected(served);
        Assert.Empty(served.Log);
    }

    [Theory, MemberData(nameof(Transports))]
    public void A_stopped_server_leaves_a_mount_that_says_so(FuseTransport by)
    {
        Served served = Own(Serve(by));
        Assert.Equal("content\n", Command.Check("cat", served["file"]));
        served.Server.Stop();
        Assert.True(served.Server.Wait(TimeSpan.FromSeconds(20)), "the server ends");
        Assert.Equal(0, served.Server.ThreadCount);
        served.Server.Dispose();
        IsNotConnected(served);
    }

    [Theory, MemberData(nameof(Transports))]
    public void A_warm_server_allocates_nothing(FuseTransport by)
    {
        Served served = Own(Serve(by));
        Dictionary<int, long> before = new(256);
        long allocated = 0, lookups = 0;
        bool warm = false;
        Lock gate = new();
        served.Files.LookedUp = () =>
        {
            lock (gate)
            {
                // From one request of a thread to its next: all that reading, serving and replying takes.
                long now = GC.GetAllocatedBytesForCurrentThread();
                if (warm && before.TryGetValue(Environment.CurrentManagedThreadId, out long last))
                {
                    allocated += now - last;
                    lookups++;
                }

                before[Environment.CurrentManagedThreadId] = GC.GetAllocatedBytesForCurrentThread();
            }
        };
        Stat(served["file"], 200);
        lock (gate)
        {
            warm = true;
        }

        Stat(served["file"], 20_000);
        lock (gate)
        {
            // None of them allocates; that a thread was started meanwhile, because another got no processor for a while, does not count.
            Assert.InRange(allocated, 0, lookups / 2);
            Assert.InRange(lookups, 19_990, 20_010);
        }
    }

    [Theory, MemberData(nameof(Transports))]
    public void Nothing_is_left_after_many_mounts(FuseTransport by)
    {
        Cycle();
        (int threads, int devices) = (Threads(), Devices());
        for (int i = 0; i < 50; i++)
        {
            Cycle();
        }

        Eventually(() => Threads() <= threads, "no thread more than after the first");
        Assert.Equal(devices, Devices());

        void Cycle()
        {
            using Served served = Serve(by);
            Assert.Equal("content\n", Command.Check("cat", served["file"]));
        }
    }

    private Served Serve(FuseTransport by, int threads = 64)
    {
        Assert.SkipUnless(by == FuseTransport.Device || enabled.Holds, "the kernel has no FUSE over io_uring");
        Served served = new(new FuseOptions { UseIoUring = by == FuseTransport.IoUring, MaxThreads = threads });
        Eventually(() => served.Server.Protocol.MinorVersion > 0 && served.Server.Transport == by, $"it serves by {by}: {string.Join(' ', served.Log)}");
        return served;
    }

    /// <summary>ENOTCONN; while the connection is being torn down, which io_uring does behind the scenes, a request may still be ECONNABORTED.</summary>
    private static void IsNotConnected(Served served) => Eventually(
        () => Command.Run(["cat", served["file"]]).Errors == $"cat: {served["file"]}: Transport endpoint is not connected\n",
        "the mount says that nobody serves it");

    /// <summary>stat(2) again and again in a process of its own.</summary>
    private static void Stat(string path, int times) =>
        Command.Check("sh", "-c", "i=0; while [ $i -lt $2 ]; do [ -e $1 ] || exit 1; i=$((i+1)); done", "sh", path, $"{times}");

    private static int Threads() =>
        Directory.EnumerateDirectories("/proc/self/task").Count(task => Native.Cat($"{task}/comm").Text.StartsWith("fuse", StringComparison.Ordinal));

    private static int Devices() =>
        Directory.EnumerateFiles("/proc/self/fd").Count(file => Native.ReadLink(file, out string text) >= 0 && text == FuseMount.DevicePath);
}
