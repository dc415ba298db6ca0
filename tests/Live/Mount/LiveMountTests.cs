using System.Diagnostics;
using System.Globalization;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Mount;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Mount;

/// <summary>This machine's tasks on a mount that this process serves.</summary>
public sealed class LiveMountTests : LiveTest
{
    private readonly MountedProc _mount;

    public LiveMountTests(Subjects subjects)
        : base(subjects)
    {
        _mount = Own(new MountedProc(ProcServer.ForLive(new ProcServerOptions { IsShared = true }), new FuseMountOptions { AllowOther = true }));
    }

    public static TheoryData<string, Errno, Errno, Errno> Directories => new()
    {
        // held directory, getdents, a lookup in it, fstat
        { "{0}", Errno.ENOENT, Errno.ESRCH, Errno.None },
        { "{0}/task", Errno.ENOENT, Errno.ESRCH, Errno.None },
        { "{0}/fd", Errno.ENOENT, Errno.ENOENT, Errno.ENOENT },
        { "{0}/fdinfo", Errno.ENOENT, Errno.ESRCH, Errno.None },
        { "{0}/ns", Errno.ENOENT, Errno.ENOENT, Errno.None },
        { "{0}/attr", Errno.ENOENT, Errno.ENOENT, Errno.None },
        { "{0}/task/{0}", Errno.ENOENT, Errno.ENOENT, Errno.None },
    };

    [Fact]
    public void It_says_what_tells_ends()
    {
        Assert.Equal((0, "live: own procfs instance; ends told by BPF sched_process_free\n"), Native.Cat(_mount["fs/bobbin/source"]));
        Assert.Contains("entry-lifetime until the task ends", Native.Cat(_mount["fs/bobbin/view"]).Text);
    }

    [Fact]
    public void Live_is_never_at_rest() =>
        Assert.Throws<ArgumentException>(() => ProcServer.ForLive(new ProcServerOptions { Mode = MountMode.AtRest }));

    [Fact]
    public void The_second_reading_of_a_thread_adds_no_lookup_at_all()
    {
        Process process = StartSleeper();
        string path = _mount[$"{process.Id}/stat"];
        Assert.StartsWith($"{process.Id} (sleep) ", Native.Cat(path).Text);
        _mount.Costs(0, () => _mount.Count("root-lookup"), () => Native.Cat(path));
        _mount.Costs(0, () => _mount.Count("lookup"), () => Native.Cat(path));
    }

    [Fact]
    public void A_reaped_task_is_gone_at_once_however_warm_the_caches()
    {
        for (int i = 0; i < 20; i++)
        {
            Process process = StartSleeper();
            string comm = _mount[$"{process.Id}/comm"], other = _mount[$"{process.Id}/task/{process.Id}/comm"];
            Assert.Equal((0, "sleep\n"), Native.Cat(comm));
            Assert.Equal((0, "sleep\n"), Native.Cat(other));
            Stop(process);
            Assert.Equal(Errno.ENOENT, ErrnoOf(Native.Stat(_mount[$"{process.Id}"], out _)));
            Assert.Equal(Errno.ENOENT, ErrnoOf(Native.Cat(comm).Error));
            Assert.Equal(Errno.ENOENT, ErrnoOf(Native.Cat(other).Error));
        }
    }

    [Fact]
    public void A_reused_id_never_answers_for_the_task_that_had_it()
    {
        int reused = 0;
        for (int attempt = 0; attempt < 200 && reused < 5; attempt++)
        {
            Process first = StartSleeper();
            string comm = _mount[$"{first.Id}/comm"];
            Assert.Equal((0, "sleep\n"), Native.Cat(comm));
            Stop(first);
            File.WriteAllText("/proc/sys/kernel/ns_last_pid", (first.Id - 1).ToString(CultureInfo.InvariantCulture));
            Process second = Own(new Program("tail", "-f", "/dev/null")).Process;
            if (second.Id == first.Id)
            {
                reused++;
                Eventually(() => Native.Cat($"/proc/{second.Id}/comm").Text == "tail\n", "tail runs");
                Assert.Equal((0, "tail\n"), Native.Cat(comm));
                Assert.Equal((0, "tail\n"), Native.Cat(comm));
            }

            Stop(second);
        }

        Assert.SkipUnless(reused > 0, "others took the ids");
    }

    [Theory]
    [MemberData(nameof(Directories))]
    public void A_directory_held_open(string path, Errno list, Errno find, Errno status)
    {
        Process process = StartSleeper();
        int directory = MustOpen(_mount[string.Format(null, path, process.Id)], Native.O_DIRECTORY);
        Assert.Equal(0, Native.FStat(directory, out Status alive));
        Stop(process);
        Assert.Equal(list, ErrnoOf(Native.GetDents(directory, 4096).Result));
        Assert.Equal(find, ErrnoOf(Native.OpenAt(directory, "comm")));
        Assert.Equal(status, ErrnoOf(Native.FStat(directory, out Status dead)));
        if (status == Errno.None)
        {
            Assert.Equal((alive.Mode, alive.Inode, 0u, 0u), (dead.Mode, dead.Inode, dead.Uid, dead.Gid));
        }
    }

    [Fact]
    public void A_file_held_open()
    {
        Process process = StartSleeper();
        int unread = MustOpen(_mount[$"{process.Id}/stat"]), begun = MustOpen(_mount[$"{process.Id}/comm"]);
        Assert.Equal(3, Native.Read(begun, new byte[3]));
        Stop(process);
        Assert.Equal(Errno.ESRCH, ErrnoOf(Native.Read(unread, new byte[100])));
        Assert.Equal((0, "ep\n"), Native.ReadAll(begun));
        Assert.Equal(0, Native.FStat(unread, out Status status));
        Assert.Equal((0x8124u, 0u, 0u), (status.Mode, status.Uid, status.Gid));
    }

    [Fact]
    public void Nothing_stays_open()
    {
        for (int i = 0; i < 50; i++)
        {
            Native.Cat(_mount["1/status"]);
            Listing.Of(_mount["1/task"]);
            Listing.Of(_mount["1/fd"]);
        }

        Eventually(() => _mount.Server.Files.Handles.Count == 0, "all handles are released");
    }

    private Process StartSleeper()
    {
        Process process = Own(new Program("sleep", "1000")).Process;
        Eventually(() => Native.Cat($"/proc/{process.Id}/comm").Text == "sleep\n", "sleep runs");
        return process;
    }

    private static void Stop(Process process)
    {
        process.Kill();
        process.WaitForExit(); // reaps
    }

    /// <summary>A program that does not outlive its test.</summary>
    private sealed class Program(string file, params string[] arguments) : IDisposable
    {
        public Process Process { get; } = Process.Start(file, arguments);

        public void Dispose()
        {
            Process.Kill(); // no error where it has ended
            Process.WaitForExit();
            Process.Dispose();
        }
    }
}
