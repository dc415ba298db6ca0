using Xunit;

namespace Bobbin.Tests.Procfs;

// stat and status.
public sealed partial class GoldenTests
{
    [Fact]
    public void Stat_of_a_process()
    {
        // startcode to kstkeip, the addresses at the end and exit_code are there because root may trace the task.
        Assert.Equal(
            "2 (worker) S 1 2 2 0 -1 0 101 0 5 0 300 50 0 0 25 5 2 0 1234 8192000 350 18446744073709551615 4194304 4235264 "
            + "140737488346848 0 0 1 4 4096 2 0 0 0 17 0 0 3 0 0 0 6336512 6340608 458752 140737488347108 140737488347122 "
            + "140737488347122 140737488347136 0\n",
            Make().Read("/2/stat"));
    }

    [Fact]
    public void Stat_of_a_thread_and_of_a_thread_in_the_root()
    {
        Proc proc = Make();
        string[] thread = proc.Read("/2/task/3/stat").Split(' ');
        string[] root = proc.Read("/3/stat").Split(' ');
        Assert.Equal(("3", "(worker:io)", "-1"), (thread[0], thread[1], thread[37]));
        Assert.Equal(("3", "(worker:io)", "-1"), (root[0], root[1], root[37]));
        Assert.Equal(("1", "100"), (thread[9], thread[13]));
        Assert.Equal(("101", "300"), (root[9], root[13])); // of the whole group
    }

    [Fact]
    public void Stat_masks_addresses_from_who_may_not_trace()
    {
        Proc proc = Make();
        proc.Caller = Proc.User(5);
        string[] fields = proc.Read("/2/stat").TrimEnd('\n').Split(' ');
        Assert.Equal("8192000 350 18446744073709551615 1 1 0 0 0", string.Join(' ', fields[22..30]));
        Assert.Equal("0 0 0 0 0 0 0 0", string.Join(' ', fields[44..]));
        Assert.Equal(52, fields.Length);
    }

    [Fact]
    public void Status_of_a_process()
    {
        string expected = """
            Name:	worker
            Umask:	0077
            State:	S (sleeping)
            Tgid:	2
            Ngid:	0
            Pid:	2
            PPid:	1
            TracerPid:	0
            Uid:	1000	1001	1002	1003
            Gid:	100	100	100	100
            FDSize:	64
            Groups:	24 27 1000 
            NStgid:	2
            NSpid:	2
            NSpgid:	2
            NSsid:	2
            Kthread:	0
            VmPeak:	    8400 kB
            VmSize:	    8000 kB
            VmLck:	       4 kB
            VmPin:	       8 kB
            VmHWM:	    1600 kB
            VmRSS:	    1400 kB
            RssAnon:	     400 kB
            RssFile:	     800 kB
            RssShmem:	     200 kB
            VmData:	     480 kB
            VmStk:	     132 kB
            VmExe:	      40 kB
            VmLib:	    1200 kB
            VmPTE:	      48 kB
            VmSwap:	      12 kB
            HugetlbPages:	    2048 kB
            CoreDumping:	0
            THP_enabled:	1
            untag_mask:	0xffffffffffffffff
            Threads:	2
            SigQ:	3/10000
            SigPnd:	0000000000000001
            ShdPnd:	0000000000000002
            SigBlk:	0000000080000004
            SigIgn:	0000000000001000
            SigCgt:	4000000000000002
            CapInh:	0000000000000000
            CapPrm:	0000000000000000
            CapEff:	0000000000000000
            CapBnd:	000001ffffffffff
            CapAmb:	0000000000000000
            NoNewPrivs:	0
            Seccomp:	0
            Seccomp_filters:	0
            Speculation_Store_Bypass:	vulnerable
            SpeculationIndirectBranch:	always enabled
            Cpus_allowed:	1
            Cpus_allowed_list:	0
            Mems_allowed:	@
            Mems_allowed_list:	0
            voluntary_ctxt_switches:	11
            nonvoluntary_ctxt_switches:	12

            """.Replace("@", string.Concat(Enumerable.Repeat("00000000,", 31)) + "00000001", StringComparison.Ordinal);
        Assert.Equal(expected, Make().Read("/2/status"));
    }

    [Fact]
    public void Status_without_memory_and_without_groups()
    {
        Proc proc = Make();
        proc.Table.Find(4)!.ExitGroup(3);
        string status = proc.Read("/4/status");
        Assert.StartsWith("Name:\tworker\nState:\tZ (zombie)\nTgid:\t4\n", status, StringComparison.Ordinal);
        Assert.Contains("FDSize:\t0\n", status, StringComparison.Ordinal);
        Assert.Contains("Kthread:\t0\nThreads:\t1\n", status, StringComparison.Ordinal);
        Assert.Contains("Groups:\t \n", proc.Read("/1/status"), StringComparison.Ordinal);
    }
}
