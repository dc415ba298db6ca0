using Bobbin.Kernel.Linux;
using Bobbin.Live;
using Bobbin.Procfs;
using Bobbin.Tasks;
using Bobbin.Tests.Fixtures;
using Xunit;

namespace Bobbin.Tests.Source;

/// <summary>What the kernel's own files and directories become: listings, links, lives and ends.</summary>
public sealed class ContentTests : IDisposable
{
    private static readonly Caller s_root = default;

    private readonly LiveTree _tree;
    private readonly List<Actor> _actors = [];

    public ContentTests()
    {
        Assert.SkipUnless(Native.EffectiveUser == 0, "needs root");
        _tree = new LiveTree();
    }

    public void Dispose()
    {
        _actors.ForEach(actor => actor.Dispose());
        _tree.Dispose();
    }

    [Fact]
    public void Every_listing_has_the_kernels_names_in_the_kernels_order()
    {
        Actor actor = Start();
        Caller caller = CallerOf(actor);
        foreach (string path in (string[])[$"{actor.Id}", $"{actor.Id}/task/{actor.Id}", $"{actor.Id}/ns", $"{actor.Id}/attr", $"{actor.Id}/fd", $"{actor.Id}/fdinfo", $"{actor.Id}/net", $"{actor.Id}/map_files", "sys", "sys/net/ipv4", "fs", "sysvipc"])
        {
            Assert.Equal(Errno.None, _tree.List(caller, path, out List<string> names));
            string[] kernels = actor.Ask("list", "/proc/" + path);
            if (path == "fs")
            {
                kernels = [.. kernels, "bobbin"];
            }

            // The actor's own listing sees the descriptor that it lists by.
            bool ofDescriptors = path.EndsWith("fd", StringComparison.Ordinal) || path.EndsWith("fdinfo", StringComparison.Ordinal);
            Assert.Equal(ofDescriptors ? kernels.Where(names.Contains) : kernels, names);
        }
    }

    [Fact]
    public void Listed_inode_numbers_are_those_of_stat_and_all_different()
    {
        Actor actor = Start();
        Caller caller = CallerOf(actor);
        HashSet<ulong> seen = [];
        foreach (string path in (string[])[$"{actor.Id}", $"{actor.Id}/task/{actor.Id}", $"{actor.Id}/ns", $"{actor.Id}/fd", $"{actor.Id}/fdinfo", $"{actor.Id}/net", "sys/kernel"])
        {
            List<ulong> inodes = [];
            Assert.Equal(Errno.None, _tree.List(caller, path, out List<string> names, inodes));
            for (int i = 2; i < names.Count; i++)
            {
                Assert.Equal(Errno.None, _tree.Stat(caller, $"{path}/{names[i]}", out ProcAttributes attributes));
                Assert.Equal((names[i], attributes.Inode), (names[i], inodes[i]));
                Assert.True(seen.Add(inodes[i]), names[i]);
            }
        }
    }

    [Fact]
    public void The_root_lists_what_the_kernels_lists()
    {
        Assert.Equal(Errno.None, _tree.List(s_root, "", out List<string> names));
        string[] statics = [.. names.TakeWhile(name => name != "self")];
        int descriptor = Native.Open("/proc", Native.O_RDONLY);
        Native.Close(descriptor);
        Actor actor = Start();
        string[] kernels = [.. actor.Ask("list", "/proc").TakeWhile(name => name != "self")];
        Assert.Equal(kernels, statics);
        Assert.Contains("thread-self", names);
        Assert.Contains($"{Environment.ProcessId}", names);
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("socket")]
    [InlineData("eventfd")]
    public void A_link_without_a_path_leads_into_the_kernels_procfs(string kind)
    {
        Actor actor = Start();
        Caller caller = CallerOf(actor);
        int number = actor.Check("open-kind", kind);
        Assert.Equal(Errno.None, _tree.ReadLink(caller, $"{actor.Id}/fd/{number}", out string text));
        Assert.DoesNotContain('/', text);
        Assert.Equal("-2", actor.Ask("lstat", $"/proc/{actor.Id}/fd/{text}")[0]);
        Errno found = Fidelity.Expect("link-names", Side.Bobbin, Errno.ENOENT, Errno.None);
        Assert.Equal(found, _tree.Stat(caller, $"{actor.Id}/fd/{text}", out ProcAttributes attributes));
        Assert.Equal(FileType.Link | 0x1FF, attributes.Mode);
        Assert.Equal(Errno.None, _tree.ReadLink(caller, $"{actor.Id}/fd/{text}", out string path));
        Assert.StartsWith("/proc/self/fd/", path);
        Assert.Equal(text, actor.Ask("readlink", path)[0]);

        // Somebody else's goes by the number of the task.
        Actor root = Start();
        Assert.Equal(Errno.None, _tree.ReadLink(CallerOf(root), $"{actor.Id}/fd/{text}", out path));
        Assert.StartsWith($"/proc/{actor.Id}/fd/", path);
        Assert.Equal(Errno.ENOENT, _tree.Stat(caller, $"{actor.Id}/fd/pipe:[1]", out _));
    }

    [Fact]
    public void A_namespaces_text_leads_to_it()
    {
        Actor actor = Start();
        Caller caller = CallerOf(actor);
        Assert.Equal(Errno.None, _tree.ReadLink(caller, $"{actor.Id}/ns/net", out string text));
        Assert.Equal(Errno.None, _tree.ReadLink(caller, $"{actor.Id}/ns/{text}", out string path));
        Assert.Equal("/proc/self/ns/net", path);
    }

    [Fact]
    public void What_was_deleted_shows_to_its_own_process_as_a_path_that_works()
    {
        Actor actor = Start();
        int number = actor.Check("open-kind", "deleted");
        int memory = actor.Check("open-kind", "memfd");
        Assert.Equal(Errno.None, _tree.ReadLink(CallerOf(actor), $"{actor.Id}/fd/{number}", out string text));
        Assert.Equal(Fidelity.Expect("deleted-text", Side.Bobbin, "", $"/proc/self/fd/{number}"), text);
        Assert.Equal(Errno.None, _tree.ReadLink(CallerOf(actor), $"{actor.Id}/fd/{memory}", out text));
        Assert.Equal($"/proc/self/fd/{memory}", text);
        Assert.Equal(Errno.None, _tree.ReadLink(CallerOf(Start()), $"{actor.Id}/fd/{number}", out text));
        Assert.EndsWith(" (deleted)", text);
    }

    [Fact]
    public void An_open_file_of_a_dead_task_stays_dead_though_its_id_lives_again()
    {
        Actor parent = Start();
        Caller caller = CallerOf(parent);
        int child = parent.Check("fork");
        Assert.Equal(Errno.None, _tree.Find(caller, $"{child}/stat", out ProcEntry entry));
        Assert.Equal(Errno.None, _tree.Tree.Open(caller, entry.Node, 0, false, out ProcFile? file));
        Assert.Equal(Errno.None, _tree.Find(caller, $"{child}", out ProcEntry directory));
        parent.Check("end", child);
        parent.Check("reap", child);
        Assert.Equal(Errno.ESRCH, file!.Read(caller, 0, new byte[100], out _));
        Assert.Equal(Errno.ENOENT, _tree.Find(caller, $"{child}", out _));
        int again = parent.Check("fork", child);
        Assert.Equal(child, again);
        Assert.Equal(Errno.ESRCH, file.Read(caller, 0, new byte[100], out _));
        Assert.Equal(Errno.ESTALE, _tree.Tree.Open(caller, entry.Node, 0, false, out _));
        Assert.Equal(Errno.None, _tree.Find(caller, $"{child}", out ProcEntry now));
        Assert.NotEqual(directory.Node, now.Node);
        file.Release();
    }

    [Fact]
    public void Nodes_known_by_path_are_forgotten_with_the_last_reference()
    {
        Assert.Equal(Errno.None, _tree.Find(s_root, "sys/kernel/pid_max", out ProcEntry first));
        int count = _tree.Content.Paths.Count;
        Assert.Equal(Errno.None, _tree.Find(s_root, "sys/kernel/pid_max", out ProcEntry second));
        Assert.Equal(first.Node, second.Node);
        Assert.Equal(count, _tree.Content.Paths.Count);
        _tree.Tree.Forget(first.Node, 1);
        Assert.Equal(Errno.None, _tree.Tree.GetAttributes(s_root, first.Node, ref first.Attributes));
        _tree.Tree.Forget(first.Node, 1);
        Assert.Equal(count - 1, _tree.Content.Paths.Count);
        Assert.Equal(Errno.ESTALE, _tree.Tree.GetAttributes(s_root, first.Node, ref first.Attributes));
    }

    [Fact]
    public void Reading_goes_on_where_it_stopped()
    {
        Actor actor = Start();
        Caller caller = CallerOf(actor);
        Assert.Equal(Errno.None, _tree.Open(caller, $"{actor.Id}/limits", 0, false, out ProcFile? file));
        Assert.Equal(Errno.None, LiveTree.ReadAll(caller, file!, out string text));
        Assert.Equal(actor.Ask("cat", $"/proc/{actor.Id}/limits")[0], text);
        byte[] part = new byte[10];
        Assert.Equal(Errno.None, file!.Read(caller, 5, part, out int count));
        Assert.Equal(text.Substring(5, 10), System.Text.Encoding.Latin1.GetString(part, 0, count));
        file.Release();
    }

    [Fact]
    public void Writing_reaches_the_kernel()
    {
        Actor actor = Start();
        Caller caller = CallerOf(actor);
        Assert.Equal(Errno.None, _tree.Write(caller, $"{actor.Id}/oom_score_adj", "500"));
        Assert.Equal("500\n", actor.Ask("cat", "/proc/self/oom_score_adj")[0]);
        Assert.Equal(Errno.EINVAL, _tree.Write(caller, $"{actor.Id}/oom_score_adj", "5000"));
        Assert.Equal(Errno.EINVAL, _tree.Write(caller, $"{actor.Id}/stat", "x"));
    }

    [Fact]
    public void Who_writes_what_only_itself_may_write_is_sent_to_the_kernels_own_file()
    {
        Actor actor = Start();
        Caller caller = CallerOf(actor);
        foreach (string file in (string[])["comm", "loginuid", "attr/current"])
        {
            string path = $"{actor.Id}/{file}";
            Assert.Equal(Errno.ESTALE, _tree.Open(caller, path, 1, false, out _));

            // The kernel looks again by itself, twice: a node of another kind makes it drop the one it knew.
            Assert.Equal(Errno.None, _tree.Find(caller, path, out ProcEntry first));
            Assert.Equal(Errno.None, _tree.Find(caller, path, out ProcEntry entry));
            Assert.Equal(FileType.Link, entry.Attributes.Mode & FileType.Mask);
            Assert.False(entry.IsLasting);
            Assert.Equal(Errno.None, _tree.Stat(CallerOf(Start()), path, out ProcAttributes others));
            Assert.Equal(FileType.Regular, others.Mode & FileType.Mask);
            Assert.Equal(Errno.None, _tree.ReadLink(caller, path, out string target));
            Assert.Equal($"/proc/self/{file}", target);
            Assert.Equal(Errno.None, _tree.Stat(caller, path, out ProcAttributes after));
            Assert.Equal(FileType.Regular, after.Mode & FileType.Mask);
        }

        // Where there is no second walk there is no other way: only a thread of the same group may rename a task.
        Assert.Equal(Errno.None, _tree.Find(caller, $"{actor.Id}/comm", out ProcEntry node));
        Assert.Equal(Errno.ESTALE, _tree.Tree.Open(caller, node.Node, 1, false, out _));
        Assert.Equal(Errno.None, _tree.Tree.Open(caller, node.Node, 1, false, out ProcFile? open));
        Assert.Equal(Errno.EINVAL, open!.Write(caller, 0, "other"u8, out _));
        open.Release();

        // Others are not sent anywhere.
        Actor other = Start();
        Assert.Equal(Errno.EINVAL, _tree.Write(CallerOf(other), $"{actor.Id}/comm", "other"));
    }

    [Fact]
    public void Once_warm_nothing_is_allocated()
    {
        Actor actor = Start();
        Actor user = Actor.As(4242);
        _actors.Add(user);
        byte[] buffer = new byte[4096];
        byte[] name = System.Text.Encoding.ASCII.GetBytes($"{actor.Id}");
        foreach (Caller caller in (Caller[])[CallerOf(actor), new(user.Id, 4242, 4242)])
        {
            long allocated = 0;
            for (int i = 0; i < 200; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                LookAndRead(caller, name, buffer);
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            }

            Assert.Equal(0, allocated);
        }
    }

    [Fact]
    public void A_worker_of_io_uring_lends_nothing()
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo(Scratch.Compile("uring.c")) { RedirectStandardOutput = true })!;
        string answer = process.StandardOutput.ReadLine() ?? "";
        try
        {
            Assert.SkipWhen(answer.Length == 0 || answer == "0", "io_uring is not to be had here");
            int worker = int.Parse(answer, null);
            CallerIdentity who = _tree.Content.Identify(new Caller(process.Id, 0, 0));
            Assert.True(who.Capabilities != 0, $"{process.Id}: process {who.ProcessId}, foreign {who.IsForeign}, user namespace {who.UserNamespace}, own {who.OwnCapabilities}");
            Assert.Equal(0UL, _tree.Content.GetCapabilities(new Caller(worker, 0, 0)));
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }

    [Fact]
    public void Directories_are_closed_when_there_are_too_many()
    {
        using TaskDirectories few = new(Open("/proc"), true, 4);
        Actor parent = Start();
        int[] children = [.. Enumerable.Range(0, 10).Select(_ => parent.Check("fork"))];
        int before = Directory.GetFiles("/proc/self/fd").Length;
        foreach (int child in children.Concat(children))
        {
            Assert.Equal(Errno.None, few.Find(child, out TaskKey task));
            Assert.Equal(child, task.Id);
        }

        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, before + 40);
    }

    private void LookAndRead(in Caller caller, byte[] name, byte[] buffer)
    {
        ProcEntry directory = default;
        Must(_tree.Tree.Lookup(caller, ProcNode.Root, name, ref directory));
        ProcEntry entry = default;
        foreach (int which in (Span<int>)[0, 1])
        {
            Must(_tree.Tree.Lookup(caller, directory.Node, which == 0 ? "stat"u8 : "status"u8, ref entry));
            Must(_tree.Tree.Open(caller, entry.Node, 0, false, out ProcFile? file));
            Must(file!.Read(caller, 0, buffer, out int count));
            Must(count > 0 ? Errno.None : Errno.EIO);
            file.Release();
        }

        DirectoryWriter writer = new(buffer);
        Must(_tree.Tree.ReadDirectory(caller, ProcNode.Root, null, 258, ref writer));
        Must(writer.Length > 0 ? Errno.None : Errno.EIO);
    }

    // Assertions of the framework allocate.
    private static void Must(Errno error)
    {
        if (error != Errno.None)
        {
            throw new InvalidOperationException($"{error}");
        }
    }

    private static int Open(string path) => Native.Open(path, Native.O_RDONLY);

    private static Caller CallerOf(Actor actor) => new(actor.Id, 0, 0);

    private Actor Start()
    {
        Actor actor = new();
        _actors.Add(actor);
        return actor;
    }
}
