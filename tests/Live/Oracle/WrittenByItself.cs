using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary>Files that a task alone may write, and opens in other ways than by their path.</summary>
public class WrittenByItself(Subjects subjects) : LiveTest(subjects)
{
    [Theory, MemberData(nameof(Sides))]
    public void A_held_directory_is_as_good_as_a_path(Side side)
    {
        Actor actor = StartActor();
        foreach (string folder in new[] { "self", $"{actor.Id}", "thread-self", $"self/task/{actor.Id}" })
        {
            foreach (int flags in new[] { Native.O_RDONLY, Native.O_PATH })
            {
                int directory = actor.Check("open", On(side)[folder], flags | Native.O_DIRECTORY);
                int name = actor.Check("openat", directory, "comm", Native.O_WRONLY);
                Assert.Equal((folder, 5), (folder, actor.Number("write", name, "named")));
                Assert.Equal((folder, "named\n"), (folder, Native.Cat($"/proc/{actor.Id}/comm").Text));
                actor.Check("name", "actor");
            }
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void What_is_open_is_opened_for_writing_once_more(Side side)
    {
        Actor actor = StartActor();
        foreach (int flags in new[] { Native.O_RDONLY, Native.O_PATH })
        {
            int open = actor.Check("open", On(side)["self/comm"], flags);
            int again = actor.Check("open", $"/proc/self/fd/{open}", Native.O_WRONLY);
            Assert.Equal(Fidelity.Expect("own-name-again", side, 5, -(int)Errno.EINVAL), actor.Number("write", again, "named"));
        }

        Assert.Equal(Fidelity.Expect("own-name-again", side, "named\n", "actor\n"), Native.Cat($"/proc/{actor.Id}/comm").Text);
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_name_is_opened_for_writing_without_following_links(Side side)
    {
        Actor actor = StartActor();
        int name = actor.Number("open", On(side)["self/comm"], Native.O_WRONLY | Native.O_NOFOLLOW);
        Assert.Equal(Fidelity.Expect("own-name-again", side, Errno.None, Errno.ELOOP), ErrnoOf(name));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Where_another_pid_namespace_is_shown(Side side)
    {
        Actor init = StartActor("unshare", "--pid", "--fork", "--kill-child");
        using Subject mount = Subject.Mount(side, $"pidns={init.Id}");
        int name = init.Check("open", mount["self/comm"], Native.O_WRONLY);
        Assert.Equal(Fidelity.Expect("own-name-again", side, 5, -(int)Errno.EINVAL), init.Number("write", name, "named"));
    }
}
