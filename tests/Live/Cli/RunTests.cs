using System.Diagnostics;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Cli;

public sealed class RunTests : CliTest
{
    [Theory, MemberData(nameof(RootOrNot))]
    public void The_command_is_the_same_process(bool root)
    {
        using Process process = Start(root, "run", "--", "sh", "-c", "echo $$; readlink /proc/self; cat /proc/$$/comm");
        string[] lines = process.StandardOutput.ReadToEnd().Split('\n');
        process.WaitForExit();
        Assert.Equal($"{process.Id}", lines[0]);
        Assert.NotEqual(lines[0], lines[1]); // readlink's own
        Assert.Equal("sh", lines[2]);
        NothingIsLeft();
    }

    [Theory, MemberData(nameof(RootOrNot))]
    public void It_ends_as_the_command_does(bool root)
    {
        Assert.Equal(0, Bobbin(root, "run", "true").ExitCode);
        Assert.Equal(7, Bobbin(root, "run", "--", "sh", "-c", "exit 7").ExitCode);
        Assert.Equal(128 + 9, Bobbin(root, "run", "--", "sh", "-c", "kill -9 $$").ExitCode);
        Assert.Equal((127, "bobbin: no-such-command: command not found; is it in a directory of PATH?\n"), Failure(Bobbin(root, "run", "no-such-command")));
        Assert.Equal((127, "bobbin: /no/such: No such file or directory (ENOENT)\n"), Failure(Bobbin(root, "run", "/no/such")));
        Assert.Equal((126, "bobbin: /etc/passwd: Permission denied (EACCES)\n"), Failure(Bobbin(root, "run", "/etc/passwd")));
        Assert.Equal((126, "bobbin: /etc: it is a directory\n"), Failure(Bobbin(root, "run", "/etc")));
        NothingIsLeft();
    }

    [Fact]
    public void A_script_without_an_interpreter_is_the_shells()
    {
        string script = Path.Combine(Scratch.MakeFolder("script"), "script");
        File.WriteAllText(script, "echo \"$0 $1\"\n");
        File.SetUnixFileMode(script, (UnixFileMode)0b111_101_101);
        Assert.Equal($"{script} a b\n", Inside(true, script, "a b"));
    }

    [Theory, MemberData(nameof(RootOrNot))]
    public void Shells_do_what_they_do_elsewhere(bool root)
    {
        Assert.Equal("hi\n", Inside(root, "sh", "-c", "echo hi | cat /dev/stdin"));
        Assert.Equal("hi\n", Inside(root, "bash", "-c", "cat <(echo hi)"));
        Assert.Equal("y\n", Inside(root, "bash", "-c", "yes | head -1"));
        Assert.Equal("141\n", Inside(root, "bash", "-c", "yes | head -1 >/dev/null; echo ${PIPESTATUS[0]}"));
        Assert.Contains(" -> /etc/passwd\n", Inside(root, "bash", "-c", "exec 5</etc/passwd; ls -l /proc/self/fd"), StringComparison.Ordinal);
        NothingIsLeft();
    }

    [Theory, MemberData(nameof(RootOrNot))]
    public void Every_thread_is_listed_on_request(bool root)
    {
        const string Count = "import os,threading,time; threading.Thread(target=time.sleep,args=(60,),daemon=True).start(); t=os.listdir('/proc/self/task'); l=set(os.listdir('/proc')); print(len(t), len([i for i in t if i in l]))";
        Assert.Equal("2 1\n", Inside(root, "/usr/bin/python3", "-c", Count));
        Assert.Equal("2 2\n", Bobbin(root, "run", "--list-threads", "--", "/usr/bin/python3", "-c", Count).Output);
    }

    [Theory, MemberData(nameof(RootOrNot))]
    public void Inside_one_another(bool root)
    {
        Assert.Equal("cat\n", Inside(root, Binary, "run", "--", "cat", "/proc/self/comm"));
        NothingIsLeft();
    }

    [Theory, MemberData(nameof(RootOrNot))]
    public void Programs_that_make_namespaces_work(bool root)
    {
        Assert.Equal("0\n", Inside(root, "unshare", "-r", "id", "-u"));
        if (!root)
        {
            return; // bwrap reads /proc/sys/kernel/overflowuid, which a server in a user namespace does not yet hand out
        }

        Assert.Equal("0\n", Inside(root, "bwrap", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--unshare-user", "--uid", "0", "id", "-u"));
    }

    [Fact]
    public void A_masked_proc_stays_masked_or_is_made_anew()
    {
        // As a container runtime does: empty files and read-only trees over parts of /proc.
        const string Mask = "mount --make-rprivate / && mount --bind /dev/null /proc/uptime && mount --bind -o ro /proc/sys /proc/sys && exec \"$@\"";
        Command result = Command.Run(["unshare", "-m", "sh", "-c", Mask, "sh", Binary, "run", "--", "sh", "-c", "cat /proc/self/comm; ps -o comm= $$"]);
        Assert.Equal((0, "cat\nsh\n", ""), (result.ExitCode, result.Output, result.Errors));
    }

    [Theory, MemberData(nameof(RootOrNot))]
    public void The_server_is_nobodys_child_and_goes_with_the_command(bool root)
    {
        using Process process = Start(root, "run", "--", "sh", "-c", "echo ready; exec sleep 1000");
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        int server = Assert.Single(Servers());
        Dictionary<string, string> status = File.ReadLines($"/proc/{server}/status").Select(line => line.Split(":\t")).ToDictionary(parts => parts[0], parts => parts[1]);
        Assert.NotEqual($"{process.Id}", status["PPid"]);
        Assert.NotEqual(SessionOf(process.Id), SessionOf(server));
        Assert.Equal("", Command.Run(["pgrep", "-P", $"{process.Id}"]).Output);
        process.Kill();
        process.WaitForExit();
        NothingIsLeft();
    }

    [Theory, MemberData(nameof(RootOrNot))]
    public void A_command_outlives_its_server(bool root)
    {
        using Process process = Start(root, "run", "--", "sh", "-c", "echo ready; read line; cat /proc/self/comm 2>&1; exit 3");
        Assert.Equal("ready", process.StandardOutput.ReadLine());
        int server = Assert.Single(Servers());
        Assert.Equal(0, Command.Run(["kill", "-9", $"{server}"]).ExitCode);
        NothingIsLeft();
        process.StandardInput.WriteLine();
        // ENOTCONN, or ECONNABORTED when the request was under way as the connection ended.
        Assert.Matches("Transport endpoint is not connected|Software caused connection abort", process.StandardOutput.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(3, process.ExitCode);
    }

    [Fact]
    public void An_ordinary_user_has_no_capabilities_inside()
    {
        string status = Inside(false, "grep", "^Cap[IPEA]", "/proc/self/status");
        Assert.Equal("CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapAmb:\t0000000000000000\n", status);
    }

    [Fact]
    public void What_forbids_it_is_named()
    {
        File.SetUnixFileMode("/dev/fuse", (UnixFileMode)0b110_000_000);
        try
        {
            Assert.Equal((1, "bobbin: /dev/fuse: Permission denied (EACCES); it must be open to this user: as root, chmod 0666 /dev/fuse\n"),
                Failure(Bobbin(false, "run", "true")));
        }
        finally
        {
            File.SetUnixFileMode("/dev/fuse", (UnixFileMode)0b110_110_110);
        }
    }

    internal static (int, string) Failure(Command command) => (command.ExitCode, command.Errors);

    private static string SessionOf(int id) => File.ReadAllText($"/proc/{id}/stat").Split(") ")[1].Split(' ')[3];

    private static Process Start(bool root, params string[] arguments)
    {
        string[] command = [.. root ? [] : OrdinaryUser.Prefix, Binary, .. arguments];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }
}
