using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Cli;

/// <summary>Mistakes, and circumstances that are not meant: one line says what it is, and no stack of calls.</summary>
public sealed class AwkwardUseTests : CliTest
{
    [Fact]
    public void A_command_may_have_any_number_of_arguments() =>
        Assert.Equal("120001\n", Inside(true, ["bash", "-c", "echo $(($# + 1))", .. Enumerable.Repeat("x", 120_001)]));

    [Theory, InlineData("--help"), InlineData("--version"), InlineData("doctor"), InlineData("explain 1"), InlineData("man")]
    public void What_cannot_be_written_is_an_error(string arguments) => Assert.Equal(
        (1, "bobbin: standard output: No space left on device (ENOSPC)\n"), Shell($"\"$0\" {arguments} >/dev/full"));

    [Theory, InlineData("--help"), InlineData("doctor")]
    public void A_reader_that_has_gone_is_none(string arguments) => Assert.Equal((0, ""), Shell($"\"$0\" {arguments} | true"));

    [Fact]
    public void A_directory_that_was_removed_is_no_mount_point() => Assert.Equal(
        (1, "bobbin: .: the directory has been removed; name one that is there\n"),
        Shell($"mkdir '{Scratch.Folder}/removed' && cd '{Scratch.Folder}/removed' && rmdir '{Scratch.Folder}/removed' && \"$0\" mount ."));

    [Fact]
    public void Help_is_a_verb_too_and_options_of_run_come_first()
    {
        Command help = Bobbin(true, "help", "run");
        Assert.Equal(0, help.ExitCode);
        Assert.Contains("bobbin run [options] [--] COMMAND [ARG...]\n", help.Output, StringComparison.Ordinal);
        Assert.Contains("[default: warning]", help.Output, StringComparison.Ordinal);
        Assert.Equal(help.Output, Bobbin(true, "run", "--help").Output);
        Assert.Equal(Bobbin(true, "--help").Output, Bobbin(true, "help").Output);
        Command unknown = Bobbin(true, "help", "nosuch");
        Assert.Equal((2, "", "bobbin: unknown verb nosuch; see bobbin --help\n"), (unknown.ExitCode, unknown.Output, unknown.Errors));
        Assert.Matches("^bobbin [0-9]+\\.[0-9]+\\.[0-9]+[^\\n]*\\n$", Bobbin(true, "--version").Output);
    }

    [Fact]
    public void An_option_without_its_value_is_named()
    {
        Command result = Bobbin(true, "mount", "/none", "--hidepid");
        Assert.Equal((2, "bobbin mount: --hidepid wants a value, MODE; see bobbin mount --help\n"), (result.ExitCode, result.Errors));
    }

    [Fact]
    public void Another_users_mount_is_said_to_be_that()
    {
        string folder = Scratch.MakeFolder("another");
        Assert.Equal(0, Bobbin(true, "mount", "--detach", folder).ExitCode);
        Command result = Bobbin(false, "umount", folder);
        Assert.Equal((1, $"bobbin: {folder}: another user mounted it; as that user, or as root: bobbin umount {folder}\n"), (result.ExitCode, result.Errors));
        Assert.Equal(0, Bobbin(true, "umount", folder).ExitCode);
        NothingIsLeft();
    }

    [Fact]
    public void Another_device_in_the_place_of_the_one_for_fuse_is_not_taken_for_it()
    {
        const string mask = "mount --bind /dev/null /dev/fuse || exit 99;";
        string remedy = "as root: modprobe fuse; in a container: --device /dev/fuse\n";
        foreach (string verb in new[] { "run -- true", $"mount {Scratch.MakeFolder("masked")}" })
        {
            Command result = Command.Run([.. Defaults, "unshare", "--mount", "sh", "-c", $"{mask} exec \"$0\" {verb}", Binary]);
            Assert.Equal((1, $"bobbin: /dev/fuse: there is no FUSE device here; {remedy}"), (result.ExitCode, result.Errors));
        }

        Command doctor = Command.Run([.. Defaults, "unshare", "--mount", "sh", "-c", $"{mask} exec \"$0\" doctor --json", Binary]);
        Assert.Contains("No such device or address (ENXIO)", doctor.Output, StringComparison.Ordinal);
        NothingIsLeft();
    }

    [Theory, InlineData(10), InlineData(20)]
    public void Too_few_descriptors_are_said_to_be_too_few(int limit)
    {
        (int status, string errors) = Shell($"ulimit -n {limit}; \"$0\" run -- true");
        Assert.Equal(1, status);
        Assert.EndsWith("; the limit of open files is too low: ulimit -n 256\n", errors, StringComparison.Ordinal);
        NothingIsLeft();
    }

    private static (int Status, string Errors) Shell(string script)
    {
        Command result = Command.Run([.. Defaults, "bash", "-c", script, Binary]);
        return (result.ExitCode, result.Errors);
    }
}
