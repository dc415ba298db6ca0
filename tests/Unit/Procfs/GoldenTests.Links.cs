using Bobbin.Procfs;
using Bobbin.Tasks;
using Xunit;

namespace Bobbin.Tests.Procfs;

// Links, and what they stand in.
public sealed partial class GoldenTests
{
    [Theory]
    [InlineData("/2/cwd", "/")]
    [InlineData("/2/root", "/")]
    [InlineData("/2/exe", "/usr/bin/worker")]
    [InlineData("/2/fd/0", "/dev/pts/0")]
    [InlineData("/2/task/3/fd/7", "pipe:[4242]")]
    [InlineData("/2/ns/pid", "pid:[4026531836]")]
    [InlineData("/2/ns/pid_for_children", "pid:[4026531836]")]
    [InlineData("/2/ns/mnt", "mnt:[4026531832]")]
    [InlineData("/2/ns/time_for_children", "time:[4026531834]")]
    public void Links(string path, string expected) => Assert.Equal(expected, Make().Link(path));

    [Fact]
    public void A_link_to_a_namespace_leads_to_a_file_with_its_number()
    {
        Proc proc = Make();
        ProcAttributes target = proc.Stat("/2/ns/mnt:[4026531832]");
        Assert.Equal((4026531832UL, 0x8124u, 0u), (target.Inode, target.Mode, target.UserId));
        Assert.Equal(Kernel.Linux.Errno.EACCES, proc.TryOpen("/2/ns/mnt:[4026531832]", 0, out _));
        Assert.Equal(Kernel.Linux.Errno.ENOENT, proc.Find("/2/ns/mnt:[4026531831]", out _));
        proc.Caller = Proc.User(5);
        Assert.Equal(Kernel.Linux.Errno.EACCES, proc.Find("/2/ns/mnt:[4026531832]", out _));
    }

    [Fact]
    public void Descriptors()
    {
        Proc proc = Make();
        List<ListedEntry> entries = proc.List("/2/fd");
        Assert.Equal([".", "..", "0", "7"], entries.Select(entry => entry.Name));
        Assert.Equal([1L, 2, 9, 66], entries.Select(entry => entry.Next));
        Assert.Equal([".", "..", "net", "uts", "ipc", "pid", "pid_for_children", "user", "mnt", "cgroup", "time", "time_for_children"], proc.Names("/2/ns"));
        ProcAttributes fd = proc.Stat("/2/fd/0");
        Assert.Equal((0xA000u | 0x1C0, 64L, 1u, 1001u), (fd.Mode, fd.Size, fd.Links, fd.UserId));
        Assert.Equal(0xA000u | 0xC0, proc.Stat("/2/fd/7").Mode);
        Assert.Equal(0x8000u | 0x124, proc.Stat("/2/fdinfo/7").Mode);
        Assert.Equal((2L, 2u), (proc.Stat("/2/fd").Size, proc.Stat("/2/fd").Links));
        proc.Table.Find(2)!.Put(new OpenFile { Number = 1, Target = Bytes("/"), Flags = 0x20_0000 });
        Assert.Equal(0xA000u, proc.Stat("/2/fd/1").Mode);
    }
}
