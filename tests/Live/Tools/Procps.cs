using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Tools;

/// <summary>ps, top, pgrep, pmap, free, vmstat, uptime; and busybox's ps.</summary>
public class Procps(Subjects subjects) : ToolRun(subjects)
{
    [Theory, MemberData(nameof(Sides))]
    public void Ps_lists_processes(Side side)
    {
        Family family = StartFamily();
        string[] lines = LinesWith(Run(side, "ps", "-e", "-o", "pid=,ppid=,user=,stat=,nlwp=,comm=,args="), family.Processes);
        Assert.Contains(lines, line => line.StartsWith($"{family.Actor.Id} {Environment.ProcessId} root Ssl", StringComparison.Ordinal) && line.Contains(" 2 actor /", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith($"{family.Child} {family.Actor.Id} root S", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith($"{family.Zombie} {family.Actor.Id} root Z", StringComparison.Ordinal) && line.EndsWith("[actor] <defunct>", StringComparison.Ordinal));
    }

    [Fact]
    public void Ps_says_the_same_on_both()
    {
        Family family = StartFamily();
        string[] columns = ["pid=,ppid=,pgid=,sid=,uid=,ruid=,tty=,stat=,nlwp=,nice=,pri=,class=,vsz=,rss=,wchan=,comm=,lstart=,args=",
            "pid=,cgroup=,label=,sig=,blocked=,ignored=,caught=,pending=,ni=,rtprio=,psr=,environ=", "pid=,netns=,mntns=,pidns=,userns=,utsns=,ipcns=,oom=,exe=,supgrp="];
        foreach (string list in columns)
        {
            string[] ps = ["ps", "-ww", "-p", string.Join(',', family.Processes), "-o", list];
            Assert.Equal(Run(Side.Kernel, ps), Run(Side.Bobbin, ps));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Ps_ef_and_elf_find_processes_and_threads(Side side)
    {
        Family family = StartFamily();
        string[] lines = LinesWith(Run(side, "ps", "-ef"), family.Processes);
        Assert.Equal(family.Processes.Order(), family.Processes.Where(id => lines.Any(line => line.StartsWith($"root {id} ", StringComparison.Ordinal))).Order());
        string[] threads = LinesWith(Run(side, "ps", "-eLf"), family.Thread);
        Assert.Single(threads);
        Assert.StartsWith($"root {family.Actor.Id} {Environment.ProcessId} {family.Thread} ", threads[0], StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Sides))]
    public void Top_shows_processes(Side side)
    {
        Family family = StartFamily();
        string output = Run(side, "top", "-b", "-n1", "-w", "200", "-p", string.Join(',', family.Processes));
        Assert.Contains("Tasks:   3 total", output, StringComparison.Ordinal);
        Assert.Contains("1 zombie", output, StringComparison.Ordinal);
        Assert.Equal(3, LinesWith(output, family.Processes).Length);
        Assert.Contains("MiB Mem :", output, StringComparison.Ordinal);
        Assert.True(LinesWith(Run(side, "top", "-b", "-n1", "-H", "-w", "200", "-p", $"{family.Actor.Id}"), family.Thread).Length == 1);
    }

    [Theory, MemberData(nameof(Sides))]
    public void Pgrep_finds_by_name_and_by_parent(Side side)
    {
        Family family = StartFamily();
        family.Actor.Check("name", $"n{family.Actor.Id}");
        Assert.Equal($"{family.Actor.Id}\n", Run(side, "pgrep", "-x", $"n{family.Actor.Id}"));
        Assert.Equal(string.Concat(new[] { family.Child, family.Zombie }.Order().Select(id => $"{id}\n")), Run(side, "pgrep", "-P", $"{family.Actor.Id}"));
    }

    [Fact]
    public void Pmap_shows_the_same_mappings()
    {
        Family family = StartFamily();
        foreach (string option in new[] { "-p", "-x", "-d" })
        {
            Assert.Equal(Run(Side.Kernel, "pmap", option, $"{family.Child}"), Run(Side.Bobbin, "pmap", option, $"{family.Child}"));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Free_vmstat_and_uptime_read_the_machine(Side side)
    {
        string total = Native.Cat("/proc/meminfo").Text.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Assert.StartsWith($"Mem: {total} ", string.Join(' ', Run(side, "free").Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Equal(3, Run(side, "vmstat").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("load average:", Run(side, "uptime"), StringComparison.Ordinal);
        Assert.Contains("forks", Run(side, "vmstat", "-f"), StringComparison.Ordinal);
        Assert.Contains("kernel.ostype = Linux", Run(side, "/sbin/sysctl", "kernel.ostype"), StringComparison.Ordinal);
        Assert.Contains("load average", Run(side, "w"), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Sides))]
    public void Busybox_ps_lists_them(Side side)
    {
        Family family = StartFamily();
        string[] lines = LinesWith(Run(side, "busybox", "ps", "-o", "pid,ppid,stat,comm"), family.Processes);
        Assert.Contains($"{family.Child} {family.Actor.Id} S actor", lines);
        Assert.Contains($"{family.Zombie} {family.Actor.Id} Z actor", lines);
    }
}
