using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Tools;

/// <summary>psmisc, lsof, util-linux, htop, psutil, node_exporter.</summary>
public class OtherTools(Subjects subjects) : ToolRun(subjects)
{
    [Fact]
    public void Pstree_draws_the_same_tree()
    {
        Family family = StartFamily();
        string[] tree = ["pstree", "-p", "-a", "-t", $"{family.Actor.Id}"];
        string expected = Run(Side.Kernel, tree);
        Assert.Contains($"{{worker}},{family.Thread}", expected, StringComparison.Ordinal);
        Assert.Equal(expected, Run(Side.Bobbin, tree));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Fuser_finds_who_has_a_file_open(Side side)
    {
        Actor actor = StartActor();
        string file = Path.Combine(Scratch.MakeFolder("open"), "file");
        File.WriteAllText(file, "x");
        actor.Check("open", file, 0);
        Command result = Try(side, "fuser", file);
        Assert.Equal((0, $"{actor.Id}"), (result.ExitCode, result.Output.Trim()));
        Assert.Equal(1, Try(side, "fuser", Path.GetDirectoryName(file)!).ExitCode);
    }

    [Theory, MemberData(nameof(Sides))]
    public void Killall_finds_by_name_and_signals(Side side)
    {
        Actor actor = StartActor();
        actor.Check("name", $"k{actor.Id}");

        // It signals through the descriptor of the process's directory.
        Assert.Equal(Fidelity.Expect("pidfd", side, 0, 1), Try(side, "killall", "-0", $"k{actor.Id}").ExitCode);
        Assert.Contains(Fidelity.Expect("pidfd", side, "", "Bad file descriptor"), Try(side, "killall", "-0", $"k{actor.Id}").Errors, StringComparison.Ordinal);
        Assert.Equal(1, Try(side, "killall", "-0", $"x{actor.Id}").ExitCode);
    }

    [Fact]
    public void Lsof_lists_the_same_descriptors()
    {
        Actor actor = StartActor();
        foreach (string kind in new[] { "pipe", "socket", "eventfd" })
        {
            actor.Check("open-kind", kind);
        }

        // -w: no warnings of file systems that lsof may not stat.
        string[] lsof = ["lsof", "-w", "-n", "-P", "-p", $"{actor.Id}", "-F", "pcftin"];
        string[] expected = Run(Side.Kernel, lsof).Split('\n'), found = Run(Side.Bobbin, lsof).Split('\n');
        Assert.Contains("tFIFO", expected);
        Assert.Equal(expected, found);
    }

    [Fact]
    public void Lsns_groups_the_same_namespaces()
    {
        Actor actor = StartActor("unshare", "--net", "--uts");
        string[] lsns = ["lsns", "-n", "-o", "NS,TYPE,PID,COMMAND", "-p", $"{actor.Id}"];

        // It reads every process there is, and gives up without a word when one ends meanwhile: then it is asked again.
        Assert.Equal(Patiently(Side.Kernel, lsns), Patiently(Side.Bobbin, lsns));
        string all = Patiently(Side.Bobbin, "lsns", "-n", "-o", "TYPE,PID");
        Assert.Equal(2, LinesWith(all, actor.Id).Length);
    }

    private static string Patiently(Side side, params string[] command)
    {
        for (int attempt = 0; attempt < 9; attempt++)
        {
            if (Try(side, command) is { ExitCode: 0, Errors: "", Output: string output })
            {
                return output;
            }
        }

        return Run(side, command);
    }

    [Fact]
    public void Lscpu_knows_the_same_processor() =>
        Assert.Equal(Stable(Run(Side.Kernel, "lscpu")), Stable(Run(Side.Bobbin, "lscpu")));

    [Fact]
    public void Findmnt_shows_the_same_mounts_and_this_one()
    {
        string[] findmnt = ["findmnt", "-n", "-r", "-o", "TARGET,FSTYPE", "/"];
        Assert.Equal(Run(Side.Kernel, findmnt), Run(Side.Bobbin, findmnt));
        Assert.Contains("fuse", Run(Side.Bobbin, "findmnt", "-n", "-r", "-o", "FSTYPE", "/proc"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Sides))]
    public void Htop_draws_and_quits(Side side)
    {
        // Its keys come through a terminal: q after a second.
        Assert.SkipUnless(File.Exists("/usr/bin/htop"), "htop is not installed");
        string prefix = side == Side.Kernel ? "" : $"'{Product.Binary}' run -- ";
        Command result = Command.Run(["bash", "-c", $"(sleep 2; printf q; sleep 2) | script -qec \"stty rows 40 cols 150; {prefix}htop -C\" /dev/null"], 60);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Load average", result.Output, StringComparison.Ordinal);
        Assert.Contains("Tasks:", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Psutil_reads_every_attribute_of_every_process()
    {
        Family family = StartFamily();
        Assert.SkipUnless(Command.Run(["/usr/bin/python3", "-c", "import psutil"]).ExitCode == 0, "python3-psutil is not installed");
        const string Script = """
            import psutil, sys, json
            ids = [int(a) for a in sys.argv[1:]]
            changing = {'cpu_percent', 'cpu_times', 'memory_percent', 'memory_full_info', 'memory_info', 'io_counters', 'num_ctx_switches', 'create_time', 'cpu_num', 'memory_maps'}
            seen = {}
            count = 0
            for p in psutil.process_iter(attrs=list(psutil.Process().as_dict().keys())):
                count += 1
                if p.pid in ids:
                    maps = p.info['memory_maps']
                    seen[p.pid] = {'mappings': [(m.path, m.size) for m in maps] if maps else maps}
                    seen[p.pid] |= {k: repr(v) for k, v in p.info.items() if k not in changing}
            assert count > 3
            assert psutil.virtual_memory().total > 0 and psutil.cpu_count() > 0 and psutil.boot_time() > 0
            psutil.cpu_times(percpu=True); psutil.disk_partitions(all=True); psutil.net_io_counters(pernic=True)
            psutil.net_connections(); psutil.swap_memory(); psutil.disk_io_counters(); psutil.users(); psutil.pids()
            print(json.dumps(seen, sort_keys=True, indent=1))
            """;
        string[] python = ["/usr/bin/python3", "-c", Script, .. family.Processes.Select(id => $"{id}")];
        string expected = Run(Side.Kernel, python);
        Assert.Contains($"\"{family.Child}\"", expected, StringComparison.Ordinal);
        Assert.Equal(expected, Run(Side.Bobbin, python));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Node_exporter_collects(Side side)
    {
        const string Program = "/usr/bin/prometheus-node-exporter";
        Assert.SkipUnless(File.Exists(Program), "prometheus-node-exporter is not installed");
        int port;
        using (TcpListener free = new(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        string script = $"{Program} --path.procfs='{On(side).Root}' --web.listen-address=127.0.0.1:{port} --collector.processes --log.level=error & "
            + $"for i in $(seq 100); do text=$(exec 3<>/dev/tcp/127.0.0.1/{port} && printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3) && break; sleep 0.2; done 2>/dev/null; "
            + "kill $!; wait $! 2>/dev/null; printf '%s\\n' \"$text\"";
        Command result = Command.Run(["bash", "-c", script], 60);
        string[] up = [.. result.Output.Split('\n').Where(line => line.StartsWith("node_scrape_collector_success", StringComparison.Ordinal))];
        foreach (string collector in new[] { "cpu", "loadavg", "meminfo", "stat", "vmstat", "netdev", "processes", "filefd", "sockstat", "netstat", "diskstats" })
        {
            Assert.Contains($"node_scrape_collector_success{{collector=\"{collector}\"}} 1", up);
        }

        Assert.Matches(@"(?m)^node_processes_pids \d+", result.Output);
        Assert.Matches(@"(?m)^node_memory_MemTotal_bytes [\d.e+]+", result.Output);
    }

    private static string Stable(string lscpu) => Regex.Replace(lscpu, @"(?m)^.*MHz.*$", "");
}
