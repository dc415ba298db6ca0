using Bobbin.Mount;
using Bobbin.Procfs;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Mount;

public sealed class HandleTableTests
{
    private static readonly TaskKey s_task = new(7, 0x9_0001);
    private static readonly ProcNode s_comm = ProcNode.OfTask(s_task, thread: false, entry: 9);
    private readonly HandleTable _handles = new();

    [Fact]
    public void A_handle_is_never_zero_and_gives_its_file_until_it_is_removed()
    {
        OpenFile file = new();
        ulong handle = _handles.Add(s_comm, file, isDirectory: false);
        Assert.Equal(1UL, handle);
        Assert.Same(file, _handles.Get(handle));
        Assert.Equal(1, _handles.Count);
        Assert.Same(file, _handles.Remove(handle));
        Assert.Null(_handles.Get(handle));
        Assert.Null(_handles.Remove(handle));
        Assert.Equal(0, _handles.Count);
    }

    [Fact]
    public void Handles_that_were_never_given_have_no_file()
    {
        Assert.Null(_handles.Get(0));
        Assert.Null(_handles.Get(5));
        Assert.Null(_handles.Get(ulong.MaxValue));
        Assert.Null(_handles.Remove(ulong.MaxValue));
        _handles.Add(s_comm, null, isDirectory: true);
        Assert.Null(_handles.Get(1));
        Assert.Null(_handles.Remove(2));
    }

    [Fact]
    public void Freed_slots_are_used_again()
    {
        ulong[] handles = [.. Enumerable.Range(0, 1000).Select(_ => _handles.Add(s_comm, new OpenFile(), isDirectory: false))];
        Assert.Equal(1000, handles.Distinct().Count());
        Array.ForEach(handles, handle => _handles.Remove(handle));
        Assert.Equal(handles.Order(), Enumerable.Range(0, 1000).Select(_ => _handles.Add(s_comm, null, isDirectory: false)).Order());
    }

    [Fact]
    public void What_is_open_of_a_task_is_settled_for_that_task_and_no_other_of_its_id()
    {
        ProcNode task = ProcNode.OfTask(s_task, thread: false), later = ProcNode.OfTask(s_task with { Start = 0x9_0002 }, thread: false);
        ulong handle = _handles.Add(s_comm, null, isDirectory: false);
        Assert.True(_handles.HasUnsettled(task));
        Assert.False(_handles.HasUnsettled(later));
        Assert.False(_handles.IsSettled(s_comm));
        _handles.Settle(later);
        Assert.False(_handles.IsSettled(s_comm));
        _handles.Settle(task);
        Assert.True(_handles.IsSettled(s_comm));
        Assert.False(_handles.HasUnsettled(task));
        Assert.True(_handles.IsSettled(ProcNode.OfDescriptor(s_task, thread: false, 3, info: false)));
        Assert.False(_handles.IsSettled(later));
        _handles.Add(s_comm, null, isDirectory: false);
        Assert.True(_handles.HasUnsettled(task));
        _handles.Remove(handle);
        Assert.False(_handles.IsSettled(s_comm));
    }

    [Fact]
    public void Nodes_without_a_task_are_nobodys()
    {
        _handles.Add(new ProcNode(0x100), null, isDirectory: true);
        _handles.Settle(new ProcNode(0x100));
        Assert.False(_handles.HasUnsettled(new ProcNode(0x100)));
        Assert.False(_handles.IsSettled(new ProcNode(0x100)));
    }

    [Fact]
    public void A_node_is_found_while_it_is_open()
    {
        OpenFile file = new();
        ulong handle = _handles.Add(s_comm, file, isDirectory: false);
        Assert.True(_handles.TryFind(s_comm, out ProcFile? found, out bool isDirectory));
        Assert.Same(file, found);
        Assert.False(isDirectory);
        _handles.Remove(handle);
        Assert.False(_handles.TryFind(s_comm, out _, out _));
    }

    [Fact]
    public void The_end_releases_what_is_open()
    {
        OpenFile file = new();
        _handles.Add(s_comm, file, isDirectory: false);
        _handles.ReleaseAll();
        Assert.Equal(1, file.Releases);
        Assert.Equal(0, _handles.Count);
        Assert.Equal(1UL, _handles.Add(s_comm, null, isDirectory: false));
    }

    private sealed class OpenFile : ProcFile
    {
        public int Releases { get; private set; }

        public override void Release() => Releases++;
    }
}
