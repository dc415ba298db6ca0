using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Cli;

/// <summary><c>./bobbin</c> of a checkout, here one whose binary is a script that prints what it got.</summary>
public sealed class LauncherTests
{
    [Fact]
    public void It_runs_the_binary_from_any_directory_and_through_a_link()
    {
        string checkout = MakeCheckout();
        Assert.Equal("<a b><><--x>\n", Command.Check($"{checkout}/bobbin", "a b", "", "--x"));
        string link = Path.Combine(Scratch.MakeFolder("links"), "bob");
        File.CreateSymbolicLink(link, $"{checkout}/bobbin");
        Assert.Equal("<x>\n", Command.Check(link, "x"));
        Assert.Equal("<x>\n", Command.Check("sh", "-c", $"cd {checkout} && ./bobbin x"));
        Assert.Equal("<x>\n", Command.Check("sh", "-c", $"cd / && PATH={checkout}:$PATH && bobbin x"));
        Assert.Equal("<x>\n", Command.Check("sh", "-c", $"cd {Path.GetDirectoryName(link)} && ./bob x"));
    }

    [Fact]
    public void Descriptors_and_variables_pass_through()
    {
        string checkout = MakeCheckout();
        Write($"{checkout}/artifacts/bin/bobbin", "#!/bin/sh\ncat <&9\nprintf '%s\\n' \"$root $self $binary\"\n");
        Assert.Equal("nine\n1 2 3\n", Command.Check("sh", "-c", $"echo nine >{checkout}/nine; root=1 self=2 binary=3 {checkout}/bobbin 9<{checkout}/nine"));
    }

    [Fact]
    public void A_source_that_is_newer_asks_for_the_sdk()
    {
        string checkout = MakeCheckout();
        File.SetLastWriteTimeUtc($"{checkout}/artifacts/bin/bobbin", DateTime.UtcNow.AddHours(-1));
        const string hide = """
            for place in /usr/share/dotnet /usr/lib/dotnet /usr/local/share/dotnet; do
              if [ -d $place ]; then mount -t tmpfs none $place; fi
            done
            if [ -f /usr/bin/dotnet ]; then mount --bind /dev/null /usr/bin/dotnet; fi
            exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DOTNET_ROOT="$1/src" HOME=/nonexistent "$1/bobbin"
            """;
        Command result = Command.Run(["unshare", "--mount", "sh", "-c", hide, "sh", checkout]);
        Assert.Equal((1, "", "bobbin: the .NET SDK is not here: it takes version 10 to compile bobbin; see https://dot.net/download\n"), (result.ExitCode, result.Output, result.Errors));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_terminal_is_told_how_long_it_compiles_and_a_pipe_is_not(bool terminal)
    {
        string checkout = MakeCheckout();
        Directory.CreateDirectory($"{checkout}/tools");
        Write($"{checkout}/tools/gcc", "#!/bin/sh\n");

        // The compiler of this test takes until the clock has been seen, where there is to be one.
        Write($"{checkout}/tools/dotnet", "#!/bin/sh\nwhile [ ! -e \"$SEEN\" ]; do sleep 0.05; done\ntouch \"$OUTPUT\"\n");
        File.SetLastWriteTimeUtc($"{checkout}/artifacts/bin/bobbin", DateTime.UtcNow.AddHours(-1));
        const string watch = """
            import os, pty, signal, sys
            signal.alarm(60)
            seen, terminal, program = sys.argv[1:]
            read, write = pty.openpty() if terminal == "True" else os.pipe()
            if terminal != "True": open(seen, "w")
            child = os.fork()
            if child == 0:
                os.dup2(write, 2)
                os.execv(program, [program])
            os.close(write)
            text = b""
            while True:
                try: more = os.read(read, 1000)
                except OSError: break
                if not more: break
                text += more
                if b"compiling: 2 s" in text: open(seen, "w")
            os.waitpid(child, 0)
            sys.stderr.write(repr(text))
            """;
        Command result = Command.Run(["env", $"PATH={checkout}/tools:/usr/sbin:/usr/bin:/sbin:/bin", $"SEEN={checkout}/seen", $"OUTPUT={checkout}/artifacts/bin/bobbin",
            "python3", "-c", watch, $"{checkout}/seen", $"{terminal}", $"{checkout}/bobbin"]);
        const string first = "bobbin: compiling to native code; this happens once and takes one to three minutes";
        Assert.Equal((0, "<>\n"), (result.ExitCode, result.Output));
        Assert.StartsWith(terminal ? $"b'{first}\\r\\n\\rbobbin: compiling: 1 s \\rbobbin: compiling: 2 s " : $"b'{first}\\n'", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_lie_where_it_looks_for_newer_ones()
    {
        string root = Path.Combine(Product.Root, "src");
        string[] parts = [.. Directory.GetFiles(root, "*.cs", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))];
        Assert.True(parts.Length > 200);
        Assert.All(parts, file => Assert.InRange(file.Count(c => c == '/'), 1, 3));
    }

    private static string MakeCheckout()
    {
        string checkout = Scratch.MakeFolder("checkout with blanks");
        Directory.CreateDirectory($"{checkout}/artifacts/bin");
        Directory.CreateDirectory($"{checkout}/src/Bobbin/Live");
        File.WriteAllText($"{checkout}/src/Bobbin/Live/LiveTasks.cs", "");
        File.Copy(Path.Combine(Product.Root, "bobbin"), $"{checkout}/bobbin");
        string plain = checkout.Replace(" ", "-", StringComparison.Ordinal);
        Directory.Move(checkout, plain);
        Write($"{plain}/artifacts/bin/bobbin", "#!/bin/sh\nprintf '<%s>' \"$@\"; echo\n");
        return plain;
    }

    private static void Write(string path, string text)
    {
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }
}
