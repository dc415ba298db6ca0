using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Cli;

/// <summary>Programs in several languages that read their own /proc/self, and tracers, inside <c>bobbin run</c>.</summary>
public sealed class OwnProcessTests : CliTest
{
    [Theory, MemberData(nameof(RootOrNot))]
    public void Python_reads_its_own(bool root) =>
        Assert.Equal("(python3) True\n", Inside(root, "/usr/bin/python3", "-c",
            "import os; s = open('/proc/self/stat').read().split(); print(s[1], int(s[0]) == os.getpid() and len(open('/proc/self/maps').readlines()) > 5)"));

    [Theory, MemberData(nameof(RootOrNot))]
    public void Node_reads_its_own(bool root)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/node"), "node is not installed");
        Assert.Equal("node true true\n", Inside(root, "/usr/bin/node", "-e", """
            const fs = require('fs');
            const name = fs.readFileSync('/proc/self/status', 'utf8').split('\n')[0].split('\t')[1];
            console.log(name, process.memoryUsage().rss > 0, Number(fs.readlinkSync('/proc/self')) === process.pid);
            """));
    }

    [Theory, MemberData(nameof(RootOrNot))]
    public void Java_reads_its_own(bool root)
    {
        string? java = Array.Find(["/usr/bin/java", "/usr/local/bin/java"], File.Exists);
        Assert.SkipUnless(java is not null, "java is not installed");
        string source = Path.Combine(Scratch.MakeFolder("java"), "Own.java");
        File.WriteAllText(source, """
            import java.nio.file.*;
            public class Own {
                public static void main(String[] arguments) throws Exception {
                    String name = new String(Files.readAllBytes(Path.of("/proc/self/comm"))).trim();
                    String link = Files.readSymbolicLink(Path.of("/proc/self")).toString();
                    System.out.println(name + " " + link.equals(Long.toString(ProcessHandle.current().pid()))
                        + " " + ProcessHandle.current().info().command().isPresent());
                }
            }
            """);
        File.SetUnixFileMode(source, (UnixFileMode)0b110_100_100);
        Assert.Equal("java true true\n", Inside(root, java, "-XX:-UsePerfData", source));
    }

    [Theory, MemberData(nameof(RootOrNot))]
    public void A_process_of_the_run_can_be_traced(bool root)
    {
        const string trace = """
            sleep 60 & it=$!
            until [ "$(cat /proc/$it/comm)" = sleep ]; do :; done
            timeout 60 gdb -nx -batch -p $it -ex 'info proc' 2>/dev/null | sed -n 's/^exe = //p'
            timeout -s INT 2 strace -p $it 2>&1 | sed -n '1s/[0-9]*//gp'
            kill $it
            """;
        Assert.Equal("'/usr/bin/sleep'\nstrace: Process  attached\n", Inside(root, "bash", "-c", trace));
    }
}
