using System.Diagnostics;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Cli;

public sealed class MountTests : CliTest
{
    [Theory, MemberData(nameof(RootOrNot))]
    public void Detached_it_answers_when_the_command_returns(bool root)
    {
        string directory = MakeFolder(root);
        Assert.Equal((0, "", ""), Whole(Bobbin(root, "mount", "--detach", directory)));
        Assert.Equal("1 directory\n", As(root, "stat", "-c", "%i %F", directory).Output);
        Assert.Equal("cat\n", As(root, "cat", $"{directory}/self/comm").Output);
        Assert.Equal((1, $"bobbin: {directory}: Bobbin is mounted there already; take it away first with: bobbin umount {directory}\n"),
            RunTests.Failure(Bobbin(root, "mount", directory)));
        Assert.Equal((0, "", ""), Whole(Bobbin(root, "umount", directory)));
        NothingIsLeft();
    }

    [Theory]
    [InlineData(true, "TERM")]
    [InlineData(true, "INT")]
    [InlineData(true, "HUP")]
    [InlineData(false, "TERM")]
    public void In_the_foreground_a_signal_unmounts(bool root, string signal)
    {
        string directory = MakeFolder(root);
        using Process process = Start(root, "mount", directory);
        Mounted(directory);
        Assert.Equal("cat\n", As(root, "cat", $"{directory}/self/comm").Output);
        Assert.Equal(0, Command.Run(["kill", $"-{signal}", $"{process.Id}"]).ExitCode);
        Assert.Equal("", process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        NothingIsLeft();
    }

    [Fact]
    public void A_detached_server_that_is_told_to_end_unmounts()
    {
        string directory = MakeFolder(true);
        Assert.Equal(0, Bobbin(true, "mount", "--detach", directory).ExitCode);
        Assert.Equal(0, Command.Run(["kill", $"{Assert.Single(Servers())}"]).ExitCode);
        NothingIsLeft();
    }

    [Fact]
    public void In_the_foreground_umount_ends_it()
    {
        string directory = MakeFolder(true);
        using Process process = Start(true, "mount", directory);
        Mounted(directory);
        Assert.Equal(0, Bobbin(true, "umount", directory).ExitCode);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        NothingIsLeft();
    }

    [Fact]
    public void What_cannot_be_is_said_in_one_line()
    {
        string directory = MakeFolder(true);
        File.WriteAllText($"{directory}/file", "");
        Says(["mount", directory], $"{directory}: the directory is not empty; name an empty one, its content would be hidden");
        Says(["mount", $"{directory}/file"], $"{directory}/file: not a directory; name an empty directory");
        Says(["mount", $"{directory}/none"], $"{directory}/none: No such file or directory (ENOENT); make it with: mkdir {directory}/none");
        Says(["umount", directory], $"{directory}: nothing is mounted there; findmnt -t fuse.bobbin lists what is");
        Says(["umount", "/proc"], "/proc: what is mounted there is proc, not Bobbin's; findmnt -t fuse.bobbin lists what is");
        Says(["mount", "\e[2J"], "\\x1b[2J: No such file or directory (ENOENT); make it with: mkdir \\x1b[2J");
        Says(["mount", "--pidns=4194303", MakeFolder(true)], "--pidns 4194303: No such file or directory (ENOENT); no task has this id");
        NothingIsLeft();
    }

    [Fact]
    public void A_busy_mount_is_not_taken_away()
    {
        string directory = MakeFolder(true);
        Assert.Equal(0, Bobbin(true, "mount", "--detach", directory).ExitCode);
        using (Process holder = Process.Start(new ProcessStartInfo("sh", ["-c", $"cd {directory} && echo in && read line"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!)
        {
            Assert.Equal("in", holder.StandardOutput.ReadLine());
            Says(["umount", directory], $"{directory}: something uses it; fuser -vm {directory} says what; umount -l {directory} does not wait for it");
            holder.StandardInput.Close();
            holder.WaitForExit();
        }

        Assert.Equal(0, Bobbin(true, "umount", directory).ExitCode);
        NothingIsLeft();
    }

    [Fact]
    public void A_mount_whose_server_died_is_recognised_and_taken_away()
    {
        string directory = MakeFolder(true);
        Assert.Equal(0, Bobbin(true, "mount", "--detach", directory).ExitCode);
        Assert.Equal(0, Command.Run(["kill", "-9", $"{Assert.Single(Servers())}"]).ExitCode);
        DateTime end = DateTime.UtcNow.AddSeconds(20);
        while (Servers().Count > 0 && DateTime.UtcNow < end)
        {
            Thread.Sleep(10);
        }

        Says(["mount", directory], $"{directory}: a mount whose server has ended lies there; take it away with: bobbin umount {directory}");
        Assert.Equal((0, "", ""), Whole(Bobbin(true, "umount", directory)));
        NothingIsLeft();
    }

    private static void Says(string[] arguments, string line) => Assert.Equal((1, $"bobbin: {line}\n"), RunTests.Failure(Bobbin(true, arguments)));

    private static (int, string, string) Whole(Command command) => (command.ExitCode, command.Output, command.Errors);

    private static Command As(bool root, params string[] command) => Command.Run([.. root ? [] : OrdinaryUser.Prefix, .. command]);

    private static string MakeFolder(bool root)
    {
        string folder = Scratch.MakeFolder("mount");
        if (!root)
        {
            _ = Command.Check("chown", OrdinaryUser.Id, folder);
        }

        return folder;
    }

    private static void Mounted(string directory)
    {
        DateTime end = DateTime.UtcNow.AddSeconds(30);
        while (!File.ReadAllText("/proc/mounts").Contains($" {directory} fuse.bobbin ", StringComparison.Ordinal))
        {
            Assert.True(DateTime.UtcNow < end, "not mounted");
            Thread.Sleep(10);
        }
    }

    private static Process Start(bool root, params string[] arguments)
    {
        string[] command = [.. root ? [] : OrdinaryUser.Prefix, Binary, .. arguments];
        return Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true })!;
    }
}
