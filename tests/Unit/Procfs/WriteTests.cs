using Bobbin.Kernel.Linux;
using Bobbin.Procfs;
using Bobbin.Table;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Procfs;

public sealed class WriteTests
{
    private const int Task = 9;

    private readonly FakeCredentials _credentials = new() { Capabilities = Credentials.AllCapabilities };

    private Proc Make()
    {
        Proc proc = new(SampleTables.Many(2, 2, TableClock.StoppedAt(0)), credentials: _credentials);
        proc.Table.Init.NoChildWait = false;
        return proc;
    }

    [Theory]
    [InlineData("new", "new\n")]
    [InlineData("x\n", "x\n\n")]
    [InlineData("0123456789abcdefgh", "0123456789abcde\n")]
    [InlineData("a\0b", "a\n")]
    [InlineData(") (", ") (\n")]
    public void Comm(string written, string read)
    {
        Proc proc = Make();
        proc.Caller = new Caller(Task + 1, 0, 0);
        Assert.Equal(Errno.None, proc.Write($"/{Task}/comm", written, out int count));
        Assert.Equal(written.Length, count);
        Assert.Equal(read, proc.Read($"/{Task}/comm"));
    }

    [Fact]
    public void Comm_is_for_the_own_group()
    {
        Proc proc = Make();
        Assert.Equal(Errno.EINVAL, proc.Write($"/{Task}/comm", "x", out _));
        proc.Caller = new Caller(Task + 2, 0, 0);
        Assert.Equal(Errno.EINVAL, proc.Write($"/{Task}/comm", "x", out _));
        Assert.Equal("worker\n", proc.Read($"/{Task}/comm"));
    }

    [Theory]
    [InlineData("500", "None", "500\n", 3)]
    [InlineData("-1000", "None", "-1000\n", 5)]
    [InlineData(" +7 \n", "None", "7\n", 5)]
    [InlineData("0x10", "None", "16\n", 4)]
    [InlineData("010", "None", "8\n", 3)]
    [InlineData("0", "None", "0\n", 1)]
    [InlineData("12          99999", "None", "12\n", 12)]
    [InlineData("1001", "EINVAL", "0\n", 0)]
    [InlineData("-1001", "EINVAL", "0\n", 0)]
    [InlineData("", "EINVAL", "0\n", 0)]
    [InlineData("x", "EINVAL", "0\n", 0)]
    [InlineData("1 2", "EINVAL", "0\n", 0)]
    [InlineData("--1", "EINVAL", "0\n", 0)]
    [InlineData("0x", "EINVAL", "0\n", 0)]
    [InlineData("08", "EINVAL", "0\n", 0)]
    [InlineData("4294967296", "ERANGE", "0\n", 0)]
    public void Oom_score_adj(string written, string error, string read, int taken)
    {
        Proc proc = Make();
        Assert.Equal(error, proc.Write($"/{Task}/oom_score_adj", written, out int count).ToString());
        Assert.Equal(read, proc.Read($"/{Task}/oom_score_adj"));
        if (error == "None")
        {
            Assert.Equal(taken, count);
        }
    }

    [Fact]
    public void Lowering_needs_a_capability()
    {
        Proc proc = Make();
        proc.Caller = Proc.User(1000);
        _credentials.Capabilities = 0;
        Assert.Equal(Errno.None, proc.Write($"/{Task}/oom_score_adj", "300", out _));
        Assert.Equal(Errno.EACCES, proc.Write($"/{Task}/oom_score_adj", "-1", out _));
        Assert.Equal("5\n", proc.Read($"/{Task}/oom_adj"));
        Assert.Equal(Errno.EACCES, proc.Write($"/{Task}/oom_adj", "4", out _));
        _credentials.Capabilities = FakeCredentials.Set(Capability.CAP_SYS_RESOURCE);
        Assert.Equal(Errno.None, proc.Write($"/{Task}/oom_adj", "-17", out _));
        Assert.Equal(("-1000\n", "-17\n"), (proc.Read($"/{Task}/oom_score_adj"), proc.Read($"/{Task}/oom_adj")));
        Assert.Equal(Errno.None, proc.Write($"/{Task}/oom_adj", "15", out _));
        Assert.Equal(("1000\n", "15\n"), (proc.Read($"/{Task}/oom_score_adj"), proc.Read($"/{Task}/oom_adj")));
        Assert.Equal(Errno.EINVAL, proc.Write($"/{Task}/oom_adj", "16", out _));
        proc.Caller = Proc.User(5);
        Assert.Equal(Errno.EACCES, proc.Write($"/{Task}/oom_score_adj", "300", out _)); // not the owner
    }

    [Fact]
    public void Loginuid_is_for_the_task_itself()
    {
        Proc proc = Make();
        Assert.Equal(Errno.EPERM, proc.Write($"/{Task}/loginuid", "5", out _));
        proc.Caller = new Caller(Task, 1000, 1000);
        Assert.Equal(Errno.EINVAL, proc.Write($"/{Task}/loginuid", "x", out _));
        _credentials.Capabilities = 0;
        Assert.Equal(Errno.None, proc.Write($"/{Task}/loginuid", "5", out _));
        Assert.Equal(("5", "1"), (proc.Read($"/{Task}/loginuid"), proc.Read($"/{Task}/sessionid")));
        Assert.Equal(Errno.EPERM, proc.Write($"/{Task}/loginuid", "6", out _)); // once
        _credentials.Capabilities = FakeCredentials.Set(Capability.CAP_AUDIT_CONTROL);
        Assert.Equal(Errno.None, proc.Write($"/{Task}/loginuid", "4294967295", out _));
        Assert.Equal("4294967295", proc.Read($"/{Task}/loginuid"));
    }

    [Fact]
    public void Timerslack_is_for_oneself_or_the_nice()
    {
        Proc proc = Make();
        proc.Caller = new Caller(Task, 1000, 1000);
        _credentials.Capabilities = 0;
        Assert.Equal(Errno.None, proc.Write($"/{Task}/timerslack_ns", "123\n", out _));
        Assert.Equal("123\n", proc.Read($"/{Task}/timerslack_ns"));
        Assert.Equal(Errno.None, proc.Write($"/{Task}/timerslack_ns", "0", out _));
        Assert.Equal("50000\n", proc.Read($"/{Task}/timerslack_ns"));
        Assert.Equal(Errno.EPERM, proc.Write($"/{Task + 1}/timerslack_ns", "5", out _));
        Assert.Equal(Errno.EINVAL, proc.Write($"/{Task + 1}/timerslack_ns", "x", out _));
        _credentials.Capabilities = FakeCredentials.Set(Capability.CAP_SYS_NICE);
        Assert.Equal(Errno.None, proc.Write($"/{Task + 1}/timerslack_ns", "5", out _));
        Assert.Equal("5\n", proc.Read($"/{Task + 1}/timerslack_ns"));
    }

    [Fact]
    public void Coredump_filter()
    {
        Proc proc = Make();
        Assert.Equal(Errno.None, proc.Write($"/{Task}/coredump_filter", "0x7f", out _));
        Assert.Equal("0000007f\n", proc.Read($"/{Task}/coredump_filter"));
        Assert.Equal(Errno.EINVAL, proc.Write($"/{Task}/coredump_filter", "", out _));
    }

    [Theory]
    [InlineData("/9/stat", "EINVAL")]
    [InlineData("/9/cmdline", "EINVAL")]
    [InlineData("/9/maps", "EINVAL")]
    [InlineData("/9/fdinfo/0", "EINVAL")]
    [InlineData("/9/uid_map", "EPERM")]
    [InlineData("/uptime", "EIO")]
    [InlineData("/sys/kernel/pid_max", "EIO")]
    public void Files_without_a_way_to_write(string path, string error) => Assert.Equal(error, Make().Write(path, "1", out _).ToString());

    [Theory]
    [InlineData("comm", "x", "ESRCH")]
    [InlineData("oom_score_adj", "5", "ESRCH")]
    [InlineData("oom_score_adj", "x", "EINVAL")] // what is written is looked at first
    [InlineData("oom_adj", "5", "ESRCH")]
    [InlineData("oom_adj", "99", "EINVAL")]
    [InlineData("loginuid", "5", "EPERM")]
    [InlineData("coredump_filter", "5", "ESRCH")]
    [InlineData("coredump_filter", "x", "EINVAL")]
    [InlineData("timerslack_ns", "5", "ESRCH")]
    [InlineData("stat", "5", "EINVAL")]
    public void Of_a_task_that_is_gone(string name, string written, string error)
    {
        Proc proc = Make();
        ProcFile file = proc.Open($"/{Task}/{name}", 1);
        TableTask task = proc.Table.Find(Task)!;
        task.ExitGroup();
        Assert.True(proc.Table.Init.TryReap(task, out _));
        Assert.Equal(error, file.Write(proc.Caller, 0, System.Text.Encoding.ASCII.GetBytes(written), out _).ToString());
        file.Release();
    }
}
