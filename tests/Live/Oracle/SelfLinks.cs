using System.Globalization;
using Bobbin.Kernel.Linux;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Oracle;

/// <summary><c>self</c> and <c>thread-self</c>: by caller, in every thread and in nested pid namespaces.</summary>
public class SelfLinks(Subjects subjects) : LiveTest(subjects)
{
    private static readonly string[] s_nested = ["unshare", "--pid", "--fork", "--kill-child"];

    [Theory, MemberData(nameof(Sides))]
    public void They_name_the_caller(Side side)
    {
        Native.ReadLink(On(side)["self"], out string text);
        Assert.Equal($"{Environment.ProcessId}", text);
        Native.ReadLink(On(side)["thread-self"], out text);
        Assert.Equal($"{Environment.ProcessId}/task/{Native.ThreadId}", text);
        Assert.Equal(Native.Cat($"/proc/{Environment.ProcessId}/comm"), Native.Cat(On(side)["self/comm"]));
    }

    [Theory, MemberData(nameof(Sides))]
    public void Each_caller_has_its_own(Side side)
    {
        Actor actor = StartActor(), other = StartActor();
        foreach (Actor one in new[] { actor, other, actor })
        {
            Assert.Equal([$"{one.Id}"], one.Ask("readlink", On(side)["self"]));
            Assert.Equal([$"{one.Id}/task/{one.Id}"], one.Ask("readlink", On(side)["thread-self"]));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void Each_thread_has_its_own(Side side)
    {
        Actor actor = StartActor();
        int[] threads = [.. Enumerable.Range(0, 3).Select(i => actor.Check("thread", $"worker{i}"))];
        for (int i = 0; i < threads.Length; i++)
        {
            Assert.Equal([$"{actor.Id}"], actor.Ask("thread-do", threads[i], "readlink", On(side)["self"]));
            Assert.Equal([$"{actor.Id}/task/{threads[i]}"], actor.Ask("thread-do", threads[i], "readlink", On(side)["thread-self"]));
            Assert.Equal([$"worker{i}\n"], actor.Ask("thread-do", threads[i], "cat", On(side)["thread-self/comm"]));
            Assert.Equal(["actor\n"], actor.Ask("thread-do", threads[i], "cat", On(side)["self/comm"]));
        }
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_caller_in_a_nested_namespace_has_the_mounts_id(Side side)
    {
        Actor actor = StartActor(s_nested);
        Assert.Equal(1, actor.IdHere);
        Assert.Equal([$"{actor.Id}"], actor.Ask("readlink", On(side)["self"]));
        Assert.Equal([$"{actor.Id}/task/{actor.Id}"], actor.Ask("readlink", On(side)["thread-self"]));
        int inner = actor.Check("thread", "worker");
        int outer = Listing.Names($"/proc/{actor.Id}/task").Skip(2).Select(name => int.Parse(name, CultureInfo.InvariantCulture)).Single(id => id != actor.Id);
        Assert.Equal([$"{actor.Id}/task/{outer}"], actor.Ask("thread-do", inner, "readlink", On(side)["thread-self"]));
        Assert.Contains($"\nNStgid:\t{actor.Id}\t1\nNSpid:\t{outer}\t{inner}\n", Native.Cat(On(side)[$"{outer}/status"]).Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Sides))]
    public void A_caller_with_no_id_there_has_none(Side side)
    {
        Actor init = StartActor(s_nested);
        string root = On(side, $"pidns={init.Id}").Root;
        foreach (string name in new[] { "self", "thread-self" })
        {
            Assert.Equal((name, Errno.ENOENT), (name, ErrnoOf(Native.ReadLink($"{root}/{name}", out _))));
            Assert.Equal((name, Errno.ENOENT), (name, ErrnoOf(Native.Stat($"{root}/{name}", out _))));
            Assert.Equal((name, 0), (name, Native.LStat($"{root}/{name}", out Status status)));
            Assert.Equal((0L, 1u), (status.Size, status.Links));
            Assert.Contains(name, Listing.Names(root));
        }

        Assert.Equal(Errno.ENOENT, ErrnoOf(Native.Stat($"{root}/mounts", out _)));
    }
}
