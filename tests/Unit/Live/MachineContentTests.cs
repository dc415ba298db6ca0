using System.Text;
using Bobbin.Kernel.Linux;
using Bobbin.Live;
using Bobbin.Procfs;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Live;

/// <summary>The kernel's files by the machine's own /proc, as for a user who may not mount; the caller is the test itself.</summary>
public sealed class MachineContentTests : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    public void Dispose()
    {
        _owned.Reverse();
        _owned.ForEach(one => one.Dispose());
    }

    [Fact]
    public void A_task_reads_its_own_files()
    {
        ProcTree tree = Make(new ProcView());
        int own = Environment.ProcessId;
        foreach (string path in (string[])[$"{own}/stat", $"{own}/status", $"{own}/cmdline", $"{own}/environ", $"{own}/maps", $"{own}/io", $"{own}/task/{Libc.GetThreadId()}/comm", "uptime", "sys/kernel/pid_max"])
        {
            Assert.Equal((path, Errno.None), (path, Cat(tree, path, out string text)));
            Assert.NotEqual("", text);
        }
    }

    [Fact]
    public void A_task_reads_its_own_links()
    {
        ProcTree tree = Make(new ProcView());
        Assert.Equal(Errno.None, Find(tree, $"{Environment.ProcessId}/exe", out ProcEntry entry));
        byte[] target = new byte[4096];
        Assert.Equal(Errno.None, tree.ReadLink(Me, entry.Node, target, out int length));
        Assert.Equal(Environment.ProcessPath, Encoding.UTF8.GetString(target, 0, length));
        Assert.Equal(Errno.None, Find(tree, "self", out entry));
        Assert.Equal(Errno.None, tree.ReadLink(Me, entry.Node, target, out length));
        Assert.Equal($"{Environment.ProcessId}", Encoding.UTF8.GetString(target, 0, length));
    }

    [Fact]
    public void Nobody_else_gets_more_than_everybody()
    {
        ProcTree tree = Make(new ProcView());
        int own = Environment.ProcessId;
        Caller stranger = new(0, 4_242_424, 4_242_424);
        Assert.Equal(Errno.None, Find(tree, $"{own}/environ", out ProcEntry entry));
        Assert.Equal(Errno.EACCES, tree.Open(stranger, entry.Node, 0, false, out _));
        Assert.Equal(Errno.None, Find(tree, $"{own}/exe", out entry));
        Assert.Equal(Errno.EACCES, tree.ReadLink(stranger, entry.Node, new byte[100], out _));
        Assert.Equal(Errno.None, Find(tree, $"{own}/status", out entry));
        Assert.Equal(Errno.None, tree.Open(stranger, entry.Node, 0, false, out ProcFile? file));
        file!.Release();
    }

    [Fact]
    public void Hiding_is_done_by_hand_where_the_kernel_has_no_mount_for_it()
    {
        ProcTree tree = Make(new ProcView { HidePid = HidePid.Ptraceable });
        Assert.Equal(Errno.None, Cat(tree, $"{Environment.ProcessId}/stat", out _));
        Caller stranger = new(0, 4_242_424, 4_242_424);
        ProcEntry entry = default;
        Assert.Equal(Errno.ENOENT, tree.Lookup(stranger, ProcNode.Root, Encoding.ASCII.GetBytes($"{Environment.ProcessId}"), ref entry));
        DirectoryWriter writer = new(new byte[65536]);
        Assert.Equal(Errno.None, tree.ReadDirectory(stranger, ProcNode.Root, null, 258, ref writer));
        Assert.Equal(0, writer.Length);
        Assert.Equal(Errno.None, tree.ReadDirectory(Me, ProcNode.Root, null, 258, ref writer));
        Assert.NotEqual(0, writer.Length);
    }

    private static Caller Me => new(Libc.GetThreadId(), Libc.geteuid(), Libc.getegid());

    private static Errno Find(ProcTree tree, string path, out ProcEntry entry)
    {
        entry = new ProcEntry { Node = ProcNode.Root };
        foreach (string name in path.Split('/'))
        {
            Errno error = tree.Lookup(Me, entry.Node, Encoding.ASCII.GetBytes(name), ref entry);
            if (error != Errno.None)
            {
                return error;
            }
        }

        return Errno.None;
    }

    private static Errno Cat(ProcTree tree, string path, out string text)
    {
        text = "";
        Errno error = Find(tree, path, out ProcEntry entry);
        if (error == Errno.None)
        {
            error = tree.Open(Me, entry.Node, 0, false, out ProcFile? file);
            if (error == Errno.None)
            {
                byte[] buffer = new byte[4096];
                error = file!.Read(Me, 0, buffer, out int count);
                text = Encoding.Latin1.GetString(buffer, 0, count);
                file.Release();
            }
        }

        return error;
    }

    private ProcTree Make(ProcView view)
    {
        LiveProcfs procfs = LiveProcfs.OpenMachine(view);
        LiveTasks tasks = new(procfs);
        KernelContent content = new(procfs, tasks);
        _owned.AddRange([procfs, tasks, content]);
        return new ProcTree(tasks, content, view, content);
    }
}
