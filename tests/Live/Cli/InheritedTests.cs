using System.Text.RegularExpressions;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Cli;

/// <summary>The command of <c>bobbin run</c> finds everything that execve(2) hands on exactly as without bobbin.</summary>
public sealed class InheritedTests : CliTest
{
    [Theory]
    [MemberData(nameof(Cases))]
    public void The_command_inherits_what_bobbin_did(bool root, string preparation)
    {
        Assert.Equal(Probe(root, preparation, bobbin: false), Probe(root, preparation, bobbin: true));
    }

    public static IEnumerable<TheoryDataRow<bool, string>> Cases()
    {
        foreach (bool root in (bool[])[true, false])
        {
            yield return new(root, "exec \"$@\"");
            yield return new(root, "trap '' PIPE HUP INT QUIT TERM CHLD TSTP TTIN TTOU URG WINCH; exec \"$@\"");
            yield return new(root, "ulimit -S -n 300; ulimit -S -c 0; umask 027; cd /usr; exec nice -n 3 \"$@\"");
            yield return new(root, "exec 7</etc/passwd 9>/dev/null; read -r line <&7; exec \"$@\"");
            yield return new(root, "exec env -i A=1 'B=x y' \"$(printf 'C=\\377\\n.')\" \"$@\"");
            yield return new(root, "exec setarch -R taskset 1 chrt -b 0 \"$@\"");
            yield return new(root, "exec /usr/bin/python3 -c 'import os,signal,sys; signal.pthread_sigmask(signal.SIG_BLOCK,[signal.SIGCHLD,signal.SIGUSR1,signal.SIGPIPE]); [signal.signal(s,signal.SIG_DFL) for s in (signal.SIGPIPE,signal.SIGXFSZ)]; os.kill(os.getpid(),signal.SIGUSR1); os.execvp(sys.argv[1],sys.argv[1:])' \"$@\"");
        }
    }

    private static string Probe(bool root, string preparation, bool bobbin)
    {
        string probe = Scratch.Compile("inherited.c");
        string[] command = bobbin ? [Binary, "run", "--list-threads", "--", probe] : [probe];
        Command result = Command.Run([.. root ? [] : OrdinaryUser.Prefix, "sh", "-c", preparation, "sh", .. command, "--list-threads", "é", ""]);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));

        // Each run has pipes of its own.
        return Regex.Replace(result.Output, @"^descriptor [012] \w+:\w+", "descriptor", RegexOptions.Multiline);
    }
}
