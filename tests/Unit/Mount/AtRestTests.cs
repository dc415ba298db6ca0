using System.Text;
using Bobbin.Kernel.Fuse;
using Bobbin.Kernel.Linux;
using Bobbin.Mount;
using Bobbin.Procfs;
using Bobbin.Table;
using Xunit;

namespace Bobbin.Tests.Mount;

public sealed class AtRestTests
{
    [Theory]
    [InlineData("no-such-name")]
    [InlineData("999999")]
    public void The_kernel_remembers_at_rest_that_a_name_is_not_there(string name)
    {
        FuseEntry entry = default;
        Assert.Equal(Errno.None, Lookup(MountMode.AtRest, name, ref entry));
        Assert.Equal(0UL, entry.Node);
        Assert.True(entry.EntryLifetime > TimeSpan.FromDays(365));
    }

    [Fact]
    public void It_is_asked_again_in_exact_mode()
    {
        FuseEntry entry = default;
        Assert.Equal(Errno.ENOENT, Lookup(MountMode.Exact, "no-such-name", ref entry));
    }

    private static Errno Lookup(MountMode mode, string name, ref FuseEntry entry)
    {
        TableSource source = new(SampleTables.Zoo());
        ProcView view = new();
        ProcTree tree = new(source, new GeneratedContent(source, view), view);
        ProcFileSystem files = new(tree, mode, isShared: false);
        FuseRequest request = new(1, new FuseCaller(0, 0, 1));
        return files.Lookup(request, FuseFileSystem.RootNode, Encoding.ASCII.GetBytes(name), ref entry);
    }
}
