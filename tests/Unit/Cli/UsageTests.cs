using Bobbin.Cli.Commands;
using Bobbin.Procfs;
using Xunit;

namespace Bobbin.Tests.Cli;

public sealed class UsageTests
{
    [Theory]
    [InlineData("--hidepi", "--hidepid")]
    [InlineData("--list-thread", "--list-threads")]
    [InlineData("--raed-only", "--read-only")]
    [InlineData("--gidd", "--gid")]
    [InlineData("--something-else-altogether", null)]
    [InlineData("-x", null)]
    public void The_nearest_option_is_named(string word, string? expected) =>
        Assert.Equal(expected, UsageError.Nearest(word, ["--live", "--list-threads", "--hidepid", "--gid", "--subset", "--pidns", "--read-only"]));

    [Theory]
    [InlineData("0", HidePid.Off)]
    [InlineData("off", HidePid.Off)]
    [InlineData("1", HidePid.NoAccess)]
    [InlineData("noaccess", HidePid.NoAccess)]
    [InlineData("2", HidePid.Invisible)]
    [InlineData("02", HidePid.Invisible)]
    [InlineData("0x2", HidePid.Invisible)]
    [InlineData("invisible", HidePid.Invisible)]
    [InlineData("4", HidePid.Ptraceable)]
    [InlineData("ptraceable", HidePid.Ptraceable)]
    public void Hidepid_takes_what_the_kernel_takes(string text, HidePid expected) =>
        Assert.Equal(expected, ViewOptions.ParseHidePid(text, error => Assert.Fail(error)));

    [Theory]
    [InlineData("3")]
    [InlineData("5")]
    [InlineData("-1")]
    [InlineData("on")]
    [InlineData("")]
    [InlineData("0x")]
    public void Hidepid_refuses_what_the_kernel_refuses(string text)
    {
        string said = "";
        ViewOptions.ParseHidePid(text, error => said = error);
        Assert.Equal($"--hidepid knows 0, 1, 2, 4, off, noaccess, invisible, ptraceable; not {text}", said);
    }

    [Theory]
    [InlineData("bobbin: which verb?; see bobbin --help\n")]
    [InlineData("bobbin: unknown verb rnu; did you mean run?; see bobbin --help\n", "rnu")]
    [InlineData("bobbin: unknown option --vresion; did you mean --version?; see bobbin --help\n", "--vresion")]
    [InlineData("bobbin mount: unknown option --detahc; did you mean --detach?; see bobbin mount --help\n", "mount", "--detahc", "/mnt")]
    [InlineData("bobbin mount: unexpected b; see bobbin mount --help\n", "mount", "a", "b")]
    [InlineData("bobbin mount: which DIR?; see bobbin mount --help\n", "mount")]
    [InlineData("bobbin run: which COMMAND?; see bobbin run --help\n", "run", "--list-threads")]
    [InlineData("bobbin run: unknown option --hidepi=2; did you mean --hidepid?; see bobbin run --help\n", "run", "--hidepi=2", "ls")]
    [InlineData("bobbin run: --gid wants a group id, 0 to 4294967294; not x; see bobbin run --help\n", "run", "--gid", "x", "ls")]
    [InlineData("bobbin run: --pidns wants a process id, 1 to 4194303; not 999999999; see bobbin run --help\n", "run", "--pidns=999999999", "ls")]
    [InlineData("bobbin run: --pidns wants a process id, 1 to 4194303; not 0; see bobbin run --help\n", "run", "--pidns=0", "ls")]
    [InlineData("bobbin run: --hidepid is there twice; see bobbin run --help\n", "run", "--hidepid=1", "--hidepid=2", "ls")]
    [InlineData("bobbin mount: the directory's name is empty; see bobbin mount --help\n", "mount", "")]
    [InlineData("bobbin umount: the directory's name is empty; see bobbin umount --help\n", "umount", "")]
    [InlineData("bobbin explain: \"\" is not a task's id: a number is wanted; see bobbin explain --help\n", "explain", "")]
    [InlineData("bobbin explain: +1 is not a task's id: a number is wanted; see bobbin explain --help\n", "explain", "+1")]
    [InlineData("bobbin explain: unknown option -1x; see bobbin explain --help\n", "explain", "-1x")]
    [InlineData("bobbin: unknown verb exlain; did you mean explain?; see bobbin --help\n", "exlain", "--help")]
    [InlineData("bobbin: unknown verb run; see bobbin --help\n", "--", "run", "true")]
    [InlineData("bobbin run: --subset knows only pid, not net; see bobbin run --help\n", "run", "--subset=net", "ls")]
    [InlineData("bobbin explain: 12a is not a task's id: a number is wanted; see bobbin explain --help\n", "explain", "12a")]
    [InlineData("bobbin find: find what? --hidden is needed; see bobbin find --help\n", "find", "--exhaustive")]
    [InlineData("bobbin find: unknown option --hiden; did you mean --hidden?; see bobbin find --help\n", "find", "--hiden")]
    [InlineData("bobbin doctor: --log-level knows error, warning, info, debug, trace; not loud; see bobbin doctor --help\n", "doctor", "--log-level", "loud")]
    [InlineData("bobbin completion: completion knows bash, zsh, fish; not csh; see bobbin completion --help\n", "completion", "csh")]
    [InlineData("bobbin: unknown verb \\x1b[2J; see bobbin --help\n", "\e[2J")]
    public void A_usage_error_is_one_line(string expected, params string[] arguments) =>
        Assert.Equal(expected, UsageError.Describe(BobbinCommand.ParseLine(arguments), arguments));

    [Theory, InlineData("-1"), InlineData("-1", "--json"), InlineData("--json", "-1"), InlineData("--", "-1")]
    public void A_negative_number_is_no_option_of_explain(params string[] words)
    {
        string[] line = ["explain", .. words];
        System.CommandLine.ParseResult result = BobbinCommand.ParseLine(line);
        Assert.Null(UsageError.Describe(result, line));
        Assert.Equal(-1, result.GetValue<long>("ID"));
    }

    [Theory, InlineData("--list-threads"), InlineData("--read-only"), InlineData("--live")]
    public void A_flag_takes_no_value_so_true_is_a_command(string flag)
    {
        string[] line = ["run", flag, "true", "x"];
        System.CommandLine.ParseResult result = BobbinCommand.ParseLine(line);
        Assert.Null(UsageError.Describe(result, line));
        Assert.Equal((true, 2), (result.GetValue<bool>(flag), result.GetValue<string[]>("COMMAND")!.Length));
    }

    [Theory]
    [InlineData("ls", "--list-threads")]
    [InlineData("ls", "--", "--gid")]
    [InlineData("--odd", "-x")]
    public void Everything_from_the_command_on_is_the_commands(params string[] command)
    {
        string[] line = ["run", "--hidepid=2", "--list-threads", "--", .. command];
        System.CommandLine.ParseResult result = BobbinCommand.ParseLine(line);
        Assert.Null(UsageError.Describe(result, line));
        Assert.Equal(command, result.GetValue<string[]>("COMMAND")!);
    }
}
