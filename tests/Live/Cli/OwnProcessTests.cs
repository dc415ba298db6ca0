using System.Globalization;
using System.Text.RegularExpressions;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Cli;

/// <summary>Programs in several languages that read their own /proc/self, and tracers, inside <c>bobbin run</c>.</summary>
public sealed class OwnProcessTests : CliTest
{
    // A copy that everybody can read.
    private static readonly Lazy<string> s_selfReport = new(() =>
    {
        DirectoryInfo framework = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string folder = Scratch.MakeFolder("self-report");
        foreach (string file in Directory.EnumerateFiles($"{Product.Root}/tests/SelfReport/bin/{framework.Parent!.Name}/{framework.Name}", "self-report.*"))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return folder;
    });

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
    public void Dotnet_reads_its_own(bool root)
    {
        string? dotnet = Array.Find(["/usr/bin/dotnet", "/usr/share/dotnet/dotnet", "/usr/local/bin/dotnet"], File.Exists);
        Assert.SkipUnless(dotnet is not null, "dotnet is where not everybody reaches it");
        string[] program = [dotnet, Path.Combine(s_selfReport.Value, "self-report.dll")];
        Command kernel = Command.Run([.. Defaults, "env", "DOTNET_EnableDiagnostics=0", .. root ? [] : OrdinaryUser.Prefix, .. program]);
        Assert.Equal((0, ""), (kernel.ExitCode, kernel.Errors));
        Assert.Contains("id: True\n", kernel.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("False", kernel.Output, StringComparison.Ordinal);
        Assert.Equal(kernel.Output, Inside(root, ["env", "DOTNET_EnableDiagnostics=0", .. program]));
    }

    [Theory, MemberData(nameof(RootOrNot))]
    public void Go_reads_its_own(bool root)
    {
        // prometheus-node-exporter tells of its own process from /proc/self: stat, limits, fd.
        const string Program = "/usr/bin/prometheus-node-exporter";
        Assert.SkipUnless(File.Exists(Program), "prometheus-node-exporter is not installed");
        const string Script = """
            ulimit -n 777
            for port in $(shuf -i 20000-30000 -n 20); do
              "$0" --collector.disable-defaults --web.listen-address=127.0.0.1:$port --log.level=error 2>/dev/null & it=$!
              while kill -0 $it 2>/dev/null; do
                text=$( (exec 3<>/dev/tcp/127.0.0.1/$port && printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3 && cat <&3) 2>/dev/null) && break 2
                sleep 0.1
              done
            done
            echo "start $(cut -d' ' -f22 /proc/$it/stat) boot $(sed -n 's/^btime //p' /proc/stat) clock $(getconf CLK_TCK)"
            kill $it
            printf '%s\n' "$text"
            """;
        string output = Inside(root, "bash", "-c", Script, Program);
        double Value(string name) => double.Parse(Regex.Match(output, $@"(?m)^{name} (\S+)\r?$").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Equal(777, Value("process_max_fds"));
        Assert.InRange(Value("process_open_fds"), 4, 100);
        Assert.InRange(Value("process_resident_memory_bytes"), 1 << 20, 1 << 30);
        Assert.InRange(Value("process_virtual_memory_bytes"), Value("process_resident_memory_bytes"), 1L << 50);
        Assert.InRange(Value("process_cpu_seconds_total"), 0, 60);
        Match start = Regex.Match(output, @"^start (\d+) boot (\d+) clock (\d+)");
        double[] numbers = [.. start.Groups.Values.Skip(1).Select(group => double.Parse(group.Value, CultureInfo.InvariantCulture))];
        Assert.InRange(Value("process_start_time_seconds"), numbers[1] + (numbers[0] / numbers[2]) - 2, numbers[1] + (numbers[0] / numbers[2]) + 2);
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
