using Bobbin.Cli.Explaining;
using Xunit;

namespace Bobbin.Tests.Cli;

public sealed class TaskFilesTests
{
    [Fact]
    public void A_status_file_is_taken_apart()
    {
        TaskFiles files = TaskFiles.Parse("Name:\t a\\nb: c \nState:\tS (sleeping)\nTgid:\t10\nPid:\t11\nPPid:\t1\nUid:\t1000\t1001\t1002\t1003\nNSpid:\t11\t2\nKthread:\t0\nThreads:\t3\n"u8);
        Assert.Equal((" a\\nb: c ", 'S', 10, 1, 3, 1000u, false), (files.Name, files.State, files.GroupId, files.ParentId, files.Threads, files.UserId, files.IsKernelThread));
        Assert.Equal([11, 2], files.NestedIds);
    }

    [Fact]
    public void A_name_cannot_reach_the_terminal_raw() => Assert.Equal("\\x1b[2J", TaskFiles.Parse("Name:\t\e[2J\n"u8).Name);

    [Fact]
    public void The_exact_name_has_its_own_bytes()
    {
        Assert.Equal("\e[2J"u8.ToArray(), TaskFiles.Parse("Name:\t\e[2J\n"u8).ExactName);
        TaskFiles files = TaskFiles.Parse([.. "Name:\ta\\nb\\\\n"u8, 0xFF, .. "\nTgid:\t3\n"u8]);
        Assert.Equal([.. "a\nb\\n"u8, 0xFF], files.ExactName);
        Assert.Equal(("a\\nb\\\\n\\xff", 3), (files.Name, files.GroupId));
    }

    [Fact]
    public void Older_kernels_do_not_say_which_threads_are_theirs()
    {
        Assert.True(TaskFiles.Parse("Name:\tx\nTgid:\t50\nPPid:\t2\n"u8).IsKernelThread);
        Assert.True(TaskFiles.Parse("Name:\tkthreadd\nTgid:\t2\nPPid:\t0\n"u8).IsKernelThread);
        Assert.False(TaskFiles.Parse("Name:\tinit\nTgid:\t1\nPPid:\t0\n"u8).IsKernelThread);
    }
}
